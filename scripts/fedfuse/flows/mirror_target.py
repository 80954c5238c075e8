"""What bundles are read from and mirrored to: a repository on the Hub, a folder, or git itself."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from fedfuse.adapters.folder import FolderMirror
from fedfuse.errors import UsageError
from fedfuse.model.mirrored import PUBLIC_HUB, Attempt, FileId, Refs

_HUB = re.compile(r"hf://([A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95})", re.ASCII)


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


def open_target(
    address: str, *, root: Path, hub_endpoint: str = PUBLIC_HUB, token: str | None = None
) -> MirrorTarget:
    """The mirror an address names: `hf://owner/name`, or `dir:path` relative to `root`.

    Raises UsageError for anything else. Nothing is read yet.
    """
    if address.startswith("dir:") and address != "dir:":
        return FolderMirror(root / address.removeprefix("dir:"))
    match = _HUB.fullmatch(address)
    if match is None:
        raise UsageError(
            f"{address!r:.100} is no mirror", fix="name it as hf://OWNER/NAME or dir:PATH"
        )
    from fedfuse.adapters.hub import Hub  # noqa: PLC0415 - loads the Hub client, half a second

    return Hub(match[1], endpoint=hub_endpoint, token=token)
