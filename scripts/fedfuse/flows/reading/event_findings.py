"""What keeps an event file from being a valid event."""

from fedfuse.adapters.document import Document
from fedfuse.flows.reading import event_files
from fedfuse.flows.reading.snapshot import Snapshot
from fedfuse.flows.reading.withheld import withhold
from fedfuse.model import secrets
from fedfuse.model.change import data_file
from fedfuse.model.finding import Finding


def findings(snapshot: Snapshot, path: str) -> tuple[Finding, ...]:
    """What makes a file no valid event, apart from the state it would change."""
    leaked = secrets.scan(snapshot.tree.read(path) or b"", path)
    return withhold((*leaked, *_invalid(snapshot, path)))


def _invalid(snapshot: Snapshot, path: str) -> tuple[Finding, ...]:
    known, data = data_file(path), snapshot.tree.read(path) or b""
    document = event_files.checked(snapshot, data, path)
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
