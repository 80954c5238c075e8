"""Tango's score bound for the difference of two paired proportions."""

import math

_BISECTIONS = 64


def tango_lower(better: float, worse: float, *, n: float, z: float) -> float:
    """The lower score bound of P(better) - P(worse) at the standard normal (or t) quantile `z`.

    Of `n` > 0 pairs, `better` have the event only in the first of the pair and `worse` only in
    the second; the counts need not be whole, since a design effect divides them. Defined without
    any discordant pair too: -z**2 / (n + z**2). The upper bound is the negated lower bound of the
    swapped counts. Source: Tango (1998), Statistics in Medicine 17, 891-908.
    """
    low, high = -1.0, (better - worse) / n
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if _score(middle, better, worse, n=n) > z:
            low = middle
        else:
            high = middle
    return low


def _score(delta: float, better: float, worse: float, *, n: float) -> float:
    """The score statistic of `P(better) - P(worse) = delta`; it falls as delta rises."""
    excess = better - worse - n * delta
    variance = n * (2.0 * _share_worse(delta, better, worse, n=n) + delta * (1.0 - delta))
    if variance <= 0.0:
        return math.copysign(math.inf, excess)
    return excess / math.sqrt(variance)


def _share_worse(delta: float, better: float, worse: float, *, n: float) -> float:
    """P(worse) at its maximum likelihood given `delta`: the larger root of a quadratic."""
    linear = (2.0 * n - better + worse) * delta - better - worse
    constant = -worse * delta * (1.0 - delta)
    root = math.sqrt(max(linear * linear - 8.0 * n * constant, 0.0))
    if linear < 0.0:
        return (root - linear) / (4.0 * n)
    # the same root, written so that two nearly equal numbers are never subtracted
    return -2.0 * constant / (root + linear) if root + linear > 0.0 else 0.0
