"""Reads the event files of one tree and applies those that touch the fold."""

from collections.abc import Callable
from dataclasses import replace

from fedfuse.adapters.document import Document
from fedfuse.flows.snapshot import Snapshot
from fedfuse.fusion import fold
from fedfuse.fusion.state import State, Waiting, Waiver
from fedfuse.model.change import data_file
from fedfuse.model.finding import Finding
from fedfuse.model.release import moment
from fedfuse.model.serving import Event

FOLDER = "releases/events"


def events(snapshot: Snapshot) -> tuple[Event, ...]:
    """The valid events of a tree, by number. Invalid files are void."""
    found = []
    for name in snapshot.tree.names(FOLDER):
        event = read_event(snapshot, f"{FOLDER}/{name}")
        if event is not None:
            found.append(event)
    return tuple(found)


def read_event(snapshot: Snapshot, path: str) -> Event | None:
    """One event file; None when it is no valid event."""
    known, document = data_file(path), _document(snapshot, path)
    if known is None or known.kind != "event" or not isinstance(document, Document):
        return None
    if document.value["number"] != known.version:
        return None
    return Event(known.version, document.value["kind"], document.value)


def findings(snapshot: Snapshot, path: str) -> tuple[Finding, ...]:
    """What makes a file no valid event, apart from the state it would change."""
    known, document = data_file(path), _document(snapshot, path)
    if not isinstance(document, Document):
        return document
    number = known.version if known else 0
    if document.value["number"] == number:
        return ()
    wrong = document.finding(
        "E701",
        ("number",),
        message="the number is not the file's",
        expected=str(number),
        found=str(document.value["number"]),
        fix=f"write number: {number}",
    )
    return (wrong,)


def _document(snapshot: Snapshot, path: str) -> Document | tuple[Finding, ...]:
    return snapshot.document(snapshot.tree.read(path) or b"", path, kind="event")


def apply(state: State, event: Event, *, earlier: Callable[[str], tuple[Waiting, ...]]) -> State:
    """What an event does to the fold: `yank` withdraws a version, `waive` adds a waiver.

    Every other kind moves what serves, which `model.serving` folds.
    """
    if event.kind == "yank":
        return fold.withdraw(state, event.fields["version"], earlier=earlier)
    if event.kind == "waive":
        waiver = Waiver(
            gate=event.fields["gate"],
            manifest_sha256=event.fields["manifest_sha256"],
            expires=moment(event.fields["expires"]),
        )
        return replace(state, waivers=(*state.waivers, waiver))
    return state
