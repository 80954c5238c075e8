"""The agreement gate: a report measures what it says it measures, and finds about the same."""

import math

from fedfuse.gates.case import Case
from fedfuse.model.manifest import Manifest
from fedfuse.model.plain import plain
from fedfuse.model.verdict import GateResult, Verdict

_DIGITS = 6
"""Figures are declared to 1e-6; what lies below is noise of binary fractions."""
_POINTS = 100.0
"""Points in a share of 1."""


def judge(case: Case) -> tuple[GateResult, ...]:
    """A report's figures agree with its subject's own within the policy's tolerances.

    Checks: `subject`, then `quality` (points apart), `p95` and `cost` (ratio, between 1 / (1 + r)
    and 1 + r). Both sides' declared figures are compared: each was recomputed from its evidence
    before. Empty where the role has no agreement policy. Never raises.
    """
    policy = case.policy.agreement
    if policy is None:
        return ()
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
        reason=f"{shown}: {apart * _POINTS:.2f} points apart, limit {plain(tolerance * _POINTS)}",
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
    shown = f"{metric} {plain(ours)}, {subject.ref} itself says {plain(theirs)}"
    return GateResult(
        "agreement",
        check,
        report.ref,
        Verdict.PASS if agrees else Verdict.FAIL,
        observed=ratio if math.isfinite(ratio) else None,
        limit=high,
        baseline=1.0,
        unit="ratio",
        reason=f"{shown}: ratio {ratio:.4f}, limit {low:.4f} to {plain(high)}",
    )


def _figures(report: Manifest, subject: Manifest, metric: str) -> tuple[float, float]:
    """Both declared figures; NaN, which agrees with nothing, where one is not declared."""
    return report.metrics.get(metric, math.nan), subject.metrics.get(metric, math.nan)


def _over(ours: float, theirs: float) -> float:
    """Our figure over the subject's; 1 when both are 0, as two free runs cost the same."""
    if theirs == 0:
        return 1.0 if ours == 0 else math.inf
    return ours / theirs
