"""Which release serves: a fold over the numbered events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

WARM_RELEASES = 2
"""How many stable releases before production stay ready to serve."""


@dataclass(frozen=True, slots=True)
class Event:
    """One schema-valid event file."""

    number: int
    kind: str
    """`promote`, `rollback`, `hold`, `lift`, `yank` or `waive`."""
    fields: Mapping[str, Any]
    """The whole document."""


@dataclass(frozen=True, slots=True)
class Serving:
    """What serves, what stands ready, and what must not serve."""

    production: str = ""
    """Release tag, or empty before the first promotion."""
    warm: tuple[str, ...] = ()
    """The last stable releases before production, newest first, at most two."""
    quarantined: frozenset[str] = frozenset()
    holds: frozenset[int] = frozenset()
    """Numbers of the events that hold promotions back."""


def serving(events: Iterable[Event]) -> Serving:
    """The serving state after the events, in number order. An illegal event changes nothing."""
    return reduce(after, sorted(events, key=lambda event: event.number), Serving())


def after(state: Serving, event: Event) -> Serving:
    """The serving state one event later; the same when the event is void or moves nothing."""
    match event.kind:
        case "promote":
            return _promote(state, event.fields["release"])
        case "rollback":
            return _rollback(state, event)
        case "hold":
            return replace(state, holds=state.holds | {event.number})
        case "lift":
            return replace(state, holds=state.holds - {event.fields["hold"]})
        case _:
            return state


def warm_behind(state: Serving, release: str) -> tuple[str, ...]:
    """The releases that stay warm once a release is promoted, newest first."""
    older = (state.production, *state.warm) if state.production else state.warm
    return tuple(tag for tag in older if tag != release)[:WARM_RELEASES]


def _promote(state: Serving, release: str) -> Serving:
    if state.holds or release in state.quarantined or release == state.production:
        return state
    return replace(state, production=release, warm=warm_behind(state, release))


def _rollback(state: Serving, event: Event) -> Serving:
    bad, target = event.fields["from"], event.fields["to"]
    if bad != state.production or target not in state.warm:
        return state
    return Serving(
        production=target,
        warm=state.warm[state.warm.index(target) + 1 :],
        quarantined=state.quarantined | {bad},
        holds=state.holds | {event.number},
    )
