"""Reads the event files of one tree, and takes in those that touch the fold."""

from dataclasses import replace

from fedfuse.engine.interface import Earlier, Shipped, Snapshot
from fedfuse.engine.v1 import documents, fold
from fedfuse.model.change import data_file
from fedfuse.model.document import Document
from fedfuse.model.release import moment
from fedfuse.model.serving import Event
from fedfuse.model.state import State, Waiver

_RECORDS, _EVENTS = "releases", "releases/events"
_SCHEMA = "schemas/event.v1.schema.json"


def events(snapshot: Snapshot) -> tuple[Event, ...]:
    """The events of a tree that count, by number. Invalid files are void."""
    key = ("events", f"{snapshot.tree.digest(_RECORDS)} {snapshot.tree.digest(_SCHEMA)}")
    if key not in snapshot.cache:
        paths = (f"{_EVENTS}/{name}" for name in snapshot.tree.names(_EVENTS))
        read = (event(snapshot, snapshot.tree.read(path) or b"", path) for path in paths)
        snapshot.cache[key] = tuple(e for e in read if e is not None and counts(snapshot, e))
    found: tuple[Event, ...] = snapshot.cache[key]
    return found


def counts(snapshot: Snapshot, event: Event) -> bool:
    """Whether a valid event is whole: a promotion without the record of its release is void."""
    record = f"{event.fields['release']}.json" if event.kind == "promote" else ""
    return not record or record in _records(snapshot)


def _records(snapshot: Snapshot) -> frozenset[str]:
    key = ("records", str(snapshot.tree.digest(_RECORDS)))
    if key not in snapshot.cache:
        snapshot.cache[key] = frozenset(snapshot.tree.names(_RECORDS))
    found: frozenset[str] = snapshot.cache[key]
    return found


def event(snapshot: Snapshot, data: bytes, path: str) -> Event | None:
    """The event that bytes at a path are by the snapshot's schema; None when they are none."""
    known = data_file(path)
    if known is None or known.kind != "event":
        return None
    document = snapshot.document(data, path, kind="event")
    if not isinstance(document, Document):
        return None
    if document.value["number"] != known.version:
        return None
    return documents.event_of(document.value)


def apply(state: State, event: Event, *, earlier: Earlier, shipped: Shipped) -> State:
    """What an event does to the fold: `yank` withdraws a version, `waive` adds a waiver.

    Every other kind moves what serves, which `model.serving` folds.
    """
    if event.kind == "yank":
        ref = event.fields["version"]
        return fold.withdraw(state, ref, earlier=earlier, shipped=shipped)
    if event.kind == "waive":
        waiver = Waiver(
            gate=event.fields["gate"],
            manifest_sha256=event.fields["manifest_sha256"],
            expires=moment(event.fields["expires"]),
            unit=event.fields.get("unit", ""),
        )
        return replace(state, waivers=(*state.waivers, waiver))
    return state
