"""What bundles are read from and mirrored to: a repository on the Hub, a folder, or git itself."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from fedfuse.model.mirror import MAX_STANDING_BYTES, Attempt, FileId, Refs


class BundleSource(Protocol):
    """Anything bundles can be read from. What it says is hostile until it is verified."""

    @property
    def name(self) -> str:
        """How people call it: `hf://owner/name` or `dir:path`."""

    def refs(self) -> Refs | None:
        """Its refs; None while it does not exist."""

    def tree(self, revision: str) -> Mapping[str, FileId]:
        """Every file of a commit or a tag, under its path."""

    def read(self, revision: str, path: str, *, limit: int) -> bytes:
        """One file. Raises RemoteError when it is longer than `limit` bytes."""


def read_small(source: BundleSource, head: str, main: Mapping[str, FileId], path: str) -> bytes:
    """A standing file of main there; empty when it is missing or larger than any honest one."""
    file = main.get(path)
    small = file is not None and file.size <= MAX_STANDING_BYTES
    return source.read(head, path, limit=MAX_STANDING_BYTES) if small else b""


class MirrorTarget(BundleSource, Protocol):
    """A source that can also be written. No write ever replaces what it did not read."""

    def create(self) -> None:
        """Create the repository; that somebody else has created it by now is fine."""

    def prove_access(self) -> None:
        """Raises RemoteError, with the fix, when this process may not write."""

    def commit(
        self, *, parent: str, writes: Mapping[str, bytes], deletes: Sequence[str], message: str
    ) -> Attempt:
        """Commit onto main if its head is still `parent`."""

    def tag(self, name: str, commit: str) -> Attempt:
        """Create a tag; one that exists is never moved."""
