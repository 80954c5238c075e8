"""How much slower or dearer one run was than another on the same items, with bounds."""

import hashlib
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from fedfuse.engine.v1.metrics import latency_ms
from fedfuse.model.distributions import CONFIDENCE, p95
from fedfuse.model.evidence import Row

RESAMPLES = 1000

_Times: TypeAlias = Sequence[int]
"""How often each cluster was drawn, by its number."""
_Statistic: TypeAlias = Callable[[_Times], float]


@dataclass(frozen=True, slots=True)
class Pair:
    """What two runs measured on one item."""

    cluster: str
    ours_ms: float
    """Infinite for an error."""
    theirs_ms: float


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of ours to theirs, and its one-sided 95 % bounds."""

    value: float
    lower: float
    upper: float

    def items_to_settle(self, limit: float, n: int) -> int | None:
        """About how many items like these `n` would put both bounds on one side of `limit`.

        The logarithm of a ratio has an error that falls with the square root of the items. None
        where the ratio is the limit itself, or it or a bound is no positive number.
        """
        bound = self.upper if self.value < limit else self.lower
        if not (0.0 < bound < math.inf and self.value not in {0.0, limit, math.inf}):
            return None
        width, room = math.log(bound / self.value), math.log(limit / self.value)
        return max(n + 1, math.ceil(round(n * (width / room) ** 2, 6)))


def seed_of(ours_sha256: str, theirs_sha256: str) -> int:
    """The seed of the resampling: anyone with both evidence files draws the same samples."""
    digest = hashlib.sha256((ours_sha256 + theirs_sha256).encode("ascii"))
    return int(digest.hexdigest(), 16)


def p95_ratio(pairs: Sequence[Pair], *, seed: int) -> Ratio:
    """Our p95 over theirs; infinite when only theirs is 0 or only ours infinite. Needs a pair."""
    clusters = [pair.cluster for pair in pairs]
    of_pair = _numbers(clusters)
    sizes = [0] * len(set(clusters))
    for number in of_pair:
        sizes[number] += 1
    ours = sorted(zip((pair.ours_ms for pair in pairs), of_pair, strict=True), reverse=True)
    theirs = sorted(zip((pair.theirs_ms for pair in pairs), of_pair, strict=True), reverse=True)

    def of(drawn: _Times) -> float:
        size = sum(size * times for size, times in zip(sizes, drawn, strict=True))
        return _over(_p95(ours, drawn, size), _p95(theirs, drawn, size))

    whole = _over(p95(pair.ours_ms for pair in pairs), p95(pair.theirs_ms for pair in pairs))
    return _bounded(whole, of, clusters=len(sizes), seed=seed)


def cost_ratio(
    ours: Sequence[Row], theirs: Sequence[Row], clusters: Sequence[str], *, seed: int
) -> Ratio:
    """Our time over theirs, on the same items: how costs compare at one price.

    1 when both took no time; infinite when only theirs took none. Needs a row.
    """
    sums = [[0.0, 0.0] for _ in set(clusters)]
    for number, our, their in zip(_numbers(clusters), ours, theirs, strict=True):
        sums[number][0] += our.latency_ms
        sums[number][1] += their.latency_ms
    columns = tuple(zip(*sums, strict=True))

    def of(drawn: _Times) -> float:
        our_ms, their_ms = (
            math.fsum(cell * times for cell, times in zip(column, drawn, strict=True))
            for column in columns
        )
        return _over(our_ms, their_ms)

    return _bounded(of([1] * len(sums)), of, clusters=len(sums), seed=seed)


def latencies(
    ours: Sequence[Row], theirs: Sequence[Row], clusters: Sequence[str]
) -> tuple[Pair, ...]:
    """The times of two runs on the same items."""
    rows = zip(clusters, ours, theirs, strict=True)
    return tuple(Pair(cluster, latency_ms(a), latency_ms(b)) for cluster, a, b in rows)


def _numbers(clusters: Sequence[str]) -> list[int]:
    """The clusters numbered from 0 in order of appearance."""
    numbers = {name: n for n, name in enumerate(dict.fromkeys(clusters))}
    return [numbers[name] for name in clusters]


def _bounded(value: float, statistic: _Statistic, *, clusters: int, seed: int) -> Ratio:
    """The bounds of a statistic, by paired cluster resampling.

    Each of the 1,000 resamples draws as many clusters as there are, with replacement, and takes
    a drawn cluster's items as often as it was drawn. The bounds are the nearest-rank 5th and 95th
    percentiles. Only `random.Random.random` is used, whose sequence Python guarantees for an
    integer seed. Source: Efron & Tibshirani (1993), chapter 13.
    """
    uniform = random.Random(seed).random  # noqa: S311 - a reproducible draw, no secret
    found = []
    for _ in range(RESAMPLES):
        drawn = [0] * clusters
        for _ in range(clusters):
            drawn[int(uniform() * clusters)] += 1
        found.append(statistic(drawn))
    found.sort()
    upper = math.ceil(CONFIDENCE * RESAMPLES)
    return Ratio(value, found[RESAMPLES - upper], found[upper - 1])


def _p95(ranked: Sequence[tuple[float, int]], drawn: _Times, size: int) -> float:
    """The resample's p95: its 5 % slowest rows are walked, nothing is sorted again.

    `ranked` are latencies with the number of their cluster, slowest first.
    """
    slower = size - math.ceil(0.95 * size)
    for ms, cluster in ranked:
        slower -= drawn[cluster]
        if slower < 0:
            return ms
    return math.inf


def _over(ours: float, theirs: float) -> float:
    """Ours over theirs; 1 when they are the same, 0 and infinity too."""
    if ours == theirs:
        return 1.0
    return ours / theirs if theirs > 0 else math.inf
