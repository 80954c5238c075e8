"""A bundle: the files of one fused release, as every mirror holds them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fedfuse.model.canonical import dumps, dumps_by_key, sha256
from fedfuse.model.release import tag_object_id

RECORD = "fused.json"
SUMS = "SHA256SUMS"
MIRROR = "MIRROR.json"
CARD = "README.md"
CHECKLIST = "checklist.md"
PAGES = frozenset({CARD, CHECKLIST, SUMS})
"""The files of a mirror that people read and no node needs: a pull leaves them where they are."""
MAX_FILES = 1_000
MAX_FILE_BYTES = 4 * 1024 * 1024
MAX_BUNDLE_BYTES = 64 * 1024 * 1024
MAX_PATH_LENGTH = 200

_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
_PINNED = re.compile(
    r"manifests/[^/]+/[^/]+/v[0-9]+\.yaml"
    r"|schemas/contract/[^/]+/v[0-9]+\.json"
    r"|releases/routers/v[0-9]+/[^/]+"
)


@dataclass(frozen=True, slots=True)
class Bundle:
    """One fused release with everything a mirror holds of it. Each byte follows from its tag."""

    tag: str
    tag_object: str
    """Object id of the annotated tag; it proves the record."""
    record: bytes
    """`fused.json`, canonical JSON."""
    pinned: Mapping[str, bytes]
    """The files whose digests are in the record's `bundle`."""
    determined: Mapping[str, bytes]
    """The files that the record alone determines."""
    pages: Mapping[str, bytes]
    """The card and the checklist: the record in words."""

    @property
    def proven(self) -> Mapping[str, bytes]:
        """What a node takes: the record, what it pins, and what it determines."""
        return {RECORD: self.record, **self.pinned, **self.determined}

    @property
    def digest(self) -> str:
        """Names all files of a mirror by their content."""
        return listing_digest({path: sha256(body) for path, body in self.files.items()})

    @property
    def pulled(self) -> Mapping[str, bytes]:
        """What lies on a node."""
        return with_sums(self.proven)

    @property
    def files(self) -> Mapping[str, bytes]:
        """Every file on a mirror."""
        return with_sums({**self.proven, **self.pages})


def build(
    record: Mapping[str, Any], *, pinned: Mapping[str, bytes], pages: Mapping[str, bytes]
) -> Bundle:
    """The bundle of a record. Raises KeyError, TypeError or ValueError for what is no record."""
    return Bundle(
        record["release"],
        tag_object_id(record),
        dumps_by_key(record),
        pinned,
        determined(record),
        pages,
    )


def determined(record: Mapping[str, Any]) -> Mapping[str, bytes]:
    """The files whose bytes follow from a record alone, whoever renders them.

    Raises KeyError, TypeError or ValueError for what is no record.
    """
    return {
        MIRROR: dumps(
            {
                "tag": record["release"],
                "tag_object": tag_object_id(record),
                "commit": record["commit"],
                "engine": record["engine"],
            }
        )
        + b"\n",
        "routes.json": dumps_by_key(record["fusion"]["routes"]),
        "voting.json": dumps_by_key(record["fusion"]["voting"] or {}),
    }


def may_be_pinned(path: str) -> bool:
    """Whether a record may pin a path: a manifest, a contract, a file of a router."""
    return not path_problem(path) and _PINNED.fullmatch(path) is not None


def with_sums(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The files, and SHA256SUMS over all of them. It helps `sha256sum`; it proves nothing."""
    return {**files, SUMS: sums_of(files)}


def sums_of(files: Mapping[str, bytes]) -> bytes:
    """SHA256SUMS of the files, sorted by path, as `sha256sum --check` reads it."""
    return "".join(f"{sha256(body)}  {path}\n" for path, body in sorted(files.items())).encode()


def listing_digest(sums: Mapping[str, str]) -> str:
    """sha256 of the sorted `sha256  path` lines: names a set of files by its content."""
    return sha256("".join(sorted(f"{digest}  {path}\n" for path, digest in sums.items())).encode())


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
