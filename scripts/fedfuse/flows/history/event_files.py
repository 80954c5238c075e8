"""Where event files lie, and which number the next one gets."""

from fedfuse.engine.interface import Snapshot
from fedfuse.model.change import data_file
from fedfuse.model.serving import Event

FOLDER = "releases/events"


def path_of(number: int) -> str:
    """Where the event of a number lies."""
    return f"{FOLDER}/{number:04}.yaml"


def next_number(snapshot: Snapshot) -> int:
    """The number of the next event: void ones use theirs up too."""
    known = (data_file(f"{FOLDER}/{name}") for name in snapshot.tree.names(FOLDER))
    return max((file.version for file in known if file is not None), default=0) + 1


def read_event(snapshot: Snapshot, path: str) -> Event | None:
    """One event file; None when it is no valid event."""
    return snapshot.engine.event(snapshot, snapshot.tree.read(path) or b"", path)
