"""Counters of good and of all requests, and what they counted within a window."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Sample:
    """What one process had counted for one objective at one moment, since it started."""

    at: float
    """Seconds since the epoch."""
    release: str
    """Tag of the release whose requests these are."""
    objective: str
    instance: str
    """The process that counts. Counters of several are added, and each is reset by itself."""
    good: int
    total: int


@dataclass(frozen=True, slots=True)
class Count:
    """Requests within a window, and how many of them were not good."""

    total: int = 0
    errors: int = 0
    """From 0 to `total`."""


@dataclass(frozen=True, slots=True)
class Track:
    """The samples of one instance as running sums that no reset interrupts."""

    times: Sequence[float]
    """Ascending."""
    totals: Sequence[int]
    errors: Sequence[int]

    def between(self, start: float, end: float) -> tuple[int, int]:
        """Requests and errors between the first and the last sample within `[start, end]`.

        What happened before the first one lies partly before `start`, so it counts for nothing.
        The errors are 0 to the requests, so that no instance takes back the errors of another.
        """
        first, last = bisect_left(self.times, start), bisect_right(self.times, end) - 1
        if last <= first:
            return 0, 0
        total = self.totals[last] - self.totals[first]
        return total, min(max(self.errors[last] - self.errors[first], 0), total)

    def samples(self, start: float, end: float) -> int:
        """How many samples lie within `[start, end]`."""
        return bisect_right(self.times, end) - bisect_left(self.times, start)


def tracks_of(samples: Iterable[Sample], release: str) -> Mapping[str, tuple[Track, ...]]:
    """The tracks of one release by objective; samples of other releases change nothing.

    Samples may come in any order. Of several with one moment and instance the last one counts.
    """
    found: dict[tuple[str, str], dict[float, Sample]] = defaultdict(dict)
    for sample in samples:
        if sample.release == release:
            found[sample.objective, sample.instance][sample.at] = sample
    by_objective: dict[str, tuple[Track, ...]] = {}
    for (objective, _), by_time in found.items():
        track = _track([by_time[at] for at in sorted(by_time)])
        by_objective[objective] = (*by_objective.get(objective, ()), track)
    return by_objective


def _track(samples: Sequence[Sample]) -> Track:
    """A counter that falls belongs to a process that started again, so both begin at 0 there.

    Errors are not cut off at 0 from sample to sample: a request that is seen in `total` before it
    is seen in `good` is an error for one sample only, and the next one takes it back.
    """
    totals, errors = [0], [0]
    for before, after in pairwise(samples):
        restarted = after.total < before.total or after.good < before.good
        total = after.total - (0 if restarted else before.total)
        good = after.good - (0 if restarted else before.good)
        totals.append(totals[-1] + total)
        errors.append(errors[-1] + total - good)
    return Track([sample.at for sample in samples], totals, errors)


def count(tracks: Iterable[Track], *, start: float, end: float) -> Count:
    """What all tracks counted within `[start, end]`, together."""
    seen = [track.between(start, end) for track in tracks]
    return Count(sum(total for total, _ in seen), sum(errors for _, errors in seen))
