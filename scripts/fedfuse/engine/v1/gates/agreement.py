"""The agreement gate: a report measures what it says it measures, and finds about the same."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from fedfuse.engine.guide import GateGuide
from fedfuse.engine.v1.gates.case import Case
from fedfuse.engine.v1.gates.gate import Gate
from fedfuse.model.document import Pointer
from fedfuse.model.manifest import Manifest
from fedfuse.model.number_text import number_text
from fedfuse.model.role import Role
from fedfuse.model.verdict import GateResult, Verdict

_DIGITS = 6
"""Figures are declared to 1e-6; what lies below is noise of binary fractions."""
_POINTS = 100.0
"""Points in a share of 1."""


@dataclass(frozen=True, slots=True)
class AgreementPolicy:
    """How far a report may be from its subject's own figures."""

    agree_quality: float
    agree_ratio: float


def judge(case: Case) -> tuple[GateResult, ...]:
    """A report's figures agree with its subject's own within the policy's tolerances.

    Checks: `subject`, then `quality` (points apart), `p95` and `cost` (ratio, between 1 / (1 + r)
    and 1 + r). Both sides' declared figures are compared: each was recomputed from its evidence
    before. Empty where the role has no agreement policy. Never raises.
    """
    section = case.policy.get("agreement")
    if section is None:
        return ()
    policy = AgreementPolicy(**section)
    report = case.shipment.manifest
    if case.subject is None:
        return (_missing(report, f"its subject {report.subject} does not exist"),)
    subject = case.subject.manifest
    if subject.ref != report.subject or subject.role.is_report:
        return (_missing(report, f"{subject.ref} is not a model that {report.ref} can measure"),)
    return (
        quality(report, subject, policy.agree_quality),
        *timing(report, subject, policy.agree_ratio),
    )


def _missing(report: Manifest, reason: str) -> GateResult:
    return GateResult("agreement", "subject", report.ref, Verdict.FAIL, reason=reason)


def quality(report: Manifest, subject: Manifest, tolerance: float) -> GateResult:
    """Whether both qualities are at most so many shares apart."""
    ours, theirs = _figures(report, subject, "quality")
    apart = round(abs(ours - theirs), _DIGITS)
    shown = f"quality {ours:.4f}, {subject.ref} itself says {theirs:.4f}"
    return GateResult(
        "agreement",
        "quality",
        report.ref,
        Verdict.PASS if apart <= tolerance else Verdict.FAIL,
        observed=apart * _POINTS if math.isfinite(apart) else None,
        limit=tolerance * _POINTS,
        unit="points",
        reason=f"{shown}: {apart * _POINTS:.2f} points apart, "
        f"limit {number_text(tolerance * _POINTS)}",
    )


def timing(report: Manifest, subject: Manifest, tolerance: float) -> tuple[GateResult, ...]:
    """Whether p95 and cost are within a ratio of 1 + `tolerance`, either way."""
    return (
        _ratio(report, subject, "p95", "latency_ms_p95", tolerance=tolerance),
        _ratio(report, subject, "cost", "cost_per_1k_tokens", tolerance=tolerance),
    )


def _ratio(
    report: Manifest, subject: Manifest, check: str, metric: str, *, tolerance: float
) -> GateResult:
    ours, theirs = _figures(report, subject, metric)
    ratio = round(_over(ours, theirs), _DIGITS)
    low, high = 1.0 / (1.0 + tolerance), 1.0 + tolerance
    agrees = round(low, _DIGITS) <= ratio <= high
    shown = f"{metric} {number_text(ours)}, {subject.ref} itself says {number_text(theirs)}"
    return GateResult(
        "agreement",
        check,
        report.ref,
        Verdict.PASS if agrees else Verdict.FAIL,
        observed=ratio if math.isfinite(ratio) else None,
        limit=high,
        baseline=1.0,
        unit="ratio",
        reason=f"{shown}: ratio {ratio:.4f}, limit {low:.4f} to {number_text(high)}",
    )


def _figures(report: Manifest, subject: Manifest, metric: str) -> tuple[float, float]:
    """Both declared figures; NaN, which agrees with nothing, where one is not declared."""
    return report.metrics.get(metric, math.nan), subject.metrics.get(metric, math.nan)


def _over(ours: float, theirs: float) -> float:
    """Our figure over the subject's; 1 when both are 0, as two free runs cost the same."""
    if theirs == 0:
        return 1.0 if ours == 0 else math.inf
    return ours / theirs


_PLACES: Mapping[str, Pointer] = {
    "quality": ("metrics", "quality"),
    "p95": ("metrics", "latency_ms_p95"),
    "cost": ("metrics", "cost_per_1k_tokens"),
}


def _place(check: str, _: Role) -> Pointer:
    return _PLACES.get(check, ("subject",))


_GUIDE = GateGuide(
    rule="A report measures an existing version of a model, and its figures agree with that "
    "version's own: quality within `agreement.agree_quality`, p95 and cost within a ratio of "
    "1 + `agreement.agree_ratio` either way.",
    why="A model becomes a member only when somebody else measured the same. Figures that differ "
    "mean that one of the two ran something else.",
    fix="Check `subject`, the artifact's revision, the decoding settings and the hardware, then "
    "measure again and ship the report as a new version. If the subject's own figures were "
    "wrong, its provider ships a new version.",
    verdicts={
        Verdict.PASS: "the subject exists and the figures agree",
        Verdict.FAIL: "no such subject, or the figures differ by more than tolerated",
    },
    next_step="change what the reason names",
    place=_place,
)

GATE = Gate(
    "agreement",
    judge,
    _GUIDE,
)
