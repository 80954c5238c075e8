"""A node that knows its registry follows git, whatever the mirror says of the channels."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fedfuse.model.channel import Channels, Pointer
from tests.support.cli_runner import start
from tests.support.main_states import MainState
from tests.support.nodes import everything
from tests.support.operating_registry import event, land
from tests.support.published_registry import FIRST, SECOND, THIRD

FORGED = 999_999
ROLLBACK = event(3, kind="rollback", from_=SECOND, to=FIRST, reason="slow")
COPY = ".registry.git"


def lock(state: MainState) -> dict[str, object]:
    """What the node remembers."""
    value: dict[str, object] = json.loads((state.root / "node/channels.lock").read_bytes())
    return value


def moved(state: MainState, serial: int, tag: str = FIRST) -> None:
    """Point production elsewhere on the mirror, as whoever can write to it may."""
    pointer = Pointer(tag, state.rig.tags()[tag])
    state.edit(replace(state.channels(), serial=serial, production=pointer))


@pytest.mark.parametrize("ahead", [0, 1, FORGED])
def test_who_writes_to_the_mirror_moves_no_node_that_knows_the_registry(
    main_state: MainState, ahead: int
) -> None:
    land(main_state.box, ROLLBACK)
    assert main_state.run("mirror").code == 0
    moved(main_state, main_state.channels().serial + ahead, SECOND)
    done = main_state.pull()
    assert (done.code, main_state.serves()) == (0, FIRST)
    head = main_state.box.git("rev-parse", "main")
    assert f"channels: main {head[:12]}" in done.out
    assert lock(main_state)["main"] == head
    assert "E525" in main_state.findings()


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b"x" * 100_000])
def test_channels_that_nobody_can_read_are_no_matter_to_it(
    main_state: MainState, body: bytes
) -> None:
    main_state.rig.edit({"channels.json": body})
    assert (main_state.pull().code, main_state.serves()) == (0, SECOND)
    assert main_state.pull("production", registry="").code != 0


def test_no_node_needs_the_mirrors_memory_of_its_tags(main_state: MainState) -> None:
    main_state.rig.edit({}, ["tags.json"])
    assert (main_state.pull().code, main_state.serves()) == (0, SECOND)
    assert (main_state.pull("production", registry="").code, main_state.serves()) == (0, SECOND)
    done = main_state.run("mirror")
    assert "overwrote hand edits of tags.json\n" in done.out
    assert main_state.findings() == []


def test_a_node_that_believed_a_forged_serial_comes_back_by_asking_git(
    main_state: MainState,
) -> None:
    honest = main_state.channels()
    moved(main_state, FORGED)
    followed = main_state.pull(registry="")
    assert (followed.code, main_state.serves()) == (0, FIRST)
    assert "channels: not anchored" in followed.out
    main_state.edit(honest)
    refused = main_state.pull(registry="")
    assert (refused.code, "E547" in refused.out, main_state.serves()) == (1, True, FIRST)
    assert "pull with --registry URL" in " ".join(refused.out.split())
    assert (main_state.pull().code, main_state.serves()) == (0, SECOND)
    assert lock(main_state)["serial"] == honest.serial
    assert (main_state.pull(registry="").code, main_state.serves()) == (0, SECOND)


def push_back(state: MainState) -> None:
    """Move main of the registry itself back by one commit."""
    state.box.git("push", "-q", "--force", "origin", "main~1:main")


def rewrite(state: MainState) -> None:
    """Replace the newest commit of main by another one."""
    state.box.git("commit", "-q", "--amend", "-m", "another history")
    state.box.git("push", "-q", "--force", "origin", "main")


@pytest.mark.parametrize("go_back", [push_back, rewrite])
def test_a_registry_whose_main_lost_what_was_followed_is_refused(
    main_state: MainState, go_back: Callable[[MainState], None]
) -> None:
    before = main_state.box.git("rev-parse", "main")
    land(main_state.box, ROLLBACK)
    assert (main_state.pull().code, main_state.serves()) == (0, FIRST)
    newest = main_state.box.git("rev-parse", "main")
    go_back(main_state)
    known = {p: b for p, b in everything(main_state.root / "node").items() if COPY not in p}
    for _ in range(2):
        done = main_state.pull()
        assert (done.code, "E550" in done.out, main_state.serves()) == (1, True, FIRST)
        assert newest in done.out
    after = {p: b for p, b in everything(main_state.root / "node").items() if COPY not in p}
    assert after == known
    main_state.box.git("push", "-q", "--force", "origin", f"{newest}:main")
    assert main_state.pull().code == 0
    assert before != newest


def test_an_old_clone_is_no_registry(main_state: MainState) -> None:
    old = main_state.root / "old.git"
    shutil.copytree(main_state.root / "upstream.git", old)
    land(main_state.box, ROLLBACK)
    assert (main_state.pull().code, main_state.serves()) == (0, FIRST)
    for copy in (True, False):
        if not copy:
            shutil.rmtree(main_state.root / "node" / COPY)
        done = main_state.pull(registry=str(old))
        assert (done.code, "E550" in done.out, main_state.serves()) == (1, True, FIRST)


def test_a_mirror_that_lags_behind_git_is_waited_for(main_state: MainState) -> None:
    shutil.rmtree(main_state.root / "hub/tags" / FIRST)
    land(main_state.box, ROLLBACK)
    shutil.rmtree(main_state.root / "node" / FIRST)
    before = lock(main_state)
    done = main_state.pull()
    assert (done.code, main_state.serves()) == (3, SECOND)
    assert f"does not have {FIRST}, which git names" in done.err
    assert lock(main_state) == before
    assert main_state.run("mirror").code == 0
    assert (main_state.pull().code, main_state.serves()) == (0, FIRST)


def test_a_registry_that_does_not_answer_changes_nothing(main_state: MainState) -> None:
    before = everything(main_state.root / "node")
    moved(main_state, FORGED)
    done = main_state.pull(registry="../nowhere.git")
    assert done.is_error(3), done
    assert "cannot be reached" in done.err
    assert everything(main_state.root / "node") == before


def allow_filter(state: MainState) -> None:
    """Let the registry send history without files, as GitHub does."""
    config = ("config", "--file", str(state.root / "upstream.git/config"))
    state.box.git(*config, "uploadpack.allowFilter", "true")


@pytest.mark.parametrize("scheme", ["file://", ""])
def test_where_the_registry_can_leave_files_out_no_evidence_reaches_the_node(
    main_state: MainState, scheme: str
) -> None:
    allow_filter(main_state)
    shutil.rmtree(main_state.root / "node")
    url = f"{scheme}{main_state.root / 'upstream.git'}"
    assert (main_state.pull(registry=url).code, main_state.serves()) == (0, SECOND)
    land(main_state.box, ROLLBACK)
    assert (main_state.pull(registry=url).code, main_state.serves()) == (0, FIRST)
    copy = f"--git-dir={main_state.root / 'node' / COPY}"
    lacking = main_state.box.git(
        copy, "rev-list", "--objects", "--missing=print", "refs/heads/main"
    )
    missing = {line[1:] for line in lacking.splitlines() if line.startswith("?")}
    evidence = main_state.box.git("rev-parse", "main:manifests/hf/textgen-lora/v1.evidence.csv")
    landed = main_state.box.git("rev-parse", "main:releases/events/0003.yaml")
    assert evidence in missing
    assert landed not in missing


@pytest.mark.parametrize("filtered", [True, False])
def test_an_event_that_main_took_back_is_read_where_it_was(
    main_state: MainState, *, filtered: bool
) -> None:
    if filtered:
        allow_filter(main_state)
    land(main_state.box, ROLLBACK)
    main_state.box.git("rm", "-q", "releases/events/0003.yaml")
    land(main_state.box, {})
    shutil.rmtree(main_state.root / "node")
    url = f"file://{main_state.root / 'upstream.git'}"
    assert (main_state.pull(registry=url).code, main_state.serves()) == (0, SECOND)
    assert main_state.run("mirror").code == 0
    assert lock(main_state)["serial"] == main_state.channels().serial


def damage(copy: Path) -> None:
    """Break every object of the copy."""
    for path in (copy / "objects").rglob("*"):
        if path.is_file():
            path.chmod(0o644)
            path.write_bytes(b"broken")


def drop(copy: Path) -> None:
    """Delete the copy."""
    shutil.rmtree(copy)


def halve(copy: Path) -> None:
    """Leave what a killed run leaves: half of a copy, and a draft."""
    (copy / "HEAD").unlink()
    copy.with_name(f"{COPY}.new").mkdir()


def replaced(copy: Path) -> None:
    """Put a file there."""
    shutil.rmtree(copy)
    copy.write_bytes(b"mine")


@pytest.mark.parametrize("trouble", [damage, drop, halve])
def test_a_copy_that_does_not_work_is_made_anew(
    main_state: MainState, trouble: Callable[[Path], None]
) -> None:
    trouble(main_state.root / "node" / COPY)
    land(main_state.box, ROLLBACK)
    assert (main_state.pull().code, main_state.serves()) == (0, FIRST)
    hidden = {path.name for path in (main_state.root / "node").glob(".*")}
    assert hidden == {COPY, ".lock"}


def test_a_file_in_the_place_of_the_copy_is_an_error_and_kept(main_state: MainState) -> None:
    replaced(main_state.root / "node" / COPY)
    done = main_state.pull()
    assert done.is_error(3), done
    assert (main_state.root / "node" / COPY).read_bytes() == b"mine"


def test_racing_nodes_share_one_copy(main_state: MainState) -> None:
    land(main_state.box, ROLLBACK)
    shutil.rmtree(main_state.root / "node" / COPY)
    words = ("pull", "--warm", "--to", "../node", "--from", "dir:../hub")
    racers = [
        start(main_state.root / "clone", *words, "--registry", "../upstream.git") for _ in range(4)
    ]
    for racer in racers:
        racer.join()
    assert {racer.exitcode for racer in racers} == {0}
    assert main_state.serves() == FIRST


def test_a_tag_alone_costs_no_copy_and_is_still_compared_with_git(main_state: MainState) -> None:
    shutil.rmtree(main_state.root / "node")
    assert main_state.pull(THIRD).code == 0
    assert not (main_state.root / "node" / COPY).exists()


def test_what_a_dry_run_asks_of_git_leaves_the_folder_as_it_is(main_state: MainState) -> None:
    land(main_state.box, ROLLBACK)
    before = everything(main_state.root / "node")
    done = main_state.pull("--warm", "--dry-run")
    assert (done.code, f"current would be {FIRST}" in done.out) == (0, True)
    assert everything(main_state.root / "node") == before


def test_a_clone_as_source_proves_its_channels_itself(main_state: MainState) -> None:
    words = ("pull", "production", "--to", "../other", "--from", "git", "--format", "json")
    done = main_state.run(*words)
    assert done.json()["channels_from"] == main_state.box.git("rev-parse", "main")
    main_state.box.git("update-ref", "refs/remotes/origin/main", "main~1")
    back = main_state.run(*words)
    assert (back.code, "E550" in back.out) == (1, True)


def test_channels_of_git_and_of_the_mirror_are_the_same(main_state: MainState) -> None:
    land(main_state.box, {"README.md": b"nothing that decides\n"})
    shutil.rmtree(main_state.root / "node")
    assert main_state.pull().code == 0
    published: Channels = main_state.channels()
    assert lock(main_state)["serial"] == published.serial
    assert main_state.findings() == []
