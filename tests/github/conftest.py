"""Tests marked `npm` need what `tests/github/install` installs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.github.description import INSTALL, is_installed
from tests.github.operating import Desk, opened, prepare
from tests.github.world import World, begun


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip them where it is not installed; a skip in CI is a failure of the whole run."""
    if is_installed():
        return
    missing = pytest.mark.skip(reason=f"needs what {INSTALL} installs")
    for item in items:
        if item.get_closest_marker("npm"):
            item.add_marker(missing)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A GitHub whose repository has a branch to ask about."""
    with begun(tmp_path) as world:
        yield world


@pytest.fixture(scope="session")
def in_operation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry in operation, to be copied."""
    root = tmp_path_factory.mktemp("operating")
    prepare(root)
    return root


@pytest.fixture
def desk(in_operation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A clone of a registry in operation and the GitHub it is on."""
    with opened(in_operation, tmp_path, monkeypatch) as desk:
        yield desk
