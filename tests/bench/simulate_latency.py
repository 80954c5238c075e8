"""Simulate the p95 comparison of the latency gate and the agreement gate with the gates themselves.

`python tests/bench/simulate_gates.py --only timings` prints its tables.

Every draw is judged by the real gate, at the shape of the shipped suite: its primary part has 224
clusters of 8 items, its retrieval part 50 clusters of 6.
"""

import math
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from unittest.mock import patch

from fedfuse.engine.v1.gates import agreement, latency, ratios
from fedfuse.engine.v1.gates.case import Case
from fedfuse.engine.v1.metrics import metrics
from fedfuse.engine.v1.roles import ROLES
from fedfuse.model.canonical import sha256
from fedfuse.model.evidence import Evidence, Machine, Row
from fedfuse.model.judgement import Measured
from fedfuse.model.suite import Suite
from fedfuse.model.verdict import GateResult, Verdict
from tests.unit.gates import builders as build

SEED = 20261124
WORLDS = {1.0: (0.1, 0.25), 1.25: (0.25,)}
"""The true p95 ratio, and the tolerances that it is judged by."""
AGREEMENT = {"agree_quality": 0.01, "agree_ratio": 0.25}
"""Of reports, as `fedfuse init` writes it."""
_BOUND = "fedfuse.engine.v1.gates.latency.p95_ratio"
_TYPICAL_MS = 100.0
_RANKS = (1.0, 0.5, 0.3333, 0.25, 0.2, 0.0)
"""Scores of a retrieval item."""
_MEAN_ROOM = 0.25
"""Share of items that a model of this simulation answers wrong."""
_ANSWERS = (Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.FAIL)

Noise = Callable[[Random], float]
"""The logarithm of one factor of a latency."""


