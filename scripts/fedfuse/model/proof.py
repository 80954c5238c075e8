"""What proves a pulled bundle: the tag object that its record rebuilds.

The mirror vouches for nothing: a file is pinned by the record, or computed from it, or refused.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fedfuse.model.bundle import (
    MAX_FILE_BYTES,
    PAGES,
    RECORD,
    collisions,
    determined,
    may_be_pinned,
    shown,
    with_sums,
)
from fedfuse.model.canonical import dumps_by_key, sha256
from fedfuse.model.finding import Finding
from fedfuse.model.mirror import FileId
from fedfuse.model.release import MAX_RECORD_BYTES, tag_object_id

_DO_NOT_USE = "do not use this bundle; fedfuse audit --hub in a clone of the registry"


@dataclass(frozen=True, slots=True)
class ProvenRecord:
    """A record that is canonical, is of the right release, and has the anchor's tag object."""

    body: bytes
    pinned: Mapping[str, str]
    """Path to sha256 of the files the record pins."""
    determined: Mapping[str, bytes]
    """The files that follow from the record."""
    tag_object: str
    anchored: str
    """Who vouched for the tag object; empty when nobody did."""

    def release(self, pinned: Mapping[str, bytes]) -> Mapping[str, bytes]:
        """Every file of the release as it lies on a node, with the pinned ones given."""
        kept = {path: pinned[path] for path in self.pinned if path in pinned}
        return with_sums({RECORD: self.body, **kept, **self.determined})


def prove_record(
    body: bytes, *, tag: str, anchor: tuple[str, str] | None, seen: str, place: str
) -> ProvenRecord | Finding:
    """The record, or why it proves nothing.

    `anchor` is a tag object id and who says so; `seen` the id that came with the tag before.
    """
    path = f"{place}/{RECORD}"
    proven = _canonical(body, tag)
    if proven is None:
        message = f"this is not the canonical record of {tag}"
        return Finding(path, 0, 0, "E542", message, fix="pull again, or from another mirror")
    oid = proven.tag_object
    if anchor is not None and oid != anchor[0]:
        message = f"the record rebuilds another tag object than {anchor[1]} knows"
        expected = anchor[0] or f"no tag {tag}"
        return Finding(path, 0, 0, "E543", message, expected, oid, _DO_NOT_USE)
    if seen and oid != seen:
        message = f"{tag} had another tag object when it was pulled before"
        return Finding(path, 0, 0, "E548", message, seen, oid, _DO_NOT_USE)
    by = anchor[1] if anchor else ""
    return ProvenRecord(body, proven.pinned, proven.determined, oid, by)


def _canonical(body: bytes, tag: str) -> ProvenRecord | None:
    if len(body) > min(MAX_RECORD_BYTES, MAX_FILE_BYTES):
        return None
    try:
        record: Mapping[str, Any] = json.loads(body)
        pins = record["bundle"]
        sound = (
            record["release"] == tag
            and all(may_be_pinned(path) and isinstance(pin, str) for path, pin in pins.items())
            and not collisions(pins)
            and dumps_by_key(record) == body
        )
        proven = ProvenRecord(body, pins, determined(record), tag_object_id(record), "")
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
    return proven if sound else None


def prove_listing(
    listing: Mapping[str, FileId], record: ProvenRecord, *, place: str
) -> Iterator[Finding]:
    """Everything wrong with the files a mirror lists, before any but the record is read.

    A file that nobody pins is refused, one that is missing too, and one that is not what the
    record determines. The pages for people are not looked at.
    """
    expected = {RECORD, *record.pinned, *record.determined}
    for path in sorted({*listing, *expected} - PAGES):
        where = f"{place}/{shown(path)}"
        if path not in listing:
            yield Finding(where, 0, 0, "E544", "missing", fix="fedfuse mirror")
        elif path not in expected:
            message = "the record neither pins nor determines this file"
            yield Finding(where, 0, 0, "E546", message, fix=_DO_NOT_USE)
        elif path in record.determined and not listing[path].holds(record.determined[path]):
            message = "not what the record determines"
            digest = sha256(record.determined[path])
            yield Finding(where, 0, 0, "E545", message, digest, "other bytes", _DO_NOT_USE)


def prove_pinned(
    files: Mapping[str, bytes], record: ProvenRecord, *, place: str
) -> tuple[Finding, ...]:
    """Every pinned file that has other bytes than the record says, or none."""
    return tuple(
        Finding(f"{place}/{path}", 0, 0, "E545", "changed", pin, digest, _DO_NOT_USE)
        for path, pin in sorted(record.pinned.items())
        if (digest := sha256(files.get(path, b""))) != pin or path not in files
    )
