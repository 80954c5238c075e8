"""Objectives of registry.yaml, and how fast a burnt error budget is too fast."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

NAMES = ("availability", "latency", "cost", "safety")
"""Every objective there is, in the order in which a breach is named."""
_BOUNDS = {"latency": "latency_ms", "cost": "cost_per_1k_tokens"}
MIN_ERRORS = 5
"""Fewer errors in the long window decide nothing, whatever their share."""
CHANCE = 1e-6
"""A release exactly on target must show so many errors less often than this to be in breach.

A young release has few requests, and five errors of a few hundred come up by luck: without this,
two of a thousand releases that answer exactly 99.9 % of 5 to 10 requests a minute would breach
99.9 % within six hours. An outage is past it with its fifth error.
"""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time that ends now."""

    name: str
    """As Prometheus writes the duration."""
    seconds: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A long window, which shows that it matters, and a short one, which shows that it lasts."""

    long: Window
    short: Window
    factor: Fraction
    """A breach burns the budget at least this many times as fast as the target allows."""


PAIRS = (
    Pair(Window("1h", 3600), Window("5m", 300), Fraction("14.4")),
    Pair(Window("6h", 21600), Window("30m", 1800), Fraction(6)),
)
"""What rolls production back."""
SLOW_PAIRS = (
    Pair(Window("1d", 86400), Window("2h", 7200), Fraction(3)),
    Pair(Window("3d", 259200), Window("6h", 21600), Fraction(1)),
)
"""What people are told of: a budget that is used up in ten days, or exactly in time."""
WINDOWS = tuple(window for pair in PAIRS for window in (pair.long, pair.short))
LONGEST_SECONDS = max(window.seconds for window in WINDOWS)
SLOWEST_SECONDS = max(pair.long.seconds for pair in SLOW_PAIRS)
MOST_ERRORS = Fraction("0.2")
"""A breach that needs a larger share of errors than this is an outage that hardly ever comes."""
LOWEST_TARGET = 1 - MOST_ERRORS / max(pair.factor for pair in PAIRS)
"""The smallest target that each pair of windows can find in breach by so many errors."""


@dataclass(frozen=True, slots=True)
class Objective:
    """The share of requests that must be good."""

    name: str
    target: float
    """Above 0 and below 1."""
    bound: float | None = None
    """What a good request stays within: milliseconds for latency, money for cost, else None."""

    @property
    def budget(self) -> Fraction:
        """The share of requests that may be errors, exactly as the target is written."""
        return 1 - Fraction(repr(self.target))


@lru_cache(maxsize=64)
def limit(objective: Objective, pair: Pair) -> Fraction:
    """The share of errors at which a pair burns too fast.

    Never above 1: of a target so low that no share could burn that fast, nothing may succeed.
    """
    return min(Fraction(1), objective.budget * pair.factor)


def of_registry(section: Mapping[str, Any]) -> tuple[Objective, ...]:
    """The objectives of a schema-valid `slo` section, in the order of `NAMES`; never raises."""
    return tuple(
        Objective(name, section[name]["target"], section[name].get(_BOUNDS.get(name, "")))
        for name in NAMES
        if name in section
    )
