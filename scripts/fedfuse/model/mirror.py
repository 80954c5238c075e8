"""What a mirror holds, as values: its refs, the identity of its files, and what differs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from fedfuse.model.canonical import sha256
from fedfuse.model.release import object_id

MAIN = "main"
CHANNELS = "channels.json"
TAGS = "tags.json"
STANDING = frozenset({CHANNELS, TAGS})
"""Files of main that belong to no release."""
MAX_STANDING_BYTES = 1024 * 1024
HUB_OWN = frozenset({".gitattributes"})
"""Files the Hub itself puts into a repository."""


@dataclass(frozen=True, slots=True)
class Refs:
    """The head of main and the commit of every tag, at one moment."""

    head: str
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FileId:
    """What identifies the content of one mirrored file without reading it."""

    blob: str
    """git blob id: of the content, or of its pointer when the Hub stores it as a large file."""
    size: int
    """Bytes of the content."""
    sha256: str = ""
    """Digest of the content of a large file; empty for any other."""

    def holds(self, body: bytes) -> bool:
        """Whether the file is exactly these bytes."""
        if self.sha256:
            return self.sha256 == sha256(body)
        return self.blob == object_id("blob", body)


def file_id(body: bytes) -> FileId:
    """The identity of a file that is stored as it is."""
    return FileId(object_id("blob", body), len(body))


@dataclass(frozen=True, slots=True)
class Attempt:
    """The outcome of one write: certain when it has an id, else the target must be read again."""

    id: str = ""
    """The commit that was made or tagged."""
    problem: str = ""
    """Why the outcome is not certain: somebody was faster, or the answer was lost."""


def moved_tags(memory: bytes, tags: Mapping[str, str]) -> Mapping[str, str]:
    """The tags that are elsewhere than tags.json remembers, each with the commit it had.

    What is no such file remembers nothing.
    """
    try:
        raw = json.loads(memory)
        return {t: str(raw[t]) for t, commit in tags.items() if raw.get(t, commit) != commit}
    except (ValueError, AttributeError, RecursionError):
        return {}


def differing(there: Mapping[str, FileId], wanted: Mapping[str, bytes]) -> tuple[str, ...]:
    """The wanted paths that are missing there or hold other bytes, sorted."""
    return tuple(
        path
        for path, body in sorted(wanted.items())
        if path not in there or not there[path].holds(body)
    )


def superfluous(there: Mapping[str, FileId], wanted: Mapping[str, bytes]) -> tuple[str, ...]:
    """The paths there that nobody wants, sorted; the Hub's own and standing files aside."""
    return tuple(sorted(set(there) - set(wanted) - STANDING - HUB_OWN))


def departures(there: Mapping[str, FileId], wanted: Mapping[str, bytes]) -> tuple[str, ...]:
    """Every path by which main there departs from what it should hold, sorted."""
    return tuple(sorted((*differing(there, wanted), *superfluous(there, wanted))))
