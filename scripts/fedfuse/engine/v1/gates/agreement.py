"""The agreement gate: a report measures what it says it measures, and finds about the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fedfuse.engine.guide import GateGuide
from fedfuse.engine.v1.gates.case import Case
from fedfuse.engine.v1.gates.gate import Gate, thresholds
from fedfuse.engine.v1.gates.outcomes import clusters, finite, gap, rows, score
from fedfuse.engine.v1.gates.ratios import Ratio, cost_ratio, latencies, p95_ratio, seed_of
from fedfuse.engine.v1.stats.cluster import MIN_CLUSTERS
from fedfuse.engine.v1.stats.paired import compare
from fedfuse.model.document import Pointer
from fedfuse.model.evidence import Row
from fedfuse.model.judgement import Measured
from fedfuse.model.number_text import number_text
from fedfuse.model.role import Role
from fedfuse.model.verdict import GateResult, Verdict

_GATE = "agreement"
_POINTS = 100.0
"""Points in a share of 1."""


@dataclass(frozen=True, slots=True)
class AgreementPolicy:
    """How far a report may provably be from its subject's own run."""

    agree_quality: float
    agree_ratio: float


@dataclass(frozen=True, slots=True)
class _Runs:
    """Two runs of one version on the same items."""

    ours: Measured
    theirs: Measured
    our_rows: tuple[Row, ...]
    their_rows: tuple[Row, ...]
    clusters: tuple[str, ...]


def judge(case: Case) -> tuple[GateResult, ...]:
    """No item-by-item bound shows that a report differs from its subject's own run by too much.

    Checks: `subject`, then those of `between`. Empty where the role has no agreement policy.
    """
    policy = thresholds(AgreementPolicy, case, _GATE)
    if policy is None:
        return ()
    report = case.shipment.manifest
    if case.subject is None:
        return (_wrong(report.ref, f"its subject {report.subject} does not exist"),)
    subject = case.subject.manifest
    if subject.ref != report.subject or subject.role.is_report:
        return (_wrong(report.ref, f"{subject.ref} is not a model that {report.ref} can measure"),)
    return between(case, case.subject, policy)


def _wrong(report: str, reason: str) -> GateResult:
    return GateResult(_GATE, "subject", report, Verdict.FAIL, reason=reason)


def between(case: Case, subject: Measured, policy: AgreementPolicy) -> tuple[GateResult, ...]:
    """The case's shipment beside a model version's own run, on the primary part of its role.

    Checks: `quality` (points provably apart), then `p95` and `cost` (the nearest ratio to 1 that
    is not ruled out) where both ran on the same accelerator and concurrency, else `timing`, which
    passes and says why nothing was compared. With few clusters `quality` says so, and nothing else
    is compared. Both figures of the cost are at one price. A
    difference that no bound shows passes: both runs stand on their own evidence, and the number of
    items limits what can hide. Never raises.
    """
    ours = case.shipment
    part = subject.manifest.role.parts[0]
    items = case.suite.items((part,))
    for measured in (ours, subject):
        if reason := gap(measured, items, case=case, part=part):
            verdict = Verdict.NO_EVIDENCE
            return (GateResult(_GATE, "quality", ours.manifest.ref, verdict, reason=reason),)
    runs = _Runs(ours, subject, rows(ours, items), rows(subject, items), clusters(items))
    quality = _quality(runs, policy.agree_quality)
    if len(set(runs.clusters)) < MIN_CLUSTERS:
        return (quality,)
    return (quality, *_timings(runs, policy.agree_ratio))


def _quality(runs: _Runs, tolerance: float) -> GateResult:
    ours, theirs = (tuple(map(score, of)) for of in (runs.our_rows, runs.their_rows))
    found = compare(ours, theirs, runs.clusters)
    apart = f"quality {found.difference * _POINTS:+.2f} points beside {runs.theirs.manifest.ref}"
    report = runs.ours.manifest.ref
    if found.obstacle:
        reason = f"{apart}: {found.obstacle}"
        return GateResult(_GATE, "quality", report, Verdict.INCONCLUSIVE, reason=reason)
    lower, upper = found.bounds()
    proven = max(lower, -upper, 0.0)
    return GateResult(
        _GATE,
        "quality",
        report,
        Verdict.PASS if proven <= tolerance else Verdict.FAIL,
        observed=proven * _POINTS,
        limit=tolerance * _POINTS,
        unit="points",
        reason=f"{apart}: bounds {lower * _POINTS:+.2f} and {upper * _POINTS:+.2f}, "
        f"limit {number_text(tolerance * _POINTS)} either way",
        measured=abs(found.difference) * _POINTS,
    )


