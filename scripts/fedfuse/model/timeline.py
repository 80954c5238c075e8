"""What served when: the fold over the events as they landed on main."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fedfuse.model.serving import Event, Serving


@dataclass(frozen=True, slots=True)
class EventCommit:
    """One commit of main that touched the event files."""

    commit: str
    at: datetime
    """Committer date."""
    events: Mapping[int, Event | None]
    """Number to the event that the commit put there; None for a void one, or none any more."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The serving state from one landing to the next."""

    at: datetime
    """From when on; never earlier than the turn before."""
    commit: str
    events: tuple[Event, ...]
    """What landed, by number; void ones left out."""
    state: Serving
    previous: Serving
    members: Mapping[str, int] = field(default_factory=dict)
    """Unit to the version in production, as far as anybody looked it up."""

    @property
    def is_void(self) -> bool:
        """Whether what landed moved nothing that serves."""
        return self.state == self.previous


@dataclass(frozen=True, slots=True)
class Moment:
    """What served at one moment, since when, and why."""

    state: Serving
    since: datetime | None
    """When production began to serve; None before the first promotion."""
    commit: str
    """The commit that made it serve; empty before the first promotion."""
    cause: Event | None
    """The event that made it serve; None before the first promotion, or when an event was lost."""
    at: datetime
    """The moment itself."""
    members: Mapping[str, int] = field(default_factory=dict)
    """Unit to the version in production, as far as anybody looked it up."""


def served_at(all_turns: tuple[Turn, ...], moment: datetime) -> Moment:
    """What served at a moment; a turn begins with the very second of its commit."""
    state, since, commit, cause = Serving(), None, "", None
    for turn in all_turns:
        if turn.at > moment:
            break
        if turn.state.production != state.production:
            since, commit, cause = turn.at, turn.commit, _cause(turn)
        state = turn.state
    return Moment(state, since, commit, cause, moment)


def _cause(turn: Turn) -> Event | None:
    """The event that brought the turn's production; None when an event was taken away."""
    moves = [event for event in turn.events if event.kind in {"promote", "rollback"}]
    return moves[-1] if moves else None
