"""What the channels on a mirror are worth, beside the ones that git decides."""

from dataclasses import dataclass, field, replace
from enum import Enum

from fedfuse.errors import GitError
from fedfuse.flows.releasing.mirror_height import Height
from fedfuse.flows.releasing.mirror_target import BundleSource
from fedfuse.model.channel import MAX_CHANNELS_BYTES, Channels, parse
from fedfuse.model.mirror import CHANNELS, FileId


class Standing(Enum):
    """How the channels there came about. Git decides a serial, so each has one decision."""

    EQUAL = "equal"
    OLDER = "older"
    """An earlier main's, or none yet: they are written anew."""
    NEWER = "newer"
    """A newer main's: they are left alone."""
    FORGED = "forged"
    """No main's: they are written anew, and it is said."""


@dataclass(slots=True)
class MirrorChannels:
    """Judges the channels of one mirror; reads each of its files once."""

    source: BundleSource
    ours: Channels
    main_height: Height
    _read: dict[str, Channels | None] = field(default_factory=dict)
    _newer: dict[str, bool] = field(default_factory=dict)

    def standing(self, head: str, file: FileId | None, wanted: Channels) -> Standing:
        """What the file at a head is worth; `wanted` are ours with the commits of the mirror.

        Raises GitError where a newer runner has to mend them, and what `main_height` raises.
        """
        if file is None:
            return Standing.OLDER
        if file.holds(wanted.render()):
            return Standing.EQUAL
        published = self._published(head, file)
        if published is None:
            return Standing.FORGED
        if published.serial > self.ours.serial:
            return Standing.NEWER if self._is_newer(head, published.serial) else Standing.FORGED
        return self._of_older(published)

    def _of_older(self, published: Channels) -> Standing:
        """A lower serial has another decision, and the same serial the same one.

        But for the candidate, whose tag may come late, and the commits of tags made anew.
        """
        ours, theirs = self.ours.decision, published.decision
        if published.serial == self.ours.serial:
            same = replace(ours, candidate=None) == replace(theirs, candidate=None)
            return Standing.OLDER if same else Standing.FORGED
        return Standing.FORGED if ours == theirs else Standing.OLDER

    def _published(self, head: str, file: FileId) -> Channels | None:
        if file.size > MAX_CHANNELS_BYTES:
            return None
        if file.blob not in self._read:
            self._read[file.blob] = parse(
                self.source.read(head, CHANNELS, limit=MAX_CHANNELS_BYTES)
            )
        return self._read[file.blob]

    def _is_newer(self, head: str, serial: int) -> bool:
        """Asked anew for every head: main may since have reached what was a forged serial."""
        if head not in self._newer:
            height = self.main_height(serial)
            if serial > height > 0:
                raise GitError(
                    f"{self.source.name}: {CHANNELS} was edited by hand (serial {serial}, main has "
                    f"{height} commits), and this main is too old to mend it",
                    fix="git pull, then: fedfuse mirror",
                )
            self._newer[head] = serial <= height
        return self._newer[head]
