"""Verdicts in words, with numbers, limits and units."""

from decimal import Decimal

from fedfuse.model.canonical import decimal
from fedfuse.model.slo.burn import ObjectiveVerdict, PairVerdict
from fedfuse.model.slo.counters import Count
from fedfuse.model.slo.objective import Objective


def target(objective: Objective) -> str:
    """What an objective asks for, such as `99.5 %` or `95 % within 250 ms`."""
    share = f"{_plain(Decimal(repr(objective.target)) * 100)} %"
    if objective.bound is None:
        return share
    unit = " ms" if objective.name == "latency" else " per 1,000 tokens"
    return f"{share} within {_plain(Decimal(repr(objective.bound)))}{unit}"


def rate(burn: float) -> str:
    """A burn rate with as many digits as it is worth, such as `14.4x`."""
    return f"{decimal(round(burn, 1 if burn < 100 else 0))}x"


def errors(count: Count) -> str:
    """How many requests of how many were not good."""
    return f"{count.errors} error{'' if count.errors == 1 else 's'} of {count.total}"


def pair(verdict: PairVerdict) -> str:
    """What the two windows of a pair burn, and of how many requests."""
    said = (
        f"{window.name} {rate(burn)} ({errors(count)})" for window, count, burn in verdict.windows
    )
    return f"{', '.join(said)}, limit {rate(float(verdict.pair.factor))}"


def sentence(verdict: ObjectiveVerdict) -> str:
    """Why an objective is in breach, or else burns slowly: the first pair of windows that says so.

    For a verdict without either, what its first pair says.
    """
    found = next((one for one in verdict.pairs if one.breached), None)
    slowly = " slowly" if found is None and verdict.slow_burn else ""
    shown = pair(found or verdict.slow_burn or verdict.pairs[0])
    return f"{verdict.objective.name} burns its error budget{slowly}: {shown}"


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")
