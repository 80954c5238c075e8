"""What proves a pulled bundle: the tag object its record rebuilds, and a digest for every file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fedfuse.model.bundle import MAX_FILE_BYTES, RECORD, SUMS, parse_sums, shown
from fedfuse.model.canonical import dumps_by_key, sha256
from fedfuse.model.finding import Finding
from fedfuse.model.release import MAX_RECORD_BYTES, tag_object_id

_DO_NOT_USE = "do not use this bundle; fedfuse audit --hub in a clone of the registry"


@dataclass(frozen=True, slots=True)
class ProvenRecord:
    """A record that is canonical, is of the right release, and has the anchor's tag object."""

    pinned: Mapping[str, str]
    """Path to sha256 of the files the record pins."""
    tag_object: str
    anchored: str
    """Who vouched for the tag object; empty when nobody did."""


def prove_record(
    body: bytes, *, tag: str, anchor: tuple[str, str] | None, seen: str, place: str
) -> ProvenRecord | Finding:
    """The record, or why it proves nothing.

    `anchor` is a tag object id and who says so; `seen` is the id this consumer got for the tag
    before, or empty.
    """
    path = f"{place}/{RECORD}"
    record = _canonical(body)
    if record is None or record["release"] != tag:
        message = f"this is not the canonical record of {tag}"
        return Finding(path, 0, 0, "E542", message, fix="pull again, or from another mirror")
    oid = tag_object_id(record)
    if anchor is not None and oid != anchor[0]:
        message = f"the record rebuilds another tag object than {anchor[1]} knows"
        expected = anchor[0] or f"no tag {tag}"
        return Finding(path, 0, 0, "E543", message, expected, oid, _DO_NOT_USE)
    if seen and oid != seen:
        message = f"{tag} had another tag object when it was pulled before"
        return Finding(path, 0, 0, "E548", message, seen, oid, _DO_NOT_USE)
    return ProvenRecord(record["bundle"], oid, anchor[1] if anchor else "")


def _canonical(body: bytes) -> Mapping[str, Any] | None:
    if len(body) > min(MAX_RECORD_BYTES, MAX_FILE_BYTES):
        return None
    try:
        record = json.loads(body)
        pins = record["bundle"]
        plain = all(isinstance(part, str) for pin in pins.items() for part in pin)
        tag_object_id(record)
        return record if plain and dumps_by_key(record) == body else None
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def prove_files(
    files: Mapping[str, bytes], record: ProvenRecord, *, place: str
) -> tuple[Finding, ...]:
    """Every file that is missing, changed, or vouched for by nobody.

    The record vouches for what it pins; SHA256SUMS for the derived files, which nothing in the
    tag object can vouch for.
    """
    sums = parse_sums(files.get(SUMS, b""))
    wanted = {**(sums or {}), **record.pinned, SUMS: sha256(files.get(SUMS, b""))}
    found = []
    for path in sorted(wanted | dict.fromkeys(files)):
        where = f"{place}/{shown(path)}"
        if path not in files:
            found.append(Finding(where, 0, 0, "E544", "missing", fix="fedfuse mirror"))
        elif path not in wanted:
            message = "neither the record nor SHA256SUMS knows this file"
            found.append(Finding(where, 0, 0, "E546", message, fix=_DO_NOT_USE))
        elif sha256(files[path]) != wanted[path]:
            message, digest = "changed", sha256(files[path])
            found.append(Finding(where, 0, 0, "E545", message, wanted[path], digest, _DO_NOT_USE))
    return tuple(found)
