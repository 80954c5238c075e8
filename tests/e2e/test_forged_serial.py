"""A serial that somebody wrote into the mirror: it freezes no node, whatever else it came with."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.releasing.mirror_height import MainHeight
from tests.support.main_states import MainState
from tests.support.operating_registry import event, land
from tests.support.published_registry import FIRST, NAME, SECOND, THIRD

FORGED = 999_999
ROLLBACK = event(3, kind="rollback", from_=SECOND, to=FIRST, reason="slow")


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
        commit = repository.resolve("main")
        assert MainHeight(repository, commit, NAME).known(FORGED) == 0
    main_state.edit(replace(main_state.channels(), serial=FORGED))
    assert "overwrote hand edits of channels.json" in main_state.run("mirror").out
    assert main_state.channels().serial == height(main_state)


def test_the_registrys_own_mirror_is_called_hub(main_state: MainState) -> None:
    done = main_state.run("pull", THIRD, "--to", "../other", "--from", "hub")
    assert (done.code, done.err) == (0, "")
    assert (main_state.root / "other" / THIRD / "fused.json").is_file()
