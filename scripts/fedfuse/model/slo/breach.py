"""What a rollback event says of its breach, and the decision recomputed from it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fedfuse.model.slo.burn import ObjectiveVerdict, PairVerdict
from fedfuse.model.slo.counters import Count
from fedfuse.model.slo.objective import PAIRS, WINDOWS, Objective

_MOMENTS = ("activated_at", "at")


def counters_of(
    verdict: ObjectiveVerdict, *, activated_at: datetime, at: datetime
) -> Mapping[str, int]:
    """The counters by which a verdict was reached, as a rollback event holds them.

    `requests_W` and `errors_W` for every window W, and the seconds since the epoch at which the
    release was activated and judged.
    """
    found = {"activated_at": int(activated_at.timestamp()), "at": int(at.timestamp())}
    for pair in verdict.pairs:
        for window, counted, _ in pair.windows:
            found[f"requests_{window.name}"] = counted.total
            found[f"errors_{window.name}"] = counted.errors
    return found


def recompute(counters: Mapping[str, Any], objective: Objective) -> bool:
    """Whether an event's counters prove a breach of an objective; never raises.

    Counters that are not exactly those of `counters_of`, or that no traffic could have left behind
    (more errors than requests, more requests in a window than in a longer one), prove nothing. The
    target is the registry's, never the event's.
    """
    names = {f"{what}_{window.name}" for window in WINDOWS for what in ("requests", "errors")}
    whole = all(type(value) is int and value >= 0 for value in counters.values())
    if counters.keys() != {*names, *_MOMENTS} or not whole:
        return False
    counted = {
        window: Count(counters[f"requests_{window.name}"], counters[f"errors_{window.name}"])
        for window in sorted(WINDOWS, key=lambda window: window.seconds)
    }
    totals = [one.total for one in counted.values()]
    possible = totals == sorted(totals) and all(o.errors <= o.total for o in counted.values())
    pairs = (
        PairVerdict(objective, pair, counted[pair.long], counted[pair.short]) for pair in PAIRS
    )
    return (
        possible
        and counters["activated_at"] <= counters["at"]
        and any(pair.breached for pair in pairs)
    )


def breach_key(event: int, objective: str) -> str:
    """The name of a breach: the event that put the release in production, and the objective."""
    return f"{event:04}:{objective}"


def of_breach_key(key: str) -> tuple[int, str] | None:
    """Event number and objective of a breach key; None for any other text."""
    number, _, objective = key.partition(":")
    if not (number.isascii() and number.isdecimal()) or key != breach_key(int(number), objective):
        return None
    return int(number), objective
