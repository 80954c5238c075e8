"""How much slower than its baseline a shipment may be, from one run that alternated both."""

import hashlib
import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from fedfuse.model.distributions import CONFIDENCE, p95

RESAMPLES = 1000

_Ranked: TypeAlias = Sequence[tuple[float, int]]
"""Latencies with the number of their cluster, slowest first."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Both latencies of one item, measured on the same machine right after each other."""

    cluster: str
    ours_ms: float
    """Infinite for an error."""
    baseline_ms: float


def seed_of(ours_sha256: str, baseline_sha256: str) -> int:
    """The seed of the resampling: anyone with both evidence files draws the same samples."""
    digest = hashlib.sha256((ours_sha256 + baseline_sha256).encode("ascii"))
    return int(digest.hexdigest(), 16)


def p95_ratio(pairs: Sequence[Pair]) -> float:
    """Our p95 over the baseline's; infinite when the baseline's is 0 or ours is infinite."""
    ours, theirs = p95(pair.ours_ms for pair in pairs), p95(pair.baseline_ms for pair in pairs)
    return _ratio(ours, theirs)


def p95_ratio_upper_bound(pairs: Sequence[Pair], *, seed: int) -> float:
    """The one-sided 95 % upper bound of the p95 ratio, by paired cluster resampling.

    Each of the 1,000 resamples draws as many clusters as there are, with replacement, and takes
    a drawn cluster's pairs as often as it was drawn; the bound is the nearest-rank 95th
    percentile of their ratios. Only `random.Random.random` is used, whose sequence Python
    guarantees. Needs at least one pair. Source: Efron & Tibshirani (1993), chapter 13.
    """
    numbers = {name: n for n, name in enumerate(dict.fromkeys(pair.cluster for pair in pairs))}
    of_pair = [numbers[pair.cluster] for pair in pairs]
    sizes = Counter(of_pair)
    ours = sorted(zip((pair.ours_ms for pair in pairs), of_pair, strict=True), reverse=True)
    theirs = sorted(zip((pair.baseline_ms for pair in pairs), of_pair, strict=True), reverse=True)
    uniform = random.Random(seed).random  # noqa: S311 - a reproducible draw, no secret
    clusters = len(numbers)
    ratios = []
    for _ in range(RESAMPLES):
        drawn = Counter([int(uniform() * clusters) for _ in range(clusters)])
        size = sum(sizes[cluster] * times for cluster, times in drawn.items())
        ratios.append(_ratio(_p95(ours, drawn, size), _p95(theirs, drawn, size)))
    return sorted(ratios)[math.ceil(CONFIDENCE * RESAMPLES) - 1]


def _p95(ranked: _Ranked, drawn: Mapping[int, int], size: int) -> float:
    """The resample's p95: its 5 % slowest rows are walked, nothing is sorted again."""
    slower = size - math.ceil(0.95 * size)
    for latency_ms, cluster in ranked:
        slower -= drawn.get(cluster, 0)
        if slower < 0:
            return latency_ms
    return math.inf


def _ratio(ours_ms: float, baseline_ms: float) -> float:
    return ours_ms / baseline_ms if baseline_ms > 0 else math.inf
