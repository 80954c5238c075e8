"""Registries that have released already, made once and copied for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import main_states, mirrored_registry, published_registry
from tests.support.main_states import MainState
from tests.support.mirrored_registry import Stage
from tests.support.published_registry import SECOND
from tests.support.registry import RegistrySandbox


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The registry itself, with its upstream: only to be read."""
    root = tmp_path_factory.mktemp("published")
    published_registry.publish(root)
    return root


@pytest.fixture
def box(original: Path, tmp_path: Path) -> RegistrySandbox:
    """A clone of its own copy, at `tmp_path/clone` beside `tmp_path/upstream.git`."""
    return published_registry.copy(original, tmp_path)


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Registries with two releases and no mirror yet, by the kind of their mirror."""
    roots = {kind: tmp_path_factory.mktemp(kind) for kind in mirrored_registry.ADDRESSES}
    for kind, root in roots.items():
        mirrored_registry.publish(root, kind)
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
        yield mirrored_registry.folder_stage(originals["folder"], tmp_path)
    else:
        with mirrored_registry.hub_stage(originals["hub"], tmp_path, monkeypatch) as made:
            yield made


@pytest.fixture
def hub_stage(
    originals: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    """A registry of its own with a mirror on a loopback Hub."""
    with mirrored_registry.hub_stage(originals["hub"], tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def main_state(operated_original: Path, tmp_path: Path) -> MainState:
    """A registry, its mirror and a node that serves its second release."""
    made = main_states.serving_the_second(operated_original, tmp_path)
    assert (made.pull().code, made.serves()) == (0, SECOND)
    return made
