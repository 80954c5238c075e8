"""Whether a release burns its error budget too fast: a pure function of counters and the clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from fedfuse.model.distributions import beta_cdf
from fedfuse.model.slo.counters import Count, Sample, Track, count, tracks_of
from fedfuse.model.slo.objective import (
    CHANCE,
    MIN_ERRORS,
    PAIRS,
    SLOW_PAIRS,
    Objective,
    Pair,
    Window,
    limit,
)

BLIND_SECONDS = 1800
"""Without two samples in this time nobody knows how a release fares."""


class Health(StrEnum):
    """How an objective stands."""

    HEALTHY = "healthy"
    BREACH = "breach"
    SILENT = "silent"
    """There are no counters to judge by."""


@dataclass(frozen=True, slots=True)
class PairVerdict:
    """What one pair of windows says."""

    objective: Objective
    pair: Pair
    long: Count
    short: Count

    @property
    def breached(self) -> bool:
        """Both windows burn too fast, and the errors of the long one are many and no accident."""
        share = limit(self.objective, self.pair)
        return (
            self.long.errors >= MIN_ERRORS
            and self.short.errors > 0
            and self.long.errors >= share * self.long.total
            and self.short.errors >= share * self.short.total
            and _chance(self.long, self.objective) < CHANCE
        )

    @property
    def burning(self) -> bool:
        """Both windows burn faster than the target allows, by errors enough to matter."""
        return self.long.errors >= MIN_ERRORS and all(burnt > 1 for *_, burnt in self.windows)

    @property
    def windows(self) -> tuple[tuple[Window, Count, float], ...]:
        """The long and the short window, each with what it counted and how fast it burns.

        The last is how many times as fast as the target allows.
        """
        both = ((self.pair.long, self.long), (self.pair.short, self.short))
        return tuple((window, count, burn(count, self.objective)) for window, count in both)


@dataclass(frozen=True, slots=True)
class ObjectiveVerdict:
    """One objective of one release at one moment."""

    objective: Objective
    pairs: tuple[PairVerdict, ...]
    """One per pair of windows, in their order."""
    seen: bool
    """Whether there were counters to judge by."""
    slow: tuple[PairVerdict, ...] = ()
    """The same for slow windows, of those that the release is old enough for."""

    @property
    def health(self) -> Health:
        """Breach when any pair says so, silent when nothing was measured."""
        if any(pair.breached for pair in self.pairs):
            return Health.BREACH
        return Health.HEALTHY if self.seen else Health.SILENT

    @property
    def slow_burn(self) -> PairVerdict | None:
        """The first pair of slow windows that burns too fast; it decides about no rollback."""
        return next((pair for pair in self.slow if pair.breached), None)

    @property
    def burning(self) -> bool:
        """Any pair of windows burns faster than the target allows."""
        return any(pair.burning for pair in self.pairs)


def evaluate(
    objectives: Sequence[Objective],
    samples: Iterable[Sample],
    *,
    release: str,
    activated_at: datetime,
    now: datetime,
) -> tuple[ObjectiveVerdict, ...]:
    """One verdict per objective, by the samples of one release between activation and now.

    Windows end at `now` and never begin before `activated_at`; what other releases did, or this
    one before or later, changes nothing. Never raises.
    """
    tracks = tracks_of(samples, release)
    return judge(objectives, tracks, activated_at=activated_at, now=now)


def judge(
    objectives: Sequence[Objective],
    tracks: Mapping[str, tuple[Track, ...]],
    *,
    activated_at: datetime,
    now: datetime,
) -> tuple[ObjectiveVerdict, ...]:
    """`evaluate` for samples that have been put in order already."""
    begin, end = activated_at.timestamp(), now.timestamp()
    return tuple(_verdict(one, tracks.get(one.name, ()), begin, end) for one in objectives)


def _verdict(
    objective: Objective, tracks: tuple[Track, ...], begin: float, end: float
) -> ObjectiveVerdict:
    def within(seconds: int) -> Count:
        return count(tracks, start=max(begin, end - seconds), end=end)

    def said(pair: Pair) -> PairVerdict:
        return PairVerdict(objective, pair, within(pair.long.seconds), within(pair.short.seconds))

    recent = max(begin, end - BLIND_SECONDS)
    return ObjectiveVerdict(
        objective,
        tuple(map(said, PAIRS)),
        seen=any(track.samples(recent, end) > 1 for track in tracks),
        slow=tuple(said(pair) for pair in SLOW_PAIRS if end - begin >= pair.short.seconds),
    )


def burn(counted: Count, objective: Objective) -> float:
    """How many times as fast as the target allows a window burns; 0 without requests."""
    if not counted.errors:
        return 0.0
    return counted.errors / counted.total / float(objective.budget)


def _chance(counted: Count, objective: Objective) -> float:
    """How likely at least so many errors are when the release is exactly on target."""
    errors = counted.errors
    return beta_cdf(float(objective.budget), errors, counted.total - errors + 1)
