"""The latency gate: fast and cheap enough by itself, and no slower than what it would replace."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC

from fedfuse.engine.guide import GateGuide
from fedfuse.engine.v1.gates.case import Case
from fedfuse.engine.v1.gates.gate import Gate, thresholds
from fedfuse.engine.v1.gates.outcomes import clusters, finite, gap, rows
from fedfuse.engine.v1.gates.ratios import Pair, Ratio, p95_ratio, seed_of
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
    interleaved: str = "required"
    """`required` or `optional`, of release-track versions that have a baseline."""


def judge(case: Case) -> tuple[GateResult, ...]:
    """The p95 and the cost stay under their caps, at recent prices, and the p95 by the baseline's.

    Checks, in order: `p95` (ms over the role's primary part; an error is infinitely late), `cost`
    (registry currency per 1k tokens, over all rows), `pricing` (days), and `p95-ratio` where the
    evidence is interleaved with this case's baseline: the upper bound of the ratio to it. Where
    it is not, `p95-ratio` has no evidence if the policy requires it, and else the reason of `p95`
    says `cap only`. What the baseline was measured on before does not matter: it is asked again
    in the same run. `observed` is None for an infinite number, and so is `measured`, the ratio.
    Empty where the role has no latency policy.
    """
    policy = thresholds(LatencyPolicy, case, "latency")
    if policy is None:
        return ()
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
    if baseline:
        return (*results, _ratio(case, policy, baseline, pairs))
    return (*results, *_not_interleaved(case, policy))


def _interleaved(case: Case, evaluation: Evaluation) -> Measured | None:
    """The baseline, where the evidence holds its latencies of the same run."""
    if case.baseline is None or evaluation.baseline != case.baseline.manifest.ref:
        return None
    evidence = case.shipment.evidence
    return case.baseline if evidence and evidence.paired else None


def _not_interleaved(case: Case, policy: LatencyPolicy) -> tuple[GateResult, ...]:
    """What a shipment lacks that may replace a baseline, and the commands that measure it."""
    manifest = case.shipment.manifest
    if case.baseline is None or manifest.track != "release" or policy.interleaved != "required":
        return ()
    other = case.baseline.manifest.ref
    reason = (
        f"the run was not interleaved with {other}: fedfuse eval run --endpoint URL --model MODEL "
        f"--role {manifest.role.name} --baseline-endpoint URL --baseline-model MODEL --to FILE.csv "
        f"asks both in turn, then fedfuse new {manifest.unit} --evidence FILE.csv "
        f"--baseline {other}"
    )
    return (GateResult("latency", "p95-ratio", manifest.ref, Verdict.NO_EVIDENCE, reason=reason),)


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
    baseline = p95(pair.theirs_ms for pair in pairs) if pairs else None
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
    ratio = p95_ratio(pairs, seed=seed)
    limit = 1.0 + policy.tolerance
    count = len({pair.cluster for pair in pairs})
    verdict, detail = _decide(ratio, limit, n=len(pairs), count=count)
    return GateResult(
        "latency",
        "p95-ratio",
        case.shipment.manifest.ref,
        verdict,
        observed=finite(ratio.upper),
        limit=limit,
        unit="ratio",
        reason=f"p95 ratio {ratio.value:.4f} to {baseline.manifest.ref} in the same run ({detail})",
        measured=finite(ratio.value),
    )


def _decide(ratio: Ratio, limit: float, *, n: int, count: int) -> tuple[Verdict, str]:
    """The verdict, and the numbers behind it. A NaN neither passes nor fails."""
    if count < MIN_CLUSTERS:
        return Verdict.INCONCLUSIVE, f"{count} clusters, {MIN_CLUSTERS} clusters would do"
    needed = f"limit {number_text(limit)}"
    if ratio.upper <= limit:
        return Verdict.PASS, f"upper bound {ratio.upper:.4f}, {needed}"
    if ratio.lower > limit:
        return Verdict.FAIL, f"lower bound {ratio.lower:.4f}, {needed}"
    enough = ratio.items_to_settle(limit, n)
    would_do = "no number of items" if enough is None else f"about {enough:,} items"
    bounds = f"bounds {ratio.lower:.4f} and {ratio.upper:.4f}"
    return Verdict.INCONCLUSIVE, f"{bounds}, {needed}: {would_do} would do"


def _result(
    case: Case, check: str, observed: float, limit: float, *, unit: str, reason: str
) -> GateResult:
    """Pass at most at the limit; a NaN never passes."""
    return GateResult(
        "latency",
        check,
        case.shipment.manifest.ref,
        Verdict.PASS if observed <= limit else Verdict.FAIL,
        observed=finite(observed),
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
    "is at most `latency.pricing_max_age_days` old. A version on the release track is also "
    "interleaved with its baseline (same items, same machine, alternating): the upper bound of "
    "the p95 ratio is at most 1 + `latency.tolerance`. With `latency.interleaved: optional`, "
    "and on the experiment track, a run that is not interleaved is held to the caps only.",
    why="Latencies of two days or two machines cannot be compared, so only an interleaved run is "
    "held against the baseline. A comparison that may be left out would be left out by whoever "
    "has become slower. Old prices make a model look cheaper than it is. Costs count the tokens of "
    "the suite and not those that a run claims, which a provider can choose.",
    fix="After `fail` of p95 or p95-ratio, ship a faster model or shorter answers; of "
    "cost, a cheaper machine or more requests in flight; of pricing, look the price up again "
    "and correct `evaluation.pricing`. After `no-evidence` of p95-ratio, run `fedfuse eval "
    "run` again with `--baseline-endpoint`, and `fedfuse new` with `--baseline`. After "
    "`inconclusive`, measure again on a machine that does nothing else, or on a larger suite.",
    verdicts={
        Verdict.PASS: "within every cap, and where measured no slower than the baseline",
        Verdict.WAIVED: "a maintainer's waiver for exactly this manifest admits it",
        Verdict.NO_EVIDENCE: "not every item of the primary part was measured, or not in turn "
        "with the baseline",
        Verdict.INCONCLUSIVE: "the items are too few, or too unsteady, to tell slower from as fast",
        Verdict.FAIL: "over a cap, priced too long ago, or provably slower than tolerated",
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
