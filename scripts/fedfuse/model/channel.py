"""Channels: which releases are the candidate, in production, and kept warm."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from fedfuse.model.canonical import dumps_by_key

MAX_CHANNELS_BYTES = 64 * 1024
NAMES = ("candidate", "production", "warm")


@dataclass(frozen=True, slots=True)
class Pointer:
    """One release a channel points at."""

    tag: str
    commit: str = ""
    """The mirror's commit that holds it; empty until it is mirrored."""


@dataclass(frozen=True, slots=True)
class Channels:
    """The value of channels.json."""

    serial: int
    """First-parent height of the newest commit of main that changed what the channels decide."""
    candidate: Pointer | None
    """The newest release."""
    production: Pointer | None
    """What serves."""
    warm: tuple[Pointer, ...] = ()
    """The stable releases before production, newest first."""

    @property
    def pointers(self) -> tuple[Pointer, ...]:
        """Every pointer, channel after channel."""
        named = (self.candidate, self.production)
        return (*(pointer for pointer in named if pointer), *self.warm)

    @property
    def decision(self) -> "Channels":
        """The same channels without serial and commits, to compare what two of them decide."""
        return replace(self.located({}), serial=0)

    def at(self, channel: str) -> Pointer | None:
        """What `candidate`, `production` or `warm` (its newest) points at; None for nothing."""
        of_name = {
            "candidate": self.candidate,
            "production": self.production,
            "warm": self.warm[0] if self.warm else None,
        }
        return of_name[channel]

    def located(self, commits: Mapping[str, str]) -> Self:
        """The same channels, each pointer with the mirror's commit of its tag."""

        def locate(pointer: Pointer) -> Pointer:
            return Pointer(pointer.tag, commits.get(pointer.tag, ""))

        return replace(
            self,
            candidate=locate(self.candidate) if self.candidate else None,
            production=locate(self.production) if self.production else None,
            warm=tuple(locate(pointer) for pointer in self.warm),
        )

    def render(self) -> bytes:
        """channels.json as canonical JSON."""
        return dumps_by_key(
            {
                "serial": self.serial,
                "candidate": _as_json(self.candidate),
                "production": _as_json(self.production),
                "warm": [_as_json(pointer) for pointer in self.warm],
            }
        )


def parse(body: bytes) -> Channels | None:
    """The channels a file names; None for anything that is not exactly such a file."""
    if len(body) > MAX_CHANNELS_BYTES:
        return None
    try:
        raw: Mapping[str, Any] = json.loads(body)
        channels = Channels(
            serial=raw["serial"],
            candidate=_pointer(raw["candidate"]),
            production=_pointer(raw["production"]),
            warm=tuple(Pointer(each["tag"], each["commit"]) for each in raw["warm"]),
        )
        return channels if _well_typed(channels) and channels.render() == body else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _well_typed(channels: Channels) -> bool:
    is_count = type(channels.serial) is int and channels.serial >= 0
    texts = (text for pointer in channels.pointers for text in (pointer.tag, pointer.commit))
    return is_count and all(isinstance(text, str) for text in texts)


def _pointer(raw: Mapping[str, str] | None) -> Pointer | None:
    return Pointer(raw["tag"], raw["commit"]) if raw is not None else None


def _as_json(pointer: Pointer | None) -> Mapping[str, str] | None:
    return {"tag": pointer.tag, "commit": pointer.commit} if pointer else None
