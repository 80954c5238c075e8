"""What skewness does to a bound of a mean: rare large losses are missed by a symmetric one."""

import math
from collections.abc import Sequence

_SYMMETRIC = 1e-4
"""Below this the transformation changes a quantile by less than its rounding."""


def skewness(values: Sequence[float], clusters: Sequence[str]) -> float:
    """The skewness of the clusters' totals around the mean value; 0 where they do not vary.

    `clusters` names each value's cluster. There must be a value.
    """
    mean = math.fsum(values) / len(values)
    groups: dict[str, list[float]] = {}
    for value, cluster in zip(values, clusters, strict=True):
        groups.setdefault(cluster, []).append(value - mean)
    totals = [math.fsum(group) for group in groups.values()]
    second = math.fsum(total**2 for total in totals) / len(totals)
    third = math.fsum(total**3 for total in totals) / len(totals)
    return third / second**1.5 if second else 0.0


def hall_quantile(quantile: float, skew: float, n: float) -> float:
    """Standard errors between a mean of `n` draws and its lower bound, at a t or z quantile.

    `quantile` > 0 itself where `skew`, of one draw, is 0; smaller for a positive one. The upper
    bound takes the negated skewness. Hall's cubic transformation is as accurate as the
    bootstrap-t, without a seed. Source: Hall (1992), On the removal of skewness by
    transformation, Journal of the Royal Statistical Society B 54, 221-228.
    """
    if abs(skew) < _SYMMETRIC:
        return quantile
    root = math.sqrt(n)
    return 3.0 * root / skew * (math.cbrt(1.0 + skew * (quantile / root - skew / (6.0 * n))) - 1.0)
