"""Judges a release by the registry's go/no-go list, as far as main's history can answer it."""

from collections.abc import Callable

from fedfuse.engine.interface import Snapshot
from fedfuse.errors import RegistryError, UsageError
from fedfuse.flows.checking import voting_comparison
from fedfuse.flows.checking.checklist_answers import CHECKS, Subject
from fedfuse.flows.history.main_state import MainState
from fedfuse.model import checklist
from fedfuse.model.checklist import MANUAL, OUTSIDE, Answer, Answered, Checklist, Item, Status
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding
from fedfuse.model.report import NOT_CHECKED, Side

PATH = "releases/checklist.yaml"

Outside = Callable[[Subject, Item], Answer]
"""Answers an item whose check is one of `OUTSIDE`."""


def judge(main_state: MainState, tag: str, *, outside: Outside | None = None) -> Checklist:
    """The registry's list for one release; without `outside` what lies there is not checked.

    Raises UsageError for a tag that is no release of main, RegistryError for a broken list.
    """
    release = main_state.ledger.release(tag)
    if release is None:
        raise UsageError(f"there is no release {tag!r:.100}", fix="fedfuse status lists them")
    document = _document(main_state.base)
    if not isinstance(document, Document):
        first = document[0]
        raise RegistryError(f"{first.place}: {first.message}", fix=first.fix)
    subject = Subject(main_state, release)
    answered = tuple(
        Answered(item, _answer(subject, item, outside))
        for item in checklist.items(document.value["items"])
    )
    voting = voting_comparison.of(main_state, release)
    return Checklist(tag, main_state.commit, main_state.now, answered, voting)


def findings(snapshot: Snapshot) -> tuple[Finding, ...]:
    """Everything wrong with the list itself, the lack of one included."""
    document = _document(snapshot)
    return () if isinstance(document, Document) else document


def outside_of(judged: Checklist, path: str) -> Side:
    """What the items outside main's history say, as a pull request's report holds it.

    `path` is the event that promotes the release: findings are about it.
    """
    blocking = [one for one in judged.blocking if one.item.check in OUTSIDE]
    refused = tuple(
        Finding(
            path,
            0,
            0,
            "E713",
            one.unmet,
            expected="GO",
            found=one.answer.evidence,
            fix=one.answer.fix,
        )
        for one in blocking
        if one.answer.status is Status.NO
    )
    open_ = [f"{one.item.id}: {one.answer.evidence}" for one in blocking]
    if refused:
        return Side("refused", "the checklist is NO-GO", refused)
    if any(one.answer.status is Status.ERROR for one in blocking):
        return Side("error", "; ".join(open_))
    return (
        Side(NOT_CHECKED.status, "; ".join(open_)) if open_ else Side("ok", "the checklist is GO")
    )


def _answer(subject: Subject, item: Item, outside: Outside | None) -> Answer:
    if item.check == MANUAL:
        return Answer(Status.PERSON, "whoever approves the promotion affirms it")
    if item.check not in OUTSIDE:
        return CHECKS[item.check](subject)
    if outside is None:
        fix = f"fedfuse checklist {subject.release.tag}"
        return Answer(Status.NOT_CHECKED, "only main's history was asked", fix)
    return outside(subject, item)


def _document(snapshot: Snapshot) -> Document | tuple[Finding, ...]:
    data = snapshot.tree.read(PATH)
    if data is None:
        what, fix = "the registry has no checklist", f"add {PATH} in a pull request of its own"
        return (Finding(PATH, 0, 0, "E715", what, fix=fix),)
    document = snapshot.document(data, PATH, kind="checklist")
    if not isinstance(document, Document):
        return document
    return _unknown_checks(document) or _unasked(document) or document


def _unknown_checks(document: Document) -> tuple[Finding, ...]:
    known = (*sorted({*CHECKS, *OUTSIDE}), MANUAL)
    return tuple(
        document.finding(
            "E715",
            ("items", index, "check"),
            message="there is no such check",
            expected=", ".join(known),
            found=item["check"],
            fix=f"name a check that answers it, or write check: {MANUAL}",
        )
        for index, item in enumerate(document.value["items"])
        if item["check"] not in known
    )


def _unasked(document: Document) -> tuple[Finding, ...]:
    """Checks that no item names: what a machine can know is never left to whoever approves."""
    missing = sorted({*CHECKS, *OUTSIDE} - {item["check"] for item in document.value["items"]})
    if not missing:
        return ()
    found = document.finding(
        "E718",
        ("items",),
        message="a machine can answer more than the list asks for",
        expected=f"also an item each with the check {', '.join(missing)}",
        fix=f"add an item with check: {missing[0]}; fedfuse explain E718 says why",
    )
    return (found,)
