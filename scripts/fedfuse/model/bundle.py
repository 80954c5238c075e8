"""A bundle: the files of one fused release, as every mirror holds them."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fedfuse.model.canonical import dumps, sha256

RECORD = "fused.json"
SUMS = "SHA256SUMS"
MIRROR = "MIRROR.json"
MAX_FILES = 1_000
MAX_FILE_BYTES = 4 * 1024 * 1024
MAX_BUNDLE_BYTES = 64 * 1024 * 1024
MAX_PATH_LENGTH = 200

_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
_SUM_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


@dataclass(frozen=True, slots=True)
class Bundle:
    """One fused release with everything a mirror holds of it."""

    tag: str
    tag_object: str
    """Object id of the annotated tag; it proves the record."""
    record: bytes
    """`fused.json`, canonical JSON."""
    pinned: Mapping[str, bytes]
    """The files whose digests are in the record's `bundle`."""
    derived: Mapping[str, bytes]
    """README.md, checklist.md, MIRROR.json, SHA256SUMS: written once, never compared in a tag."""

    @property
    def proven(self) -> Mapping[str, bytes]:
        """The files whose bytes follow from the tag object: the record and what it pins."""
        return {RECORD: self.record, **self.pinned}

    @property
    def files(self) -> Mapping[str, bytes]:
        """Every file of the bundle."""
        return {**self.proven, **self.derived}


def build(
    tag: str,
    tag_object: str,
    record: bytes,
    *,
    pinned: Mapping[str, bytes],
    pages: Mapping[str, bytes],
) -> Bundle:
    """Complete a bundle: adds MIRROR.json and, over all files but itself, SHA256SUMS.

    `pages` are the readable files rendered from the record, such as README.md.
    """
    said: Mapping[str, Any] = json.loads(record)
    mirror = {
        "tag": tag,
        "tag_object": tag_object,
        "commit": said["commit"],
        "engine": said["engine"],
    }
    derived = {**pages, MIRROR: dumps(mirror) + b"\n"}
    sums = sums_of({RECORD: record, **pinned, **derived})
    return Bundle(tag, tag_object, record, pinned, {**derived, SUMS: sums})


def sums_of(files: Mapping[str, bytes]) -> bytes:
    """SHA256SUMS of the files, sorted by path, as `sha256sum --check` reads it."""
    return "".join(f"{sha256(body)}  {path}\n" for path, body in sorted(files.items())).encode()


def listing_digest(sums: Mapping[str, str]) -> str:
    """sha256 of the sorted `sha256  path` lines: names a set of files by its content."""
    return sha256("".join(sorted(f"{digest}  {path}\n" for path, digest in sums.items())).encode())


def parse_sums(text: bytes) -> Mapping[str, str] | None:
    """Path to sha256; None when a line is no sum line or a path comes twice."""
    lines = text.decode("utf-8", "replace").splitlines()
    matches = [_SUM_LINE.fullmatch(line) for line in lines]
    sums = {match[2]: match[1] for match in matches if match}
    return sums if len(sums) == len(lines) else None


def path_problem(path: str) -> str:
    """Why a path may not be written to disc; empty for a plain relative path.

    Plain: `/`-separated ASCII names that start with a letter, digit or underscore, so that no
    `..`, absolute path, hidden file, option or control character passes. Never raises.
    """
    if len(path) > MAX_PATH_LENGTH:
        return f"longer than {MAX_PATH_LENGTH} characters"
    if all(_SEGMENT.fullmatch(segment) for segment in path.split("/")):
        return ""
    return "not a plain relative path"


def shown(path: str) -> str:
    """A foreign path as a message may show it: escaped and shortened unless it is plain."""
    return ascii(path)[:120] if path_problem(path) else path


def collisions(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths that disc would merge: equal but for case, or file and folder at once."""
    seen: dict[str, str] = {}
    clashing = []
    for path in sorted(paths):
        folded = path.casefold()
        parents = [folded.rsplit("/", n)[0] for n in range(1, folded.count("/") + 1)]
        if folded in seen or any(parent in seen for parent in parents):
            clashing.append(path)
        seen[folded] = path
    return tuple(clashing)