@dataclass(frozen=True, slots=True)
class Table:
    """What one simulation found."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Shape:
    """A primary part of the shipped suite."""

    part: str
    clusters: int
    size: int
    report: str
    """The role of reports on it."""
    subject: str

    @property
    def suite(self) -> Suite:
        return _suite(self)

    @property
    def n(self) -> int:
        return self.clusters * self.size


@cache
def _suite(of: _Shape) -> Suite:
    return build.suite(build.items(of.part, of.n, cluster_size=of.size))


PRIMARY = _Shape("quality", 224, 8, "benchmark", "runtime")
RETRIEVAL = _Shape("retrieval", 50, 6, "retrieval-eval", "embed")


def normal(sigma: float) -> Noise:
    """Factors that are lognormal."""
    return lambda random: random.gauss(0.0, sigma)


def pareto(alpha: float) -> Noise:
    """Factors with a Pareto tail; below alpha 2 they have no variance."""
    return lambda random: random.expovariate(alpha)


@dataclass(frozen=True, slots=True)
class Timing:
    """How long two models take for the same items."""

    name: str
    of_cluster: Noise
    """Shared by both models and by all items of one template, as long prompts take longer."""
    of_item: Noise
    """Shared by both models."""
    of_run: Noise
    """Of one model on one item: how long its answer is, and what the machine did beside it."""

    def pairs(self, random: Random, shape: _Shape, factor: float) -> Iterator[tuple[float, float]]:
        """Latencies of ours and of the other, ours `factor` times as long."""
        for _ in range(shape.clusters):
            cluster = self.of_cluster(random)
            for _ in range(shape.size):
                item = cluster + self.of_item(random)
                ours, theirs = (math.exp(item + self.of_run(random)) for _ in range(2))
                yield round(factor * _TYPICAL_MS * ours, 1), round(_TYPICAL_MS * theirs, 1)


_NONE = normal(0.0)
TIMINGS = (
    Timing("lognormal, sigma 0.3", _NONE, normal(0.2), normal(0.22)),
    Timing("lognormal, sigma 1, nothing shared", _NONE, _NONE, normal(1.0)),
    Timing("Pareto, alpha 2", _NONE, _NONE, pareto(2.0)),
)  # fmt: skip


def latency_table(draws: int, shape: _Shape, timings: Sequence[Timing] = TIMINGS) -> Table:
    """How often the p95 comparison passes, is inconclusive and fails."""
    rows = []
    for timing in timings:
        for ratio, tolerances in WORLDS.items():
            random = Random(SEED)  # noqa: S311 - a reproducible simulation, nothing secret
            found: dict[float, Counter[Verdict]] = {one: Counter() for one in tolerances}
            for _ in range(draws):
                case = _interleaved(random, shape, timing, ratio)
                # all tolerances judge one draw, and its bounds are computed once
                with patch(_BOUND, cache(ratios.p95_ratio)):
                    for tolerance, counter in found.items():
                        counter[_compared(case, tolerance)] += 1
            rows += [
                (timing.name, f"{ratio}", f"{one}", *_shares(counter, draws))
                for one, counter in found.items()
            ]
    title = f"p95 ratio, {shape.n:,} items in {shape.clusters} clusters, {draws:,} draws"
    return Table(title, ("latencies", "true ratio", "tolerance", *_ANSWERS), tuple(rows))


def _interleaved(random: Random, shape: _Shape, timing: Timing, factor: float) -> Case:
    suite = shape.suite
    baseline = build.measured(suite, version=2, role=shape.subject)
    ours = build.manifest(shape.subject)
    assert ours.evaluation is not None
    against = replace(ours.evaluation, baseline=baseline.manifest.ref)
    rows = tuple(
        replace(row, latency_ms=own, baseline_latency_ms=other)
        for row, (own, other) in zip(
            build.evidence(suite).rows, timing.pairs(random, shape, factor), strict=True
        )
    )
    evidence = Evidence(sha256(str(random.getrandbits(64)).encode()), rows)
    shipment = Measured(replace(ours, evaluation=against), evidence)
    return build.case(shipment, suite, baseline=baseline)


def _compared(case: Case, tolerance: float) -> Verdict:
    policy = build.policy(latency={**build.LATENCY, "tolerance": tolerance})
    results = latency.judge(replace(case, policy=policy))
    return next(one.verdict for one in results if one.check == "p95-ratio")


def _shares(found: Counter[Verdict], draws: int) -> tuple[str, ...]:
    return tuple(_share(found[answer] / draws, draws) for answer in _ANSWERS)


def _share(share: float, draws: int) -> str:
    """A share and its Monte Carlo standard error, in percent."""
    return f"{share:.1%} ± {math.sqrt(share * (1 - share) / draws) * 100:.1f}"


@dataclass(frozen=True, slots=True)
class Rerun:
    """How a report's run differs from its subject's own."""

    name: str
    shape: _Shape
    changed: float
    """Share of items that are scored anew, as another machine or a temperature does."""
    lower: float = 0.0
    """Share of items that only the subject claims to have answered."""
    timing: Timing = TIMINGS[0]
    factor: float = 1.0
    """Times as long."""
    accelerator: str = "1xL4"


RERUNS = (
    Rerun("honest, 5 % scored anew", PRIMARY, 0.05),
    Rerun("honest, all sampled anew, heavy tails", PRIMARY, 1.0, timing=TIMINGS[1]),
    Rerun("honest, 5 % scored anew", RETRIEVAL, 0.05),
    Rerun("honest, 30 % scored anew, heavy tails", RETRIEVAL, 0.30, timing=TIMINGS[1]),
    Rerun("honest, machine 1.2 times as slow", PRIMARY, 0.04, factor=1.2, accelerator="1xT4"),
    Rerun("honest, machine 1.5 times as slow", PRIMARY, 0.04, factor=1.5, accelerator="1xT4"),
    Rerun("honest, machine 1.2 times as slow", RETRIEVAL, 0.05, factor=1.2, accelerator="1xT4"),
    Rerun("subject claims 3 points too much", PRIMARY, 0.05, 0.03, accelerator="1xT4"),
    Rerun("subject claims 4 points too much", RETRIEVAL, 0.05, 0.04, accelerator="1xT4"),
    Rerun("subject claims 8 points too much", RETRIEVAL, 0.05, 0.08, accelerator="1xT4"),
    Rerun("same machine, 1.5 times as slow", PRIMARY, 0.04, factor=1.5),
    Rerun("same machine, twice as slow", RETRIEVAL, 0.05, factor=2.0),
)


def agreement_table(draws: int, reruns: Sequence[Rerun] = RERUNS) -> Table:
    """How often a report is accepted, is inconclusive and is refused, and by which check."""
    rows = []
    for rerun in reruns:
        random = Random(SEED)  # noqa: S311 - a reproducible simulation, nothing secret
        judged = [_reported(random, rerun) for _ in range(draws)]
        found = Counter(build.overall(results) for results in judged)
        blame = Counter(one.check for of in judged for one in of if not one.verdict.admits)
        blamed = ", ".join(f"{check} {n / draws:.1%}" for check, n in sorted(blame.items()))
        rows.append((f"{rerun.name}, n {rerun.shape.n:,}", *_shares(found, draws), blamed))
    header = ("report beside its subject", *_ANSWERS, "by check")
    return Table(f"agreement, {draws:,} draws", header, tuple(rows))


def _reported(random: Random, rerun: Rerun) -> tuple[GateResult, ...]:
    shape, suite = rerun.shape, rerun.shape.suite
    ours: list[Row] = []
    theirs: list[Row] = []
    pairs = rerun.timing.pairs(random, shape, rerun.factor)
    scores = _scores(random, rerun)
    for item, times, points in zip(suite.parts[shape.part], pairs, scores, strict=True):
        for rows, latency_ms, score in zip((ours, theirs), times, points, strict=True):
            rows.append(replace(build.row(item.id, score), latency_ms=latency_ms))
    subject = _measured(build.measured(suite, role=shape.subject), suite, theirs)
    report = build.measured(suite, role=shape.report, version=1)
    report = replace(report, manifest=replace(report.manifest, subject=subject.manifest.ref))
    shipment = _measured(report, suite, ours, role=shape.subject, accelerator=rerun.accelerator)
    policy = build.policy(agreement=AGREEMENT)
    return agreement.judge(replace(build.case(shipment, suite, policy), subject=subject))


def _measured(
    of: Measured, suite: Suite, rows: Sequence[Row], *, role: str = "", accelerator: str = "1xL4"
) -> Measured:
    """A shipment with these rows, the figures that they give, and its machine."""
    assert of.evidence is not None
    assert of.manifest.evaluation is not None
    evidence = replace(of.evidence, rows=tuple(rows))
    measured = (ROLES[role] if role else of.manifest.role).as_reported()
    evaluation = replace(of.manifest.evaluation, accelerator=accelerator)
    machine = Machine(evaluation.per_hour, evaluation.concurrency)
    figures = metrics(evidence, suite.parts, role=measured, machine=machine)
    return Measured(replace(of.manifest, metrics=figures, evaluation=evaluation), evidence)


def _scores(random: Random, rerun: Rerun) -> Iterator[tuple[float, float]]:
    """Scores of the report and of the subject; items of one template are alike."""
    for _ in range(rerun.shape.clusters):
        ability = random.betavariate(6.0, 2.0)
        for _ in range(rerun.shape.size):
            true = _score(random, rerun.shape, ability)
            changed = random.random() < rerun.changed
            ours = _score(random, rerun.shape, ability) if changed else true
            yield ours, _claimed(random, true, rerun.lower)


def _score(random: Random, shape: _Shape, ability: float) -> float:
    if random.random() < ability:
        return 1.0
    return 0.0 if shape is PRIMARY else _RANKS[1 + int(random.random() * (len(_RANKS) - 1))]


def _claimed(random: Random, score: float, lower: float) -> float:
    """The score, raised to 1 where that is claimed, so often that `lower` is the mean rise."""
    return 1.0 if score < 1.0 and random.random() < lower / _MEAN_ROOM else score


def tables(draws: int) -> Iterator[Table]:
    """Every table of this module, one after the other since each takes minutes."""
    yield latency_table(draws, PRIMARY)
    yield latency_table(draws, RETRIEVAL)
    yield agreement_table(draws)


def report(draws: int) -> None:
    """Print every table as Markdown."""
    for table in tables(draws):
        lines = (table.header, ("---",) * len(table.header), *table.rows)
        sys.stdout.write(f"## {table.title}\n\n")
        sys.stdout.writelines(f"| {' | '.join(line)} |\n" for line in lines)
        sys.stdout.write("\n")
        sys.stdout.flush()
