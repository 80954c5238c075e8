"""Semantic versions of fused releases, without pre-releases or build metadata."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_TEXT = re.compile(r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})")


class Bump(StrEnum):
    """How a release differs from the one before it."""

    FIRST = "first"
    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """`MAJOR.MINOR.PATCH`, ordered."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    def bumped(self, bump: Bump) -> "Version":
        """The version that follows for a bump; `first` is 1.0.0."""
        following = {
            Bump.FIRST: Version(1, 0, 0),
            Bump.MAJOR: Version(self.major + 1, 0, 0),
            Bump.MINOR: Version(self.major, self.minor + 1, 0),
            Bump.PATCH: Version(self.major, self.minor, self.patch + 1),
        }
        return following[bump]


def parse(text: str) -> Version | None:
    """The version a text names; None when it is no plain `X.Y.Z`."""
    match = _TEXT.fullmatch(text)
    return Version(*map(int, match.groups())) if match else None


def of_tag(tag: str, release_name: str) -> Version | None:
    """The version a release tag carries; None when the tag is not one of this registry's."""
    prefix = f"{release_name}-v"
    return parse(tag.removeprefix(prefix)) if tag.startswith(prefix) else None


def newest_first(tags: Iterable[str], release_name: str) -> list[str]:
    """The release tags of this registry among all tags, the highest version first.

    As `of_tag`, but for ten thousand tags at once.
    """
    numbered = re.compile(f"{re.escape(release_name)}-v{_TEXT.pattern}").fullmatch
    found = [(*map(int, match.groups()), tag) for tag in tags if (match := numbered(tag))]
    return [str(tag) for *_, tag in sorted(found, reverse=True)]


def split_ref(ref: str) -> tuple[str, int]:
    """`provider/unit@vN` as unit and version. Raises ValueError for another form."""
    unit, version = ref.split("@v")
    return unit, int(version)
