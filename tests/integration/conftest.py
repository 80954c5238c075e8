"""What several files of tests here begin with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cli_runner import Done, fedfuse
from tests.support.mirrors import FolderRig, Rig, hub_rig
from tests.support.spoiled_clones import COMMANDS, Clone, copied, honest_registry


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry and its clone, which nobody has spoiled: only to be copied."""
    return honest_registry(tmp_path_factory.mktemp("honest"))


@pytest.fixture(scope="module")
def expected(honest: Path) -> dict[tuple[str, ...], Done]:
    """What the honest clone says."""
    return {words: fedfuse(honest / "clone", *words) for words in COMMANDS}


@pytest.fixture
def clone(honest: Path, tmp_path: Path) -> Clone:
    """A clone to spoil."""
    return copied(honest, tmp_path)


@pytest.fixture(params=["hub", "folder"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    """A mirror of each kind."""
    if request.param == "folder":
        yield FolderRig(tmp_path / "mirror")
    else:
        with hub_rig(tmp_path) as made:
            yield made
