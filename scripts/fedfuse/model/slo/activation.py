"""Since when a release serves, which is where its windows begin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fedfuse.model.timeline import Turn, served_at


@dataclass(frozen=True, slots=True)
class Activation:
    """When and by what a release came to serve."""

    release: str
    event: int
    """Number of the promotion or rollback."""
    at: datetime
    """When that event landed on main."""


def activation(turns: Sequence[Turn], release: str, *, now: datetime) -> Activation | None:
    """When a release last came to serve, up to now; an empty one means what serves now.

    None when it never did, or when the event that made it serve is lost.
    """
    wanted = release or served_at(tuple(turns), now).state.production
    for turn in reversed(turns):
        if turn.at <= now and turn.previous.production != wanted == turn.state.production:
            cause = served_at(tuple(turns), turn.at).cause
            return Activation(wanted, cause.number, turn.at) if cause else None
    return None


def rolled_back_at(turns: Sequence[Turn], *, now: datetime) -> datetime | None:
    """When a breach last rolled production back, up to now; None when none did."""
    for turn in reversed(turns):
        automatic = any("breach_key" in event.fields for event in turn.events)
        if turn.at <= now and automatic and not turn.is_void:
            return turn.at
    return None
