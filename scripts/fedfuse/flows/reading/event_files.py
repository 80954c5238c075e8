"""Reads the event files of one tree and applies those that touch the fold."""

from collections.abc import Callable
from dataclasses import replace

from fedfuse.adapters.document import Document
from fedfuse.flows.reading.snapshot import Snapshot
from fedfuse.fusion import fold
from fedfuse.fusion.state import State, Waiting, Waiver
from fedfuse.model.canonical import sha256
from fedfuse.model.change import data_file
from fedfuse.model.finding import Finding
from fedfuse.model.release import moment
from fedfuse.model.serving import Event

RECORDS, FOLDER = "releases", "releases/events"
_SCHEMA = "schemas/event.v1.schema.json"


def events(snapshot: Snapshot) -> tuple[Event, ...]:
    """The events of a tree that count, by number. Invalid files are void."""
    key = ("events", f"{snapshot.tree.digest(RECORDS)} {snapshot.tree.digest(_SCHEMA)}")
    if key not in snapshot.cache:
        read = (read_event(snapshot, f"{FOLDER}/{name}") for name in snapshot.tree.names(FOLDER))
        snapshot.cache[key] = tuple(e for e in read if e is not None and counts(snapshot, e))
    found: tuple[Event, ...] = snapshot.cache[key]
    return found


def counts(snapshot: Snapshot, event: Event) -> bool:
    """Whether a valid event is whole: a promotion without the record of its release is void."""
    record = f"{event.fields['release']}.json" if event.kind == "promote" else ""
    return not record or record in _records(snapshot)


def _records(snapshot: Snapshot) -> frozenset[str]:
    key = ("records", str(snapshot.tree.digest(RECORDS)))
    if key not in snapshot.cache:
        snapshot.cache[key] = frozenset(snapshot.tree.names(RECORDS))
    found: frozenset[str] = snapshot.cache[key]
    return found


def path_of(number: int) -> str:
    """Where the event of a number lies."""
    return f"{FOLDER}/{number:04}.yaml"


def next_number(snapshot: Snapshot) -> int:
    """The number of the next event: void ones use theirs up too."""
    known = (data_file(f"{FOLDER}/{name}") for name in snapshot.tree.names(FOLDER))
    return max((file.version for file in known if file is not None), default=0) + 1


def read_event(snapshot: Snapshot, path: str) -> Event | None:
    """One event file; None when it is no valid event."""
    return parse(snapshot, snapshot.tree.read(path) or b"", path)


def parse(snapshot: Snapshot, data: bytes, path: str) -> Event | None:
    """The event that bytes at a path are by the snapshot's schema; None when they are none."""
    known = data_file(path)
    if known is None or known.kind != "event":  # a promotion's record is far larger than any event
        return None
    document = checked(snapshot, data, path)
    if not isinstance(document, Document) or document.value["number"] != known.version:
        return None
    return Event(known.version, document.value["kind"], document.value)


def checked(snapshot: Snapshot, data: bytes, path: str) -> Document | tuple[Finding, ...]:
    """The document of an event file, or what its schema refuses. The same bytes are read once."""
    key = ("event", f"{path} {sha256(data)} {snapshot.tree.digest(_SCHEMA)}")
    if key not in snapshot.cache:
        snapshot.cache[key] = snapshot.document(data, path, kind="event")
    found: Document | tuple[Finding, ...] = snapshot.cache[key]
    return found


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
            unit=event.fields.get("unit", ""),
        )
        return replace(state, waivers=(*state.waivers, waiver))
    return state
