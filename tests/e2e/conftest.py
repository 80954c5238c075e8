"""Registries that have released already, made once and copied for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import published, stages
from tests.support.registry import RegistrySandbox
from tests.support.stages import Stage


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The registry itself, with its upstream: only to be read."""
    root = tmp_path_factory.mktemp("published")
    published.publish(root)
    return root


@pytest.fixture
def box(original: Path, tmp_path: Path) -> RegistrySandbox:
    """A clone of its own copy, at `tmp_path/clone` beside `tmp_path/upstream.git`."""
    return published.copy(original, tmp_path)


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Registries with two releases and no mirror yet, by the kind of their mirror."""
    roots = {kind: tmp_path_factory.mktemp(kind) for kind in stages.ADDRESSES}
    for kind, root in roots.items():
        stages.publish(root, kind)
    return roots


@pytest.fixture(params=["hub", "folder"])
def stage(
    request: pytest.FixtureRequest,
    originals: dict[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Stage]:
    """A registry of its own, with a mirror of either kind."""
    if request.param == "folder":
        yield stages.folder_stage(originals["folder"], tmp_path)
    else:
        with stages.hub_stage(originals["hub"], tmp_path, monkeypatch) as made:
            yield made


@pytest.fixture
def hub_stage(
    originals: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    """A registry of its own with a mirror on a loopback Hub."""
    with stages.hub_stage(originals["hub"], tmp_path, monkeypatch) as made:
        yield made
