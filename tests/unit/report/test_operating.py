"""What operators read: go/no-go lists, history and candidates; nothing foreign acts in them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from tests.unit.report.hostile import HOSTILE, Rendered, hostile_text

from fedfuse import engine
from fedfuse.flows.history.serving_history import turns
from fedfuse.model.candidates import Candidate, Candidates
from fedfuse.model.change import Shape
from fedfuse.model.checklist import Answer, Answered, Checklist, Item, Status
from fedfuse.model.report import IfMerged, MemberChange
from fedfuse.model.serving import Event, Serving
from fedfuse.model.status import Due, ListedRelease, Promotion
from fedfuse.model.status import Status as StatusOf
from fedfuse.model.timeline import EventCommit, served_at
from fedfuse.report import candidates, checklist, history, markdown, text
from fedfuse.report import status as status_report

NOW = datetime(2026, 11, 24, 3, 7, 45, tzinfo=UTC)
KINDS = ("promote", "rollback", "hold", "lift", "yank", "waive")


def one_item(text: str, status: Status = Status.NO, *, required: bool = True) -> Checklist:
    item = Item(text, text, "gates", required=required)
    return Checklist(text, "c" * 40, NOW, (Answered(item, Answer(status, text, text)),))


def event(kind: str, text: str) -> Event:
    said = ("release", "from", "to", "reason", "version", "gate", "unit", "expires")
    return Event(1, kind, dict.fromkeys(said, text) | {"hold": 7, "manifest_sha256": text})


def story(kind: str, text: str) -> tuple[history.Served, history.Served]:
    made = turns([EventCommit("c" * 40, NOW, {1: event(kind, text)})], engine.newest())
    return made, served_at(made, NOW)


def is_inert(text: str) -> bool:
    """Printable ASCII of lines of which none is a command of a workflow."""
    lines = text.splitlines()
    plain = all(line.isascii() and line.isprintable() for line in lines)
    return plain and not any("##[" in line or line.lstrip().startswith("::") for line in lines)


@given(hostile_text)
def test_nothing_foreign_acts_in_a_checklist(foreign: str) -> None:
    for status in Status:
        assert is_inert(text.render(checklist.blocks(one_item(foreign, status))))
        Rendered.of(markdown.render(checklist.blocks(one_item(foreign, status)))).assert_inert()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("foreign", HOSTILE[:-3], ids=range(len(HOSTILE) - 3))
def test_nothing_foreign_acts_in_a_history(kind: str, foreign: str) -> None:
    for served in story(kind, foreign):
        assert is_inert(text.render(history.blocks(served)))
        Rendered.of(markdown.render(history.blocks(served))).assert_inert()


@given(hostile_text)
def test_nothing_foreign_acts_in_candidates(foreign: str) -> None:
    rows = (
        Candidate(foreign, "c" * 40, Shape.MANIFEST, (foreign, foreign)),
        Candidate(foreign, foreign, Shape.TOOL, (), url=foreign),
    )
    merged = IfMerged(
        foreign, "patch", (foreign,), (MemberChange(foreign, 1, 2),), ((foreign, foreign),), foreign
    )
    found = Candidates("c" * 40, NOW, rows, merged)
    assert is_inert(text.render(candidates.blocks(found)))
    Rendered.of(markdown.render(candidates.blocks(found))).assert_inert()


@given(hostile_text)
def test_nothing_foreign_acts_in_a_status(foreign: str) -> None:
    listed = ListedRelease(
        foreign, "d" * 40, "c" * 40, foreign, foreign, {foreign: 1}, tagged=False
    )
    hold = event("hold", foreign)
    serves = served_at(
        turns([EventCommit("c" * 40, NOW, {1: event("promote", foreign)})], engine.newest()), NOW
    )
    found = StatusOf(
        commit="c" * 40,
        serves=serves,
        holds=(hold,),
        promotion=Promotion(NOW, NOW, foreign),
        due=Due(foreign, candidates=True),
        releases=(listed,),
        total=2,
        waiting=((foreign, foreign),),
        missing_roles=(foreign,),
        withheld=foreign,
        yanked=(foreign,),
        revoked=(foreign,),
        unhealthy=(foreign,),
        refused=(foreign,),
    )
    assert is_inert(text.render(status_report.blocks(found)))
    Rendered.of(markdown.render(status_report.blocks(found))).assert_inert()


def test_only_what_is_required_and_no_yes_blocks() -> None:
    for status, blocks in (
        (Status.YES, False),
        (Status.PERSON, False),
        (Status.NO, True),
        (Status.ERROR, True),
        (Status.NOT_CHECKED, True),
    ):
        assert bool(one_item("x", status).blocking) is blocks
        assert one_item("x", status, required=False).go


def test_a_list_fails_for_its_release_before_it_fails_for_the_network() -> None:
    refused, unknown = one_item("x", Status.NO), one_item("x", Status.ERROR)
    both = Checklist("x", "c" * 40, NOW, (*refused.items, *unknown.items))
    assert [one.exit_code for one in (refused, unknown, both)] == [1, 3, 1]


def test_a_no_that_does_not_block_is_said_to_be_none() -> None:
    shown = text.render(checklist.blocks(one_item("x", required=False))).splitlines()
    assert [line.split() for line in shown[1:3]] == [["no", "x", "x"], ["x", "(not", "required)"]]


def test_an_event_that_moved_nothing_is_called_void() -> None:
    made = turns([EventCommit("c" * 40, NOW, {1: Event(1, "lift", {"hold": 3})})], engine.newest())
    assert (
        text.render(history.blocks(made))
        == "2026-11-24T03:07:45Z  0001  void, nothing moved: lift 0003\n"
    )
    yank = Event(1, "yank", {"version": "hf/textgen-lora@v1", "reason": "it leaks"})
    told = text.render(
        history.blocks(turns([EventCommit("c" * 40, NOW, {1: yank})], engine.newest()))
    )
    assert told.endswith("0001  yank hf/textgen-lora@v1: it leaks\n")


def test_a_file_that_is_no_event_has_its_line_too() -> None:
    made = turns([EventCommit("c" * 40, NOW, {1: None})], engine.newest())
    assert made[0].state == Serving()
    assert "an invalid event file" in text.render(history.blocks(made))