def _timings(runs: _Runs, tolerance: float) -> Iterator[GateResult]:
    ours, theirs = (_machine(of) for of in (runs.ours, runs.theirs))
    if ours != theirs:
        reason = f"ran on {ours}, {runs.theirs.manifest.ref} itself on {theirs}: not compared"
        report = runs.ours.manifest.ref
        yield GateResult(_GATE, "timing", report, Verdict.PASS, reason=reason)
        return
    seed = seed_of(runs.ours.evidence_sha256, runs.theirs.evidence_sha256)
    pairs = latencies(runs.our_rows, runs.their_rows, runs.clusters)
    p95 = p95_ratio(pairs, seed=seed)
    cost = cost_ratio(runs.our_rows, runs.their_rows, runs.clusters, seed=seed)
    yield _ratio(runs, "p95", p95, tolerance=tolerance)
    yield _ratio(runs, "cost", cost, tolerance=tolerance)


def _machine(of: Measured) -> str:
    """What timings depend on, as people name it."""
    run = of.manifest.evaluation
    return f"{run.accelerator} with {run.concurrency} in flight" if run else "no machine"


def _ratio(runs: _Runs, check: str, ratio: Ratio, *, tolerance: float) -> GateResult:
    high = 1.0 + tolerance
    low = 1.0 / high
    nearest = min(max(ratio.lower, 1.0), ratio.upper)
    return GateResult(
        _GATE,
        check,
        runs.ours.manifest.ref,
        Verdict.PASS if low <= nearest <= high else Verdict.FAIL,
        observed=finite(nearest),
        limit=high,
        baseline=1.0,
        unit="ratio",
        reason=f"{check} ratio {ratio.value:.4f} beside {runs.theirs.manifest.ref}: bounds "
        f"{ratio.lower:.4f} and {ratio.upper:.4f}, limit {low:.4f} to {number_text(high)}",
        measured=finite(ratio.value),
    )


_PLACES: Mapping[str, Pointer] = {
    "quality": ("metrics", "quality"),
    "timing": ("evaluation", "hardware", "accelerator"),
    "p95": ("metrics", "latency_ms_p95"),
    "cost": ("metrics", "cost_per_1k_tokens"),
}


def _place(check: str, _: Role) -> Pointer:
    return _PLACES.get(check, ("subject",))


_GUIDE = GateGuide(
    rule="A report measures an existing version of a model, and its run agrees with that version's "
    "own, item by item: no 95 % bound shows that quality differs by more than "
    "`agreement.agree_quality`, or p95 or cost (at one price) by more than the factor 1 + "
    "`agreement.agree_ratio`, either way. Timings are compared only where "
    "`evaluation.hardware.accelerator` and `concurrency` are the same.",
    why="A model becomes a member only when somebody else measured the same. Two honest runs "
    "differ by chance, and two machines by their speed; a difference that a bound shows means that "
    "one of the two ran something else.",
    fix="Check `subject`, the artifact's revision, the decoding settings and the hardware, then "
    "measure again and ship the report as a new version. If the subject's own figures were "
    "wrong, its provider ships a new version. After `no-evidence`, ship an Evaluation of the "
    "subject on the canonical suite.",
    verdicts={
        Verdict.PASS: "the subject exists, and no bound shows that the runs differ by too much",
        Verdict.NO_EVIDENCE: "one side was not measured on every item of the canonical suite",
        Verdict.INCONCLUSIVE: "too few clusters to bound the difference",
        Verdict.FAIL: "no such subject, or the runs provably differ by more than tolerated",
    },
    next_step="change what the reason names",
    place=_place,
)

GATE = Gate(
    "agreement",
    judge,
    _GUIDE,
)
