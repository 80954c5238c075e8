"""A fused release on the code host: its page, its attachments, and what is there already."""

from collections.abc import Mapping
from dataclasses import dataclass

from fedfuse.model.bundle import RECORD
from fedfuse.model.canonical import sha256

MARKER = "<!-- fedfuse:release -->"
"""First line of the notes, by which an unfinished page is known again."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file attached to a release page."""

    id: int
    name: str
    size: int
    sha256: str
    """Empty on hosts that compute none."""
    is_complete: bool
    """False for an upload that broke off."""

    def holds(self, data: bytes) -> bool:
        """Whether these are its bytes, as far as the host says."""
        same = self.size == len(data) and self.sha256 in {"", sha256(data)}
        return self.is_complete and same


@dataclass(frozen=True, slots=True)
class HostedRelease:
    """A release page."""

    id: int
    tag: str
    is_draft: bool
    body: str
    upload_url: str
    assets: tuple[Asset, ...]

    @property
    def is_our_draft(self) -> bool:
        """Whether an earlier run of ours began it; a person's draft is not touched."""
        return self.is_draft and self.body.splitlines()[:1] == [MARKER]


@dataclass(frozen=True, slots=True)
class ReleasePage:
    """A release page as it must become."""

    tag: str
    commit: str
    notes: str
    """Markdown below the marker."""
    files: Mapping[str, bytes]

    @property
    def body(self) -> str:
        """The notes with the marker on their first line."""
        return f"{MARKER}\n{self.notes}"

    def unwanted(self, there: HostedRelease) -> tuple[Asset, ...]:
        """The attachments that have to go: broken off, of other content, or not of this release."""
        return tuple(
            one
            for one in there.assets
            if one.name not in self.files or not one.holds(self.files[one.name])
        )

    def missing(self, there: HostedRelease) -> tuple[str, ...]:
        """The names that are not attached yet, in order."""
        attached = {one.name for one in there.assets}
        return tuple(name for name in sorted(self.files) if name not in attached)


def departure(there: HostedRelease, record: bytes) -> str:
    """How a published page contradicts the release record; empty when it does not.

    Only the record is compared: the other attachments are readable renderings, written once.
    """
    attached = next((one for one in there.assets if one.name == RECORD), None)
    if attached is None:
        return f"it has no {RECORD}"
    return "" if attached.holds(record) else f"its {RECORD} is not the record of the tag"
