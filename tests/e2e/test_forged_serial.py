"""A serial that somebody wrote into the mirror: it freezes no node, whatever else it came with."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.releasing.mirror_height import MainHeight
from fedfuse.model.channel import Channels, Pointer, parse
from tests.support import operating_registry
from tests.support.audits import named
from tests.support.cli_runner import Done, fedfuse
from tests.support.mirrors import FolderRig
from tests.support.nodes import current
from tests.support.operating_registry import event, land, promotion
from tests.support.published_registry import FIRST, SECOND, THIRD
from tests.support.registry import RegistrySandbox

FORGED = 999_999
ROLLBACK = event(3, kind="rollback", from_=SECOND, to=FIRST, reason="slow")


@dataclass
class MainState:
    """A registry whose second release is in production, its mirror, and a node that serves it."""

    box: RegistrySandbox
    root: Path
    rig: FolderRig

    def run(self, *words: str, clone: str = "clone") -> Done:
        """Run fedfuse in a clone."""
        return fedfuse(self.root / clone, *words)

    def pull(self) -> Done:
        """What a node runs on a timer."""
        anchor = ("--registry", str(self.root / "upstream.git"))
        return self.run("pull", "--warm", "--to", "../node", "--from", "dir:../hub", *anchor)

    def serves(self) -> str:
        """The release that the node serves."""
        return current(self.root / "node")

    def channels(self) -> Channels:
        """What the mirror says."""
        found = parse(self.rig.files()["channels.json"])
        assert found is not None
        return found

    def edit(self, channels: Channels) -> None:
        """Write channels into the mirror by hand."""
        self.rig.edit({"channels.json": channels.render()})

    def findings(self) -> list[str]:
        """The codes of what `audit --hub` finds."""
        return [code for _, code in named(self.run("audit", "--hub", "--format", "json"))]


@pytest.fixture
def main_state(tmp_path: Path, operated_original: Path) -> MainState:
    box = operating_registry.copy(operated_original, tmp_path)
    shutil.rmtree(tmp_path / "hub")  # a copied folder mirror has lost its links
    land(box, promotion(box, 1, FIRST))
    land(box, promotion(box, 2, SECOND))
    made = MainState(box, tmp_path, FolderRig(tmp_path / "hub"))
    assert made.run("mirror").code == 0
    assert (made.pull().code, made.serves()) == (0, SECOND)
    return made


def height(main_state: MainState) -> int:
    return int(main_state.box.git("rev-list", "--count", "--first-parent", "main"))


@pytest.mark.parametrize("options", [(), ("--all",)])
@pytest.mark.parametrize("ahead", [1, FORGED])
def test_a_rollback_reaches_the_nodes_past_a_forged_serial(
    main_state: MainState, options: tuple[str, ...], ahead: int
) -> None:
    land(main_state.box, ROLLBACK)
    main_state.edit(replace(main_state.channels(), serial=height(main_state) + ahead))
    assert main_state.findings() == ["E525"]
    done = main_state.run("mirror", *options)
    assert (done.code, done.err) == (0, "")
    assert "overwrote hand edits of channels.json" in done.out
    assert main_state.channels().serial == height(main_state)
    assert main_state.findings() == []
    assert (main_state.pull().code, main_state.serves()) == (0, FIRST)


def test_a_forged_serial_alone_is_found_mended_and_reported(main_state: MainState) -> None:
    before = main_state.channels()
    main_state.edit(replace(before, serial=FORGED))
    assert main_state.findings() == ["E525"]
    assert "overwrote hand edits of channels.json" in main_state.run("mirror").out
    assert (main_state.channels(), main_state.findings()) == (before, [])
    assert main_state.run("mirror").out.endswith(": up to date\n")


def test_a_node_that_followed_a_forged_serial_is_told_how_to_come_back(
    main_state: MainState,
) -> None:
    tags = main_state.rig.tags()
    main_state.edit(
        replace(main_state.channels(), serial=FORGED, production=Pointer(FIRST, tags[FIRST]))
    )
    assert (main_state.pull().code, main_state.serves()) == (0, FIRST)
    assert main_state.run("mirror").code == 0
    refused = main_state.pull()
    assert (refused.code, main_state.serves()) == (1, FIRST)
    assert "E547" in refused.out
    fix = " ".join(refused.out.split())
    assert "if fedfuse audit --hub in a clone of the registry finds nothing" in fix
    assert "channels.lock here saw a forged one: delete it" in fix
    assert main_state.findings() == []
    (main_state.root / "node" / "channels.lock").unlink()
    assert (main_state.pull().code, main_state.serves()) == (0, SECOND)


def refs(clone: Path) -> Mapping[str, str]:
    with Repository(clone) as repository:
        return {name: repository.resolve(name) for name in ("main", "refs/remotes/origin/main")}


def test_a_clone_that_is_behind_believes_what_main_has_reached_and_nothing_else(
    main_state: MainState,
) -> None:
    behind = main_state.root / "behind"
    shutil.copytree(main_state.root / "clone", behind)
    land(main_state.box, ROLLBACK)
    assert main_state.run("mirror").code == 0
    rolled_back, old = main_state.rig.everything(), refs(behind)
    assert main_state.run("mirror", clone="behind").code == 0
    assert main_state.rig.everything() == rolled_back
    main_state.edit(replace(main_state.channels(), serial=height(main_state) + 1))
    edited = main_state.rig.everything()
    done = main_state.run("mirror", clone="behind")
    assert done.is_error(3), done
    assert "this main is too old to mend it" in done.err
    assert "git pull" in done.err
    assert (main_state.rig.everything(), refs(behind)) == (edited, old)
    assert main_state.run("mirror").code == 0
    assert main_state.rig.everything() == rolled_back


def test_where_origin_does_not_answer_nothing_is_believed_and_nothing_written(
    main_state: MainState,
) -> None:
    honest = main_state.channels()
    main_state.edit(replace(honest, serial=FORGED))
    edited = main_state.rig.everything()
    main_state.box.git("remote", "set-url", "origin", str(main_state.root / "nowhere.git"))
    done = main_state.run("mirror")
    assert done.is_error(3), done
    assert "claim a newer main than this clone's" in done.err
    assert main_state.rig.everything() == edited
    main_state.edit(honest)
    assert main_state.run("mirror").code == 0


def test_a_clone_without_origin_is_the_registry_itself(main_state: MainState) -> None:
    main_state.box.git("remote", "remove", "origin")
    with Repository(main_state.box.root) as repository:
        assert MainHeight(repository).known(FORGED) == height(main_state)
    main_state.edit(replace(main_state.channels(), serial=FORGED))
    assert "overwrote hand edits of channels.json" in main_state.run("mirror").out
    assert main_state.channels().serial == height(main_state)


def test_the_registrys_own_mirror_is_called_hub(main_state: MainState) -> None:
    done = main_state.run("pull", THIRD, "--to", "../other", "--from", "hub")
    assert (done.code, done.err) == (0, "")
    assert (main_state.root / "other" / THIRD / "fused.json").is_file()
