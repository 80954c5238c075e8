"""What keeps an event file from being a valid event."""

from fedfuse.engine.interface import Snapshot
from fedfuse.model.change import data_file
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding
from fedfuse.model.redaction import redact


def findings(snapshot: Snapshot, path: str) -> tuple[Finding, ...]:
    """What makes a file no valid event, apart from the state it would change."""
    leaked = snapshot.engine.leaks(snapshot.tree.read(path) or b"", path)
    return redact((*leaked, *_invalid(snapshot, path)))


def _invalid(snapshot: Snapshot, path: str) -> tuple[Finding, ...]:
    known, data = data_file(path), snapshot.tree.read(path) or b""
    document = snapshot.document(data, path, kind="event")
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
