"""Beta and Student t distributions, by bisection on the regularised incomplete beta function."""

import math
from collections.abc import Iterable
from functools import lru_cache

CONFIDENCE = 0.95
"""Confidence of every one-sided bound."""
_BISECTIONS = 64
"""Halvings of [0, 1]: below the spacing of floats, so one more would change nothing."""
_MAX_TERMS = 100_000
"""Terms of the continued fraction; about sqrt(max(a, b)) are needed, so this is never reached."""
_CONVERGED = 1e-15
_TINY = 1e-300
"""Stands in for a zero denominator in Lentz's method."""


def beta_cdf(x: float, a: float, b: float) -> float:
    """I_x(a, b), the regularised incomplete beta function: P(Beta(a, b) <= x).

    `a`, `b` > 0 and need not be whole; `x` outside [0, 1] is clamped. Relative accuracy is about
    1e-11 up to a + b = 20,000. Source: the continued fraction in Abramowitz & Stegun 26.5.8.
    """
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    log_front = (
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    front = math.exp(log_front)
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(1.0 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of I_x(a, b), evaluated forwards with Lentz's method."""
    c = 1.0
    d = 1.0 / _away_from_zero(1.0 - (a + b) * x / (a + 1.0))
    value = d
    for m in range(1, _MAX_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        step = 1.0
        for numerator in (even, odd):
            d = 1.0 / _away_from_zero(1.0 + numerator * d)
            c = _away_from_zero(1.0 + numerator / c)
            step = c * d
            value *= step
        if abs(step - 1.0) <= _CONVERGED:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def beta_quantile(p: float, a: float, b: float) -> float:
    """The x with I_x(a, b) = p, for `p` in [0, 1] and `a`, `b` > 0."""
    low, high = 0.0, 1.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if beta_cdf(middle, a, b) < p:
            low = middle
        else:
            high = middle
    return high


@lru_cache(maxsize=256)
def t_quantile(p: float, degrees: int) -> float:
    """The `p` quantile of Student's t with `degrees` >= 1 degrees of freedom, 1/2 < `p` < 1.

    Cached, since every comparison of one report asks for the same few. T**2 / (T**2 + degrees)
    is Beta(1/2, degrees/2), which keeps its accuracy for thousands of degrees of freedom.
    """
    share = beta_quantile(2.0 * p - 1.0, 0.5, degrees / 2)
    return math.sqrt(degrees * share / (1.0 - share))


def p95(latencies_ms: Iterable[float]) -> float:
    """The 95th percentile by nearest rank; infinite when errors reach that rank."""
    ordered = sorted(latencies_ms)
    return ordered[math.ceil(0.95 * len(ordered)) - 1] if ordered else math.inf
