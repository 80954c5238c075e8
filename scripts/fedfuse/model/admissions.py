"""What a unit has admitted, in five characters a version: short enough for every record."""

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

EXPERIMENT, RELEASE, ANCHOR = "e", "r", "a"
"""An admitted experiment; an admitted version of track `release`; one of these that was admitted
as superior or bootstrap."""
RELEASES = RELEASE + ANCHOR
_NOT_ADMITTED = "-"
_WIDTH = 5
_TEXT = re.compile(r"(?:-----|[era][A-Za-z0-9_-]{4})*")


def mark(sha256: str) -> str:
    """The first 24 bits of a digest in four characters. Equal ones are compared in full."""
    return base64.urlsafe_b64encode(bytes.fromhex(sha256[:6])).decode("ascii")


@dataclass(frozen=True, slots=True)
class Admissions:
    """A unit's versions from 1 on: how each was admitted, and the mark of its bytes."""

    text: str = ""
    """As the record holds it. Five characters a version; `-----` for one that was refused."""

    @classmethod
    def parse(cls, text: str) -> "Admissions":
        """The admissions that a record holds. Raises ValueError for what no record holds."""
        if not _TEXT.fullmatch(text):
            raise ValueError(f"{text!r:.100} is no list of admissions")
        return cls(text)

    def kind(self, version: int) -> str:
        """How a version was admitted; empty for one that was not."""
        found = self.text[(version - 1) * _WIDTH : version * _WIDTH][:1] if version > 0 else ""
        return "" if found == _NOT_ADMITTED else found

    def newest_first(self, kinds: str = EXPERIMENT + RELEASES) -> Iterator[int]:
        """The versions that were admitted so."""
        letters = self.text[::_WIDTH]
        return (n for n in range(len(letters), 0, -1) if letters[n - 1] in kinds)

    def marked(self, marks: Iterable[str]) -> Iterator[int]:
        """The versions with one of the marks."""
        for wanted in marks:
            place = self.text.find(wanted)
            while place >= 0:
                if place % _WIDTH == 1:
                    yield place // _WIDTH + 1
                place = self.text.find(wanted, place + 1)

    def adding(self, version: int, kind: str, marked: str) -> "Admissions":
        """With one more version; those between it and the newest were not admitted."""
        before = self.text[: (version - 1) * _WIDTH]
        before = before.ljust((version - 1) * _WIDTH, _NOT_ADMITTED)
        return Admissions(before + kind + marked + self.text[version * _WIDTH :])
