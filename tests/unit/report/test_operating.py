"""What operators read: go/no-go lists, history and candidates; nothing foreign acts in them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from tests.unit.report.hostile import HOSTILE, Rendered, hostile_text

from fedfuse import engine
from fedfuse.flows.folding.timeline import turns
from fedfuse.model.candidates import Candidate, Candidates
from fedfuse.model.change import Shape
from fedfuse.model.checklist import Answer, Answered, Checklist, Item, Status
from fedfuse.model.report import IfMerged, MemberChange
from fedfuse.model.serving import Event, Serving
from fedfuse.model.status import Due, ListedRelease, Promotion
from fedfuse.model.status import Status as StatusOf
from fedfuse.model.timeline import Landing, served_at
from fedfuse.report import candidates, go_no_go, history
from fedfuse.report import status as status_report

NOW = datetime(2026, 11, 24, 3, 7, 45, tzinfo=UTC)
KINDS = ("promote", "rollback", "hold", "lift", "yank", "waive")


def checklist(text: str, status: Status = Status.NO, *, required: bool = True) -> Checklist:
    item = Item(text, text, "gates", required=required)
    return Checklist(text, "c" * 40, NOW, (Answered(item, Answer(status, text, text)),))


def event(kind: str, text: str) -> Event:
    said = ("release", "from", "to", "reason", "version", "gate", "unit", "expires")
    return Event(1, kind, dict.fromkeys(said, text) | {"hold": 7, "manifest_sha256": text})


def story(kind: str, text: str) -> tuple[history.Said, history.Said]:
    made = turns([Landing("c" * 40, NOW, {1: event(kind, text)})], engine.newest())
    return made, served_at(made, NOW)


def is_inert(text: str) -> bool:
    """Printable ASCII of lines of which none is a command of a workflow."""
    lines = text.splitlines()
    plain = all(line.isascii() and line.isprintable() for line in lines)
    return plain and not any("##[" in line or line.lstrip().startswith("::") for line in lines)


@given(hostile_text)
def test_nothing_foreign_acts_in_a_checklist(text: str) -> None:
    for status in Status:
        assert is_inert(go_no_go.text(checklist(text, status)))
        Rendered.of(go_no_go.markdown(checklist(text, status))).assert_inert()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", HOSTILE[:-3], ids=range(len(HOSTILE) - 3))
def test_nothing_foreign_acts_in_a_history(kind: str, text: str) -> None:
    for said in story(kind, text):
        assert is_inert(history.text(said))
        Rendered.of(history.markdown(said)).assert_inert()


@given(hostile_text)
def test_nothing_foreign_acts_in_candidates(text: str) -> None:
    rows = (
        Candidate(text, "c" * 40, Shape.MANIFEST, (text, text)),
        Candidate(text, text, Shape.TOOL, (), url=text),
    )
    merged = IfMerged(text, "patch", (text,), (MemberChange(text, 1, 2),), ((text, text),), text)
    found = Candidates("c" * 40, NOW, rows, merged)
    assert is_inert(candidates.text(found))
    Rendered.of(candidates.markdown(found)).assert_inert()


@given(hostile_text)
def test_nothing_foreign_acts_in_a_status(text: str) -> None:
    listed = ListedRelease(text, "d" * 40, "c" * 40, text, text, {text: 1}, tagged=False)
    hold = event("hold", text)
    serves = served_at(
        turns([Landing("c" * 40, NOW, {1: event("promote", text)})], engine.newest()), NOW
    )
    found = StatusOf(
        commit="c" * 40,
        serves=serves,
        holds=(hold,),
        promotion=Promotion(NOW, NOW, text),
        due=Due(text, candidates=True),
        releases=(listed,),
        total=2,
        waiting=((text, text),),
        missing_roles=(text,),
        withheld=text,
        yanked=(text,),
        revoked=(text,),
        ailments=(text,),
        refused=(text,),
    )
    assert is_inert(status_report.text(found))
    Rendered.of(status_report.markdown(found)).assert_inert()


def test_only_what_is_required_and_no_yes_blocks() -> None:
    for status, blocks in (
        (Status.YES, False),
        (Status.PERSON, False),
        (Status.NO, True),
        (Status.ERROR, True),
        (Status.NOT_CHECKED, True),
    ):
        assert bool(checklist("x", status).blocking) is blocks
        assert checklist("x", status, required=False).go


def test_a_list_fails_for_its_release_before_it_fails_for_the_network() -> None:
    refused, unknown = checklist("x", Status.NO), checklist("x", Status.ERROR)
    both = Checklist("x", "c" * 40, NOW, (*refused.items, *unknown.items))
    assert [one.exit_code for one in (refused, unknown, both)] == [1, 3, 1]


def test_a_no_that_does_not_block_is_said_to_be_none() -> None:
    assert go_no_go.text(checklist("x", required=False)).splitlines()[1] == (
        "  no           x  x (not required)"
    )


def test_an_event_that_moved_nothing_is_called_void() -> None:
    made = turns([Landing("c" * 40, NOW, {1: Event(1, "lift", {"hold": 3})})], engine.newest())
    assert history.text(made) == "2026-11-24T03:07:45Z  0001  void, nothing moved: lift 0003\n"
    yank = Event(1, "yank", {"version": "hf/textgen-lora@v1", "reason": "it leaks"})
    told = history.text(turns([Landing("c" * 40, NOW, {1: yank})], engine.newest()))
    assert told.endswith("0001  yank hf/textgen-lora@v1: it leaks\n")


def test_a_file_that_is_no_event_has_its_line_too() -> None:
    made = turns([Landing("c" * 40, NOW, {1: None})], engine.newest())
    assert made[0].state == Serving()
    assert "an event file that is none" in history.text(made)
