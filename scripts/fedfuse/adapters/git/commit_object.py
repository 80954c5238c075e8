"""Reads commit objects byte for byte: no setting, graft or cache of a clone can change these."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

_LAST_SECOND = 253_402_300_799
"""The end of the year 9999."""
_PERSON = rb"^%s [^\n]*> ([0-9]{1,12})(?: [^\n]*)?$"
_AUTHORED = re.compile(_PERSON % b"author", re.MULTILINE)
_COMMITTED = re.compile(_PERSON % b"committer", re.MULTILINE)
_TREE = re.compile(rb"tree ([0-9a-f]{40})\n")
_PARENT = re.compile(rb"parent ([0-9a-f]{40})\n")


@dataclass(frozen=True, slots=True)
class CommitObject:
    """What a commit says of itself."""

    tree: str
    parents: tuple[str, ...]
    authored: int | None
    """Seconds since 1970; None when it is no date from 1970 to 9999."""
    committed: int | None
    title: str
    """First line of the message."""

    @property
    def parent(self) -> str:
        """First parent; empty for a root commit."""
        return self.parents[0] if self.parents else ""

    @property
    def committed_at(self) -> datetime | None:
        """The committer date, UTC; None when it is no date from 1970 to 9999."""
        return None if self.committed is None else datetime.fromtimestamp(self.committed, UTC)


def parse(body: bytes) -> CommitObject | None:
    """The commit in a commit object, or in the start of a long one; None when it has no tree.

    The time zone says nothing about the moment, so it may be anything.
    """
    header, _, message = body.partition(b"\n\n")
    header += b"\n"
    tree = _TREE.match(header)
    if tree is None:
        return None
    parents, at = [], tree.end()
    while found := _PARENT.match(header, at):
        parents.append(found[1].decode("ascii"))
        at = found.end()
    title = message.partition(b"\n")[0].decode("utf-8", "replace")
    people = header[at:]
    return CommitObject(
        tree[1].decode("ascii"),
        tuple(parents),
        _seconds(_AUTHORED, people),
        _seconds(_COMMITTED, people),
        title,
    )


def _seconds(pattern: re.Pattern[bytes], people: bytes) -> int | None:
    found = pattern.search(people)
    seconds = int(found[1]) if found else None
    return seconds if seconds is not None and seconds <= _LAST_SECOND else None
