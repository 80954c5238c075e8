"""A fused release: its record, and the annotated tag object that carries it byte for byte."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fedfuse.model.canonical import dumps_by_key

MAX_RECORD_BYTES = 2 * 1024 * 1024
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_LENGTH = len("2026-11-24T03:07:45Z")


def timestamp(moment: datetime) -> str:
    """A moment in the record's form, UTC to the second."""
    return moment.astimezone(UTC).strftime(_TIME)


def moment(text: str) -> datetime:
    """The moment a record's timestamp names. Raises ValueError for another form."""
    is_utc = len(text) == _LENGTH and text[-1] == "Z"
    named = datetime.fromisoformat(text) if is_utc else None  # `strptime` loads 6 ms of code
    if named is None or timestamp(named) != text:
        raise ValueError(f"{text!r:.100} is no timestamp of a record")
    return named


def tag_bytes(record: Mapping[str, Any]) -> bytes:
    """The annotated tag object of a record, byte for byte; never raises for a valid record.

    Everything comes from the record, so that anyone who holds it computes the same object id.
    """
    seconds = int(moment(record["created"]).timestamp())
    header = (
        f"object {record['commit']}\ntype commit\ntag {record['release']}\n"
        f"tagger {record['tagger']} {seconds} +0000\n\n"
        f"{record['release']}\n\n"
    )
    return header.encode("ascii") + dumps_by_key(record)


def object_id(kind: str, body: bytes) -> str:
    """The git object id (SHA-1) of a body."""
    header = f"{kind} {len(body)}\0".encode("ascii")
    return hashlib.sha1(header + body, usedforsecurity=False).hexdigest()


def tag_object_id(record: Mapping[str, Any]) -> str:
    """The id of the tag object that carries the record."""
    return object_id("tag", tag_bytes(record))


def record_of_tag(body: bytes) -> Mapping[str, Any] | None:
    """The record an annotated tag carries; None unless the tag is exactly its record's tag.

    Header, title, record and their agreement are proven at once: the record must render to the
    very bytes it was read from. The caller still compares ref name and target.
    """
    parts = body.split(b"\n\n", 2)
    if len(parts) != 3 or len(parts[2]) > MAX_RECORD_BYTES:
        return None
    try:
        record = json.loads(parts[2])
        return record if tag_bytes(record) == body else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
