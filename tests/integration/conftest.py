"""What several files of tests here begin with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import operating_registry, upgrades
from tests.support.cli_runner import Done, fedfuse
from tests.support.mirrors import FolderRig, Rig, hub_rig
from tests.support.registry import RegistrySandbox
from tests.support.spoiled_clones import COMMANDS, Clone, copied, honest_registry
from tests.support.tool_versions import ToolRepository, Version


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
        with hub_rig(tmp_path / "hub") as made:
            yield made


@pytest.fixture(scope="module")
def standing(source: Path) -> RegistrySandbox:
    """The registry of a file's `source` as it stands, for tests that land nothing."""
    return operating_registry.opened(source)


@pytest.fixture
def box(source: Path, tmp_path: Path) -> RegistrySandbox:
    """A copy of it, to land something in."""
    return operating_registry.copy(source, tmp_path)


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> tuple[ToolRepository, tuple[Version, ...]]:
    """A repository of the tool, and its versions."""
    return upgrades.versions(tmp_path_factory.mktemp("tools"))


@pytest.fixture
def versions(
    tools: tuple[ToolRepository, tuple[Version, ...]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[Version, ...]:
    """The versions of the tool, which registries find where they look for it."""
    tools[0].on_github(monkeypatch, tmp_path)
    return tools[1]
