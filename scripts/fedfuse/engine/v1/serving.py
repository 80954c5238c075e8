"""Which release serves: a fold over the numbered events."""

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce

from fedfuse.model.serving import WARM_RELEASES, Event, Serving

_REMEMBERED = 16
"""How many stable releases before production may become warm again when it is rolled back."""


def serving(events: Iterable[Event]) -> Serving:
    """The serving state after the events, in number order. An illegal event changes nothing."""
    return reduce(serve, sorted(events, key=lambda event: event.number), Serving())


def serve(state: Serving, event: Event) -> Serving:
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
    return _stable_behind(state, release)[:WARM_RELEASES]


def _stable_behind(state: Serving, release: str) -> tuple[str, ...]:
    older = (state.production, *state.stable) if state.production else state.stable
    return tuple(tag for tag in older if tag != release)[:_REMEMBERED]


def _promote(state: Serving, release: str) -> Serving:
    if state.holds or release in state.quarantined or release == state.production:
        return state
    return replace(state, production=release, stable=_stable_behind(state, release))


def _rollback(state: Serving, event: Event) -> Serving:
    bad, target = event.fields["from"], event.fields["to"]
    if bad != state.production or target not in state.warm:
        return state
    return Serving(
        production=target,
        stable=state.stable[state.stable.index(target) + 1 :],
        quarantined=state.quarantined | {bad},
        holds=state.holds | {event.number},
    )
