"""How much less items of one cluster tell than the same number of independent items."""

import math
from collections import Counter
from collections.abc import Sequence

MIN_CLUSTERS = 40
"""With fewer clusters the cluster-robust variance is too rough to judge by."""
_EXPECTED_CORRELATION = 0.2
"""Correlation of two items of one cluster where the values themselves say little about it."""
_EXPECTED_WEIGHT = 5.0
"""As many events as that expectation counts for."""


def design_effect(values: Sequence[float], clusters: Sequence[str]) -> float:
    """The design effect: how many clustered items tell as much as one independent item.

    It is the cluster-robust variance of the mean over its iid variance. The robust variance
    carries the G/(G-1) correction, the iid variance n/(n-1), so lone items give exactly 1. Values
    other than 0 are events. Few events say little about clusters, so the effect is then pulled up
    to what a correlation of 0.2 would give; it is never pulled down, and never below 1.
    `clusters` names each value's cluster. Sources: Kish (1965); Liang & Zeger (1986); the
    expectation and its weight are those of ADR 25.
    """
    n = len(values)
    events = n - list(values).count(0.0)
    trust = events / (events + _EXPECTED_WEIGHT)
    observed = _observed(values, clusters)
    return max(1.0, observed, trust * observed + (1.0 - trust) * _expected(clusters))


def _expected(clusters: Sequence[str]) -> float:
    """Kish's design effect at the expected correlation; 1 without items."""
    pairs = math.fsum(size * (size - 1) for size in Counter(clusters).values())
    return 1.0 + _EXPECTED_CORRELATION * pairs / max(len(clusters), 1)


def _observed(values: Sequence[float], clusters: Sequence[str]) -> float:
    """The ratio of both variances; 1 for constant values and for a single cluster."""
    if len(set(clusters)) < 2 or min(values) == max(values):
        return 1.0
    n = len(values)
    mean = math.fsum(values) / n
    groups: dict[str, list[float]] = {}
    for value, cluster in zip(values, clusters, strict=True):
        groups.setdefault(cluster, []).append(value - mean)
    within = math.fsum((value - mean) ** 2 for value in values)
    between = math.fsum(math.fsum(group) ** 2 for group in groups.values())
    robust = len(groups) / (len(groups) - 1) * between
    return robust / (n / (n - 1) * within)
