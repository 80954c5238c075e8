"""Tests marked `act` need act and GitHub's description of its API."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.actions import act
from tests.actions.stage import Stage, begin, copied, opened
from tests.github.description import INSTALL, is_installed
from tests.support.registry import RegistrySandbox


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip them where something is missing; in CI they fail instead."""
    needed = [
        *([] if act.executable() else ["act: scripts/setup"]),
        *(f"{name}: apt install {name}" for name in ("curl", "jq") if not shutil.which(name)),
        *([] if is_installed() else [f"GitHub's description of its API: {INSTALL}"]),
    ]
    if not needed or os.environ.get("CI"):
        return
    missing = pytest.mark.skip(reason=f"needs {', '.join(needed)}")
    for item in items:
        if item.get_closest_marker("act"):
            item.add_marker(missing)


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> RegistrySandbox:
    """A registry that owes its first release; never changed."""
    box = begin(tmp_path_factory.mktemp("registry") / "box")
    box.land_first_release()
    return box


@pytest.fixture
def stage(registry: RegistrySandbox, tmp_path: Path) -> Iterator[Stage]:
    """A GitHub whose main owes the first release, and an empty Hub."""
    with opened(tmp_path, copied(registry, tmp_path / "box")) as stage:
        yield stage
