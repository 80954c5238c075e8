"""What a gate says: a verdict with its numbers, never an exception."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The outcome of one gate or of a whole report, from best to worst."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    WAIVED = "waived"
    NO_EVIDENCE = "no-evidence"
    INCONCLUSIVE = "inconclusive"
    FAIL = "fail"

    @property
    def admits(self) -> bool:
        """Only `pass` and `waived` admit."""
        return self in {Verdict.PASS, Verdict.WAIVED}


@dataclass(frozen=True, slots=True)
class GateResult:
    """One outcome of one gate for one shipment."""

    gate: str
    """Gate name, as `fedfuse explain GATE` takes it."""
    check: str
    """What the gate looked at, such as `floor`, `baseline`, `p95`, `cost`."""
    subject: str
    """`provider/unit@vN`, or `release` for the set gate."""
    verdict: Verdict
    observed: float | None = None
    """The number judged, in `unit`; None when there is none."""
    limit: float | None = None
    baseline: float | None = None
    unit: str = ""
    """`ms`, `share`, `points`, `ratio`, `items`, `days`, `p-value`, or a price per 1k tokens."""
    reason: str = ""
    """One sentence with numbers, limit and unit, readable without the other fields."""
    measured: float | None = None
    """The shipment's own figure in `unit`, where `observed` is a bound; None elsewhere. Reports
    show it, release records do not hold it."""


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of the verdicts; `pass` when there are none."""
    order = list(Verdict)
    return max(verdicts, key=order.index, default=Verdict.PASS)
