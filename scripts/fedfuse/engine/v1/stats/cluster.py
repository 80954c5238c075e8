"""How much less items of one cluster tell than the same number of independent items."""

import math
from collections.abc import Sequence

MIN_CLUSTERS = 20
"""With fewer clusters the cluster-robust variance is too rough to judge by."""


def design_effect(values: Sequence[float], clusters: Sequence[str]) -> float:
    """The design effect: max(1, cluster-robust variance of the mean / its iid variance).

    The robust variance carries the G/(G-1) correction, the iid variance n/(n-1), so lone items
    give exactly 1. Constant values (both variances 0), a single value and a single cluster give
    1: the caller refuses to judge fewer than `MIN_CLUSTERS` clusters. `clusters` names each
    value's cluster. Source: Kish (1965); Liang & Zeger (1986).
    """
    n = len(values)
    groups: dict[str, list[float]] = {}
    mean = math.fsum(values) / n if n else 0.0
    for value, cluster in zip(values, clusters, strict=True):
        groups.setdefault(cluster, []).append(value - mean)
    if len(groups) < 2 or min(values) == max(values):
        return 1.0
    within = math.fsum((value - mean) ** 2 for value in values)
    between = math.fsum(math.fsum(group) ** 2 for group in groups.values())
    robust = len(groups) / (len(groups) - 1) * between
    return max(1.0, robust / (n / (n - 1) * within))
