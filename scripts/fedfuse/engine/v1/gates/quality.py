"""The quality gate: good enough by itself, and against what it would replace."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from fedfuse.engine.guide import GateGuide
from fedfuse.engine.v1.gates.case import Case
from fedfuse.engine.v1.gates.gate import Gate, thresholds
from fedfuse.engine.v1.gates.outcomes import (
    GUARDED_PARTS,
    clusters,
    gap,
    rows,
    score,
    usable_baseline,
    without_baseline,
)
from fedfuse.engine.v1.stats.paired import Comparison, compare
from fedfuse.model.document import Pointer
from fedfuse.model.evidence import Row
from fedfuse.model.judgement import Measured
from fedfuse.model.number_text import number_text
from fedfuse.model.role import Role
from fedfuse.model.suite import Item
from fedfuse.model.verdict import GateResult, Verdict

_GATE = "quality"
_POINTS = 100.0
"""Points in a share of 1."""


@dataclass(frozen=True, slots=True)
class _Measure:
    """A metric as the mean of one number per item."""

    metric: str
    parts: tuple[str, ...]
    of: Callable[[Row], float]

    def values(self, measured: Measured, items: tuple[Item, ...]) -> tuple[float, ...]:
        """The number of each item that the evidence holds, in item order."""
        return tuple(self.of(row) for row in rows(measured, items))


@dataclass(frozen=True, slots=True)
class _Pairing:
    """One comparison to make."""

    check: str
    other: Measured
    measure: _Measure
    limit: float
    """The share that the lower bound of ours minus theirs must exceed to pass."""
    refused: float
    """The share that the upper bound must fall below to fail."""


@dataclass(frozen=True, slots=True)
class QualityPolicy:
    """Thresholds of the quality gate."""

    floor: float
    min_items: int
    mode: str
    """`superior` or `non_inferior`, for the role's superior metric."""
    margin: float
    """The largest loss, as a share, that `non_inferior` tolerates."""
    superior_by: float = 0.005
    """The gain, as a share, that `superior` must provably exceed."""


def judge(case: Case) -> tuple[GateResult, ...]:
    """A shipment reaches the floor and compares well with what serves, on the same items.

    Checks, in order: `floor`; `baseline`, the role's superior metric in the policy's mode;
    `anchor` and `candidate`, always non-inferior, where they are not the baseline; `teacher`, the
    same by the margin of the distillation, once for each that the unit learned from. A role whose
    superior metric is not quality gets `<check>-quality` beside each, always non-inferior.
    A comparison's numbers are points: `observed` is the lower bound that must exceed `limit`,
    `measured` and `baseline` are both sides' means. Without a baseline the `baseline` check passes
    as bootstrap and has no `observed`. Empty where the role has no quality policy.
    """
    policy = thresholds(QualityPolicy, case, _GATE)
    if policy is None:
        return ()
    results = [_floor(case, policy)]
    if usable_baseline(case) is None:
        results.append(without_baseline(case, gate=_GATE, check="baseline"))
    compared = (_compared(case, p, min_items=policy.min_items) for p in _plan(case, policy))
    return (*results, *compared)


def _floor(case: Case, policy: QualityPolicy) -> GateResult:
    part = case.shipment.manifest.role.quality_part
    items = case.suite.items((part,))
    subject = case.shipment.manifest.ref
    if reason := gap(case.shipment, items, case=case, part=part):
        return GateResult(_GATE, "floor", subject, Verdict.NO_EVIDENCE, reason=reason)
    scores = [score(row) for row in rows(case.shipment, items)]
    quality = math.fsum(scores) / len(scores)
    verdict = Verdict.PASS if quality >= policy.floor else Verdict.FAIL
    reason = f"quality {quality:.4f}, floor {number_text(policy.floor)}"
    if len(scores) < policy.min_items:
        verdict = Verdict.INCONCLUSIVE
        reason += f": {_too_few(len(scores), policy.min_items)}"
    return GateResult(
        _GATE,
        "floor",
        subject,
        verdict,
        observed=quality,
        limit=policy.floor,
        unit="share",
        reason=reason,
    )


def _too_few(n: int, min_items: int) -> str:
    return f"{n:,} items, {min_items:,} items would do"


def _plan(case: Case, policy: QualityPolicy) -> tuple[_Pairing, ...]:
    """Every comparison to make; only the baseline's superior metric can need to be better."""
    role = case.shipment.manifest.role
    superior, *others = _measures(role)
    pairings: list[_Pairing] = []
    for check, other in _references(case):
        margin = policy.margin
        if check == "teacher" and case.teacher_margin is not None:
            margin = case.teacher_margin
        not_worse = (-margin, -margin)
        must_beat = check == "baseline" and policy.mode != "non_inferior"
        limits = (policy.superior_by, 0.0) if must_beat else not_worse
        pairings.append(_Pairing(check, other, superior, *limits))
        pairings.extend(
            _Pairing(f"{check}-{measure.metric}", other, measure, *not_worse) for measure in others
        )
    return tuple(pairings)


def _measures(role: Role) -> tuple[_Measure, ...]:
    """What is compared: the role's superior metric first, quality always."""
    quality = _Measure("quality", (role.quality_part,), score)
    if role.superior_metric == "quality":
        return (quality,)
    return (_Measure("safety", GUARDED_PARTS, lambda row: float(row.passed)), quality)


