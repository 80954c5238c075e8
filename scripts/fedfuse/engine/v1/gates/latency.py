"""The latency gate: fast and cheap enough by itself, and no slower than what it would replace."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC

from fedfuse.engine.guide import GateGuide
from fedfuse.engine.v1.gates.case import Case
from fedfuse.engine.v1.gates.gate import Gate
from fedfuse.engine.v1.gates.interleaved import Pair, p95_ratio, p95_ratio_upper_bound, seed_of
from fedfuse.engine.v1.gates.outcomes import clusters, gap, rows
from fedfuse.engine.v1.metrics import cost_per_1k_tokens, latency_ms
from fedfuse.engine.v1.stats.cluster import MIN_CLUSTERS
from fedfuse.model.distributions import p95
from fedfuse.model.document import Pointer
from fedfuse.model.evidence import Machine
from fedfuse.model.judgement import Measured
from fedfuse.model.manifest import Evaluation
from fedfuse.model.number_text import number_text
from fedfuse.model.role import Role
from fedfuse.model.suite import Item
from fedfuse.model.verdict import GateResult, Verdict

_MAX_FUTURE_DAYS = 1
"""Clocks and time zones differ by a day at most."""


@dataclass(frozen=True, slots=True)
class LatencyPolicy:
    """Thresholds of the latency gate."""

    latency_ms_p95: float
    cost_per_1k_tokens: float
    tolerance: float
    """Largest tolerated p95 ratio to an interleaved baseline is `1 + tolerance`."""
    pricing_max_age_days: int


def judge(case: Case) -> tuple[GateResult, ...]:
    """The p95 and the cost stay under their caps, at recent prices, and the p95 by the baseline's.

    Checks, in order: `p95` (ms over the role's primary part; an error is infinitely late), `cost`
    (registry currency per 1k tokens, over all rows), `pricing` (days), and `p95-ratio` where the
    evidence is interleaved with this case's baseline: the upper bound of the ratio to it. Where
    it is not, the reason of `p95` says `cap only`. `observed` is None for an infinite number, and
    so is `measured`, the ratio itself.
    Empty where the role has no latency policy. Never raises.
    """
    section = case.policy.get("latency")
    if section is None:
        return ()
    policy = LatencyPolicy(**section)
    manifest = case.shipment.manifest
    part = manifest.role.parts[0]
    items = case.suite.items((part,))
    reason = gap(case.shipment, items, case=case, part=part)
    if manifest.evaluation is None or reason:
        reason = reason or f"{manifest.ref} has no evaluation"
        return (GateResult("latency", "p95", manifest.ref, Verdict.NO_EVIDENCE, reason=reason),)
    baseline = _interleaved(case, manifest.evaluation)
    pairs = _pairs(case, items) if baseline else ()
    results = (
        _p95(case, policy, items, pairs),
        _cost(case, policy, manifest.evaluation),
        _pricing(case, policy, manifest.evaluation),
    )
    return (*results, _ratio(case, policy, baseline, pairs)) if baseline else results


def _interleaved(case: Case, evaluation: Evaluation) -> Measured | None:
    """The baseline, where the evidence holds its latencies of the same run."""
    if case.baseline is None or evaluation.baseline != case.baseline.manifest.ref:
        return None
    evidence = case.shipment.evidence
    return case.baseline if evidence and evidence.paired else None


def _pairs(case: Case, items: tuple[Item, ...]) -> tuple[Pair, ...]:
    return tuple(
        Pair(cluster, latency_ms(row), row.baseline_latency_ms)
        for cluster, row in zip(clusters(items), rows(case.shipment, items), strict=True)
        if row.baseline_latency_ms is not None
    )


def _p95(
    case: Case, policy: LatencyPolicy, items: tuple[Item, ...], pairs: tuple[Pair, ...]
) -> GateResult:
    observed = p95(latency_ms(row) for row in rows(case.shipment, items))
    baseline = p95(pair.baseline_ms for pair in pairs) if pairs else None
    note = _cap_only(case) if baseline is None else f"baseline {baseline:.1f} ms in the same run"
    number = f"{observed:.1f} ms" if math.isfinite(observed) else "infinite for too many errors"
    result = _result(
        case,
        "p95",
        observed,
        policy.latency_ms_p95,
        unit="ms",
        reason=f"p95 {number}, limit {number_text(policy.latency_ms_p95)} ms ({note})",
    )
    return _reported(case, replace(result, baseline=baseline), "latency_ms_p95")


def _cap_only(case: Case) -> str:
    if case.baseline is None:
        return "cap only: there is no baseline"
    return f"cap only: the run was not interleaved with {case.baseline.manifest.ref}"


def _cost(case: Case, policy: LatencyPolicy, evaluation: Evaluation) -> GateResult:
    machine = Machine(evaluation.per_hour, evaluation.concurrency)
    primary = case.suite.items(case.shipment.manifest.role.parts[:1])
    observed = cost_per_1k_tokens(case.shipment.rows, machine, primary=primary)
    unit = f"{case.currency} per 1k tokens"
    number = f"{observed:.6f}" if math.isfinite(observed) else "infinite for no items:"
    result = _result(
        case,
        "cost",
        observed,
        policy.cost_per_1k_tokens,
        unit=unit,
        reason=f"cost {number} {unit}, limit {number_text(policy.cost_per_1k_tokens)}",
    )
    return _reported(case, result, "cost_per_1k_tokens")


def _reported(case: Case, result: GateResult, metric: str) -> GateResult:
    """The same result, but a failure when the manifest does not report the metric at all."""
    if metric in case.shipment.manifest.metrics:
        return result
    return replace(result, verdict=Verdict.FAIL, reason=f"the manifest reports no {metric}")


def _pricing(case: Case, policy: LatencyPolicy, evaluation: Evaluation) -> GateResult:
    age = (case.now.astimezone(UTC).date() - evaluation.priced_on).days
    limit = policy.pricing_max_age_days
    priced = f"the price is of {evaluation.priced_on.isoformat()}"
    reason = f"{priced}, {age} days old, limit {limit} days"
    result = _result(case, "pricing", age, limit, unit="days", reason=reason)
    if age >= -_MAX_FUTURE_DAYS:
        return result
    return replace(result, verdict=Verdict.FAIL, reason=f"{priced}, {-age} days in the future")


def _ratio(
    case: Case, policy: LatencyPolicy, baseline: Measured, pairs: tuple[Pair, ...]
) -> GateResult:
    seed = seed_of(case.shipment.evidence_sha256, baseline.evidence_sha256)
    bound = p95_ratio_upper_bound(pairs, seed=seed)
    limit = 1.0 + policy.tolerance
    ratio = p95_ratio(pairs)
    observed = f"p95 ratio {ratio:.4f} to {baseline.manifest.ref} in the same run"
    reason = f"{observed} (upper bound {bound:.4f}, limit {number_text(limit)})"
    result = _result(case, "p95-ratio", bound, limit, unit="ratio", reason=reason)
    result = replace(result, measured=ratio if math.isfinite(ratio) else None)
    count = len({pair.cluster for pair in pairs})
    if count >= MIN_CLUSTERS:
        return result
    reason = f"{observed}: {count} clusters, {MIN_CLUSTERS} clusters would do"
    return replace(result, verdict=Verdict.INCONCLUSIVE, reason=reason)


def _result(
    case: Case, check: str, observed: float, limit: float, *, unit: str, reason: str
) -> GateResult:
    """Pass at most at the limit; a NaN never passes."""
    return GateResult(
        "latency",
        check,
        case.shipment.manifest.ref,
        Verdict.PASS if observed <= limit else Verdict.FAIL,
        observed=observed if math.isfinite(observed) else None,
        limit=limit,
        unit=unit,
        reason=reason,
    )


_PLACES: Mapping[str, Pointer] = {
    "cost": ("metrics", "cost_per_1k_tokens"),
    "pricing": ("evaluation", "pricing", "as_of"),
}


def _place(check: str, _: Role) -> Pointer:
    return _PLACES.get(check, ("metrics", "latency_ms_p95"))


_GUIDE = GateGuide(
    rule="The p95 of the role's primary part is at most `latency.latency_ms_p95`, an error counts "
    "as infinitely late, and the cost is at most `latency.cost_per_1k_tokens` at a price that "
    "is at most `latency.pricing_max_age_days` old. Where the evidence was interleaved with "
    "the baseline (same items, same machine, alternating), the upper bound of the p95 ratio "
    "is also at most 1 + `latency.tolerance`; otherwise the report says `cap only`.",
    why="Latencies of two days or two machines cannot be compared, so only an interleaved run is "
    "held against the baseline. Old prices make a model look cheaper than it is. Costs count the "
    "tokens of the suite and not those that a run claims, which a provider can choose.",
    fix="After `fail` of p95 or p95-ratio, ship a faster model or shorter answers; of "
    "cost, a cheaper machine or more requests in flight; of pricing, look the price up again "
    "and correct `evaluation.pricing`. To be compared with the baseline, run `fedfuse eval "
    "run` with a baseline endpoint.",
    verdicts={
        Verdict.PASS: "within every cap, and where measured no slower than the baseline",
        Verdict.WAIVED: "a maintainer's waiver for exactly this manifest admits it",
        Verdict.NO_EVIDENCE: "not every item of the primary part was measured",
        Verdict.INCONCLUSIVE: "too few clusters to bound the p95 ratio",
        Verdict.FAIL: "over a cap, priced too long ago, or slower than tolerated",
    },
    next_step="bring the number within its limit",
    place=_place,
    waivable=True,
)

GATE = Gate(
    "latency",
    judge,
    _GUIDE,
)
