"""Folds the events as they landed on main into what served when."""

from collections.abc import Iterable

from fedfuse.engine.interface import Engine
from fedfuse.model.serving import Event, Serving
from fedfuse.model.timeline import EventCommit, Turn


def turns(landings: Iterable[EventCommit], rules: Engine) -> tuple[Turn, ...]:
    """One turn for each landing, oldest first.

    Each state is what all events that stand at that commit make together, so that main's history
    and main's files never disagree. Costs one step for an event that follows all others.
    """
    known: dict[int, Event] = {}
    state, made = Serving(), list[Turn]()
    for landing in landings:
        before, following = state, min(landing.events, default=0) > max(known, default=0)
        landed = tuple(e for _, e in sorted(landing.events.items()) if e is not None)
        for number, event in landing.events.items():
            known.pop(number, None)
            known |= {number: event} if event is not None else {}
        if following:
            for event in landed:
                state = rules.serve(state, event)
        else:
            state = rules.serving(known.values())
        at = max(landing.at, made[-1].at) if made else landing.at
        made.append(Turn(at, landing.commit, landed, state, before))
    return tuple(made)
