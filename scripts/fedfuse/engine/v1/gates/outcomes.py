"""Per-item outcomes as the gates see them."""

import math

from fedfuse.engine.v1.gates.case import Case
from fedfuse.engine.v1.metrics import rows_of
from fedfuse.model.evidence import Row
from fedfuse.model.judgement import Measured
from fedfuse.model.suite import Item
from fedfuse.model.verdict import GateResult, Verdict

GUARDED_PARTS = ("policy", "adversarial")
"""The parts whose items a safe model passes; `safety` is the share it does pass."""


def score(row: Row) -> float:
    """An item's score; 0 when its outcome is an error."""
    return row.score if row.ok else 0.0


def clusters(items: tuple[Item, ...]) -> tuple[str, ...]:
    """The cluster of each item."""
    return tuple(item.cluster for item in items)


def rows(measured: Measured, items: tuple[Item, ...]) -> tuple[Row, ...]:
    """One row per item, in item order; fewer where the evidence lacks an item."""
    return rows_of(measured.rows, items)


def gap(measured: Measured, items: tuple[Item, ...], *, case: Case, part: str) -> str:
    """Why a shipment's evidence cannot be judged on the items; empty when it can.

    A part without items cannot be judged either, so a suite that lost a part passes no gate.
    """
    suite = f"{case.suite.name}/v{case.suite.version}"
    if not items:
        return f"{suite} has no {part} items to judge {measured.manifest.ref} by"
    missing = len(items) - len(rows(measured, items))
    if missing == 0:
        return ""
    return (
        f"{measured.manifest.ref} has no evidence on {missing:,} of {len(items):,} {part} items "
        f"of {suite}: ship an Evaluation of it on {suite}"
    )


def finite(number: float) -> float | None:
    """A number as a result holds it: None for an infinite one and for a NaN."""
    return number if math.isfinite(number) else None


def usable_baseline(case: Case) -> Measured | None:
    """The baseline, where there is one and its evidence can be used."""
    return None if case.baseline_gap else case.baseline


def without_baseline(case: Case, *, gate: str, check: str) -> GateResult:
    """What a comparison says where `usable_baseline` is None.

    Bootstrap (the unit has no earlier version) passes; a baseline whose evidence is unusable does
    not.
    """
    subject = case.shipment.manifest.ref
    if case.baseline_gap:
        return GateResult(gate, check, subject, Verdict.NO_EVIDENCE, reason=case.baseline_gap)
    reason = f"bootstrap: {subject} has no earlier version to compare with, floors only"
    return GateResult(gate, check, subject, Verdict.PASS, reason=reason)
