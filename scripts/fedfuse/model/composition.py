"""The set of members that a state and a registry make together, and the release it would be."""

from collections.abc import Mapping
from dataclasses import dataclass

from fedfuse.model.state import State
from fedfuse.model.version import Bump, Version


@dataclass(frozen=True, slots=True)
class Wait:
    """Why an admitted version is not a member yet."""

    ref: str
    reason: str


@dataclass(frozen=True, slots=True)
class Composition:
    """The set of members that a state and a registry make together."""

    state: State
    members: Mapping[str, int]
    waits: tuple[Wait, ...]
    missing_roles: tuple[str, ...]
    """Required roles without a member; while there are any, no release is cut."""


@dataclass(frozen=True, slots=True)
class NextRelease:
    """The release that a composition owes, since it differs from the newest one."""

    version: Version
    bump: Bump
    reasons: tuple[str, ...]
    """How it differs, as sentences for people."""
