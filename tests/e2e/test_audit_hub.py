"""`fedfuse audit --hub` from the command line: every way a mirror departs from git is named."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from fedfuse.model.canonical import dumps_by_key
from fedfuse.model.channel import parse
from tests.support import forged_tags
from tests.support.audits import named
from tests.support.mirrored_registry import NOBODY, Stage
from tests.support.published_registry import FIRST, NAME, SECOND

PINNED = "manifests/hf/textgen-lora/v1.yaml"


def findings(stage: Stage) -> list[tuple[str, str]]:
    """Place within the mirror, and code, of everything `audit --hub` finds."""
    done = stage.run("audit", "--hub", "--format", "json")
    name = stage.rig.target().name if stage.rig.hub else stage.address
    return [(path.removeprefix(name).lstrip("/@"), code) for path, code in named(done)]


def edit_by_hand(stage: Stage) -> None:
    stage.rig.edit({"README.md": b"---\nlicense: mit\n---\n# mine now\n"})


def add_a_file(stage: Stage) -> None:
    stage.rig.edit({"notes/readme.txt": b"by hand"})


def delete_a_file(stage: Stage) -> None:
    stage.rig.edit({}, ["checklist.md"])


def move_the_tag(stage: Stage) -> None:
    stage.rig.tag_by_hand(FIRST, {PINNED: b"version: 666\n"})


def swap_the_routes(stage: Stage) -> None:
    stage.rig.tag_by_hand(FIRST, {"routes.json": b"{}\n", "handler.py": b"import os\n"})


def lose_a_tag(stage: Stage) -> None:
    stage.drop_tag(FIRST)


def add_a_tag(stage: Stage) -> None:
    stage.add_tag(f"{NAME}-v6.6.6")


def go_back(stage: Stage) -> None:
    channels = parse(stage.rig.files()["channels.json"])
    assert channels is not None
    assert channels.candidate is not None
    older = stage.rig.files()["channels.json"].replace(SECOND.encode(), FIRST.encode())
    stage.rig.edit({"channels.json": older})


def lower_the_serial(stage: Stage) -> None:
    channels = parse(stage.rig.files()["channels.json"])
    assert channels is not None
    lowered = replace(channels, serial=channels.serial - 1)
    stage.rig.edit({"channels.json": lowered.render()})


def overwrite_channels(stage: Stage) -> None:
    stage.rig.edit({"channels.json": b"{}"})


DEPARTURES: dict[Callable[[Stage], None], list[tuple[str, str]]] = {
    edit_by_hand: [("README.md", "E524")],
    add_a_file: [("notes/readme.txt", "E524")],
    delete_a_file: [("checklist.md", "E524")],
    move_the_tag: [(FIRST, "E522")],
    swap_the_routes: [(FIRST, "E522"), (FIRST, "E551")],
    lower_the_serial: [("channels.json", "E525")],
    lose_a_tag: [(FIRST, "E521")],
    add_a_tag: [(f"{NAME}-v6.6.6", "E523")],
    go_back: [("channels.json", "E525")],
    overwrite_channels: [("channels.json", "E525")],
}


def test_a_mirror_that_was_just_written_is_clean(stage: Stage) -> None:
    stage.mirror()
    assert findings(stage) == []


def test_a_mirror_that_was_never_written_lacks_every_release(stage: Stage) -> None:
    assert findings(stage) == [(FIRST, "E521"), (SECOND, "E521")]


@pytest.mark.parametrize("depart", DEPARTURES, ids=lambda depart: str(depart.__name__))
def test_a_departure_of_the_mirror_is_named_and_nothing_is_changed(
    stage: Stage, depart: Callable[[Stage], None]
) -> None:
    stage.mirror()
    depart(stage)
    before = stage.rig.everything()
    found = findings(stage)
    assert set(DEPARTURES[depart]) <= set(found)
    assert all(code.startswith("E5") for _, code in found)
    assert stage.rig.everything() == before


@pytest.mark.parametrize(
    "depart", [edit_by_hand, add_a_file, delete_a_file, go_back, lower_the_serial, lose_a_tag]
)
def test_mirroring_again_heals_what_people_may_not_decide(
    stage: Stage, depart: Callable[[Stage], None]
) -> None:
    stage.mirror()
    depart(stage)
    stage.mirror()
    assert findings(stage) == []


@pytest.mark.parametrize("depart", [move_the_tag, swap_the_routes])
@pytest.mark.parametrize("remembered", [True, False])
def test_a_forged_tag_is_a_hard_error_of_mirroring_and_never_laundered(
    stage: Stage, depart: Callable[[Stage], None], *, remembered: bool
) -> None:
    stage.mirror()
    depart(stage)
    if remembered:
        stage.rig.edit({"tags.json": dumps_by_key(stage.rig.tags())})
    forged = stage.rig.everything()
    for options in ((), ("--all",)):
        done = stage.run("mirror", *options)
        assert done.is_error(3), done
        assert FIRST in done.err
        assert stage.rig.everything() == forged
    assert (FIRST, "E522") in findings(stage)


def test_a_hub_that_is_down_is_one_error_with_a_fix(
    hub_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub_stage.mirror()
    monkeypatch.setenv("HF_ENDPOINT", NOBODY)
    for command in (("mirror",), ("mirror", "--dry-run")):
        done = hub_stage.run(*command)
        assert done.is_error(3), done
        assert "cannot be reached" in done.err


@pytest.mark.parametrize("output", ["text", "markdown", "json"])
def test_a_hub_that_is_down_hides_nothing_of_the_clone(
    hub_stage: Stage, monkeypatch: pytest.MonkeyPatch, output: str
) -> None:
    hub_stage.mirror()
    monkeypatch.setenv("HF_ENDPOINT", NOBODY)
    command = ("audit", "--hub", "--format", output)
    done = hub_stage.run(*command)
    lines = done.err.splitlines()
    assert (done.code, [line.split(":")[0] for line in lines]) == (3, ["error", "fix"])
    assert "cannot be reached" in lines[0]
    forged_tags.forge(hub_stage.box, SECOND, lambda record: record["yanked"].append("hf/a@v9"))
    worse = hub_stage.run(*command)
    assert (worse.code, worse.err) == (1, done.err)
    assert "E805" in worse.out
    assert "E805" not in done.out
    if output == "json":
        assert worse.json()["complete"] is done.json()["complete"] is False
        assert [one["about"] for one in worse.json()["incomplete"]] == ["mirror"]
    else:
        assert "not complete, no answer about mirror" in worse.out


def test_a_tag_that_no_page_can_be_made_of_does_not_hide_that_it_is_forged(
    hub_stage: Stage,
) -> None:
    hub_stage.mirror()
    forged_tags.forge(
        hub_stage.box, SECOND, lambda record: record["bundle"].update({"a": "0" * 64})
    )
    done = hub_stage.run("audit", "--hub", "--format", "json")
    assert (done.code, done.json()["complete"]) == (1, False)
    assert (SECOND, "E805") in named(done)
    assert "is not what the release pins" in done.err