def _references(case: Case) -> tuple[tuple[str, Measured], ...]:
    """Whom to compare with, each shipment once."""
    named = (
        ("baseline", usable_baseline(case)),
        ("anchor", case.anchor),
        ("candidate", case.candidate),
        *(("teacher", teacher) for teacher in case.teachers),
    )
    found: dict[str, tuple[str, Measured]] = {}
    for check, other in named:
        if other is not None:
            found.setdefault(other.manifest.ref, (check, other))
    return tuple(found.values())


def _compared(case: Case, pairing: _Pairing, *, min_items: int) -> GateResult:
    subject = case.shipment.manifest.ref
    measure = pairing.measure
    items = case.suite.items(measure.parts)
    for measured in (case.shipment, pairing.other):
        if reason := gap(measured, items, case=case, part=" and ".join(measure.parts)):
            return GateResult(_GATE, pairing.check, subject, Verdict.NO_EVIDENCE, reason=reason)
    ours, theirs = (measure.values(one, items) for one in (case.shipment, pairing.other))
    comparison = compare(ours, theirs, clusters(items))
    verdict, observed, detail = _decide(comparison, pairing, min_items=min_items)
    difference = f"{measure.metric} {_points(comparison.difference)} points"
    return GateResult(
        _GATE,
        pairing.check,
        subject,
        verdict,
        observed=None if observed is None else observed * _POINTS,
        limit=pairing.limit * _POINTS,
        baseline=math.fsum(theirs) / len(theirs) * _POINTS,
        unit="points",
        reason=f"{difference} against {pairing.other.manifest.ref} ({detail})",
        measured=math.fsum(ours) / len(ours) * _POINTS,
    )


def _decide(
    comparison: Comparison, pairing: _Pairing, *, min_items: int
) -> tuple[Verdict, float | None, str]:
    """The verdict, the lower bound as a share (None without one) and the numbers behind them."""
    if comparison.n < min_items:
        return Verdict.INCONCLUSIVE, None, _too_few(comparison.n, min_items)
    if comparison.obstacle:
        return Verdict.INCONCLUSIVE, None, comparison.obstacle
    lower, upper = comparison.bounds()
    needed = f"limit {_points(pairing.limit)}"
    if lower > pairing.limit:
        return Verdict.PASS, lower, f"lower bound {_points(lower)}, {needed}"
    if upper < pairing.refused:
        below = _points(pairing.refused)
        return Verdict.FAIL, lower, f"upper bound {_points(upper)}, limit {below}"
    enough = comparison.items_to_settle(pairing.limit, pairing.refused)
    would_do = "no practical number of items" if enough is None else f"{enough:,} items"
    bounds = f"bounds {_points(lower)} and {_points(upper)}"
    return Verdict.INCONCLUSIVE, lower, f"{bounds}, {needed}: {would_do} would do"


def _points(share: float) -> str:
    """A signed number of points, two decimals, never `-0.00`."""
    return f"{round(share * _POINTS, 2) + 0.0:+.2f}"


def _place(check: str, role: Role) -> Pointer:
    """The metric that a check compares."""
    if check == "floor" or check.endswith("-quality"):
        return ("metrics", "quality")
    return ("metrics", role.superior_metric)


_GUIDE = GateGuide(
    rule="The score reaches `quality.floor`, and it compares well with what serves today, item by "
    "item on the same suite. In mode `superior` the lower bound of the difference is above "
    "`quality.superior_by`, 0.005 where it is not given, and an upper bound below 0 fails; "
    "in mode `non_inferior` it is above minus `quality.margin`. It is also non-inferior to "
    "the unit's anchor (the last version admitted as better or as the first) and to the "
    "newest candidate; a student of `fusion.distillation` also to each teacher, by the `margin` "
    "there or, where it has none, by `quality.margin`. Bounds are one-sided, 95 %, and widened "
    "for items of one cluster; fewer than `quality.min_items` items or 40 clusters settle "
    "nothing. For role policy the compared metric is safety, and answering harmless prompts "
    "(quality) must not get worse.",
    why="Two scores differ by chance alone. A paired comparison with a bound tells an improvement "
    "from luck, and the anchor keeps many small losses from adding up to a large one. A gain that "
    "is provably above 0 may still be too small to be worth a release. `fedfuse explain passing` "
    "says how often which version passes.",
    fix="After `fail`, ship a better model. After `inconclusive`, the reason states how many "
    "items would settle it: they come with a larger suite version, not with another run of "
    "the same items. After `no-evidence`, run `fedfuse eval run` on the canonical suite and "
    "ship an Evaluation of the version that the reason names.",
    verdicts={
        Verdict.PASS: "the floor is reached and no comparison speaks against it",
        Verdict.WAIVED: "a maintainer's waiver for exactly this manifest admits it",
        Verdict.NO_EVIDENCE: "one side was not measured on every item of the canonical suite",
        Verdict.INCONCLUSIVE: "the items are too few to prove what the comparison asks for",
        Verdict.FAIL: "below the floor, or provably not as good as it must be",
    },
    next_step="push a better model to this branch",
    place=_place,
    waivable=True,
)

GATE = Gate(
    "quality",
    judge,
    _GUIDE,
)
