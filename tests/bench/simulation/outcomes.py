"""Try the quality gate on real paired outcomes of two models, and by simulation from them.

The file has the columns item,subject,mixtral_8x7b_correct,gpt_4_1106_correct with 0 or 1 in the
last two. Single items, each its own cluster.
"""

import csv
import gzip
import math
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from fedfuse.engine.v1.gates.case import Case
from fedfuse.engine.v1.gates.quality import judge
from fedfuse.model.evidence import Evidence, Row
from fedfuse.model.judgement import Measured
from fedfuse.model.verdict import GateResult, Verdict
from tests.bench.simulation.table import SEED, say
from tests.unit.gates import builders as build

MARGIN = 0.02
CHURN = 0.10
SUPERIOR_BY = 0.5
"""Points that a superior model gains, provably."""
ITEMS = 1000
Z_95 = statistics.NormalDist().inv_cdf(0.95)
Outcomes = Sequence[bool]


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that must come out of the run."""

    text: str
    holds: bool


class Bench:
    """Judges two runs on the same `n` single items with the real gate."""

    def __init__(self, n: int, mode: str) -> None:
        self.suite = build.suite(build.items("quality", n))
        quality = {**build.QUALITY, "floor": 0.0, "mode": mode, "margin": MARGIN}
        self.policy = build.policy(quality=quality)
        ids = [item.id for item in self.suite.parts["quality"]]
        self.rows = tuple((build.row(i, 0.0), build.row(i, 1.0)) for i in ids)
        self.manifests = build.manifest(version=3), build.manifest(version=2)

    def case(self, ours: Outcomes, theirs: Outcomes) -> Case:
        """The case of `ours` shipped over `theirs`."""
        shipment, baseline = (
            Measured(manifest, Evidence("e" * 64, self._rows(outcomes)))
            for manifest, outcomes in zip(self.manifests, (ours, theirs), strict=True)
        )
        return build.case(shipment, self.suite, self.policy, baseline=baseline)

    def compare(self, ours: Outcomes, theirs: Outcomes) -> GateResult:
        """The gate's comparison with the baseline."""
        return next(r for r in judge(self.case(ours, theirs)) if r.check == "baseline")

    def _rows(self, outcomes: Outcomes) -> tuple[Row, ...]:
        return tuple(pair[right] for pair, right in zip(self.rows, outcomes, strict=True))


def read(path: Path) -> tuple[list[bool], list[bool]]:
    """The two models' outcomes, item by item."""
    with gzip.open(path, "rt", newline="") as lines:
        found = list(csv.DictReader(lines))
    mixtral = [line["mixtral_8x7b_correct"] == "1" for line in found]
    return mixtral, [line["gpt_4_1106_correct"] == "1" for line in found]


def real_pairs(mixtral: Outcomes, gpt_4: Outcomes) -> Iterator[Claim]:
    """Judge the real outcomes as they are."""
    say(f"## {len(mixtral):,} real pairs")
    expected = (
        ("GPT-4 over Mixtral", gpt_4, mixtral, "superior", Verdict.PASS),
        ("Mixtral over GPT-4", mixtral, gpt_4, "superior", Verdict.FAIL),
        ("Mixtral over itself", mixtral, mixtral, "superior", Verdict.INCONCLUSIVE),
        ("Mixtral over itself", mixtral, mixtral, "non_inferior", Verdict.PASS),
    )
    for name, ours, theirs, mode, verdict in expected:
        result = Bench(len(ours), mode).compare(ours, theirs)
        say(f"{name}, {mode}: {result.verdict}: {result.reason}")
        yield Claim(f"{name}, {mode}: {verdict}", result.verdict is verdict)
    random = Random(SEED)  # noqa: S311 - a reproducible simulation, nothing secret
    fifty = Bench(50, "superior")
    verdicts = set()
    for _ in range(1000):
        chosen = random.sample(range(len(mixtral)), 50)
        verdicts.add(
            fifty.compare([gpt_4[i] for i in chosen], [mixtral[i] for i in chosen]).verdict
        )
    say(f"any 50 items, 1,000 draws: {', '.join(sorted(verdicts))}")
    yield Claim("any 50 items are inconclusive", verdicts == {Verdict.INCONCLUSIVE})


def unpaired_lower(ours: Outcomes, theirs: Outcomes) -> float:
    """The lower bound of a z-test that takes the two runs for independent samples."""
    n, first, second = len(ours), ours.count(True) / len(ours), theirs.count(True) / len(ours)
    variance = (first * (1 - first) + second * (1 - second)) / n
    return first - second - Z_95 * math.sqrt(variance)


def promoted(outcomes: Outcomes, change: float, *, draws: int) -> tuple[float, float, float]:
    """Shares of draws promoted by non_inferior, by superior, and by the unpaired z-test.

    Each draw takes items without replacement; the baseline has the real outcomes, the candidate
    differs on `CHURN` of the items on average so that its true difference is `change`.
    """
    random = Random(SEED)  # noqa: S311 - a reproducible simulation, nothing secret
    share = outcomes.count(True) / len(outcomes)
    lose, win = (CHURN - change) / 2 / share, (CHURN + change) / 2 / (1 - share)
    bench = Bench(ITEMS, "non_inferior")
    non_inferior = superior = unpaired = 0
    for _ in range(draws):
        theirs = random.sample(outcomes, ITEMS)
        ours = [right != (random.random() < (lose if right else win)) for right in theirs]
        result = bench.compare(ours, theirs)
        non_inferior += result.verdict is Verdict.PASS
        superior += result.observed is not None and result.observed > SUPERIOR_BY
        unpaired += unpaired_lower(ours, theirs) > -MARGIN
    return non_inferior / draws, superior / draws, unpaired / draws


def simulation(mixtral: Outcomes, *, draws: int) -> Iterator[Claim]:
    """The table of promoted shares, and the two claims about it."""
    say("")
    say(f"## {draws:,} draws of {ITEMS:,} items, margin {MARGIN}, churn {CHURN:.0%}, seed {SEED}")
    say("| true difference | non_inferior | superior | unpaired z, non-inferiority |")
    say("|---|---|---|---|")
    sampling = Z_95 * math.sqrt(0.05 * 0.95 / draws)
    limits = {-0.04: 0.01, -0.02: 0.05 + sampling, 0.0: None, 0.02: None}
    for change, limit in limits.items():
        paired, superior, unpaired = promoted(mixtral, change, draws=draws)
        say(f"| {change * 100:+.0f} points | {paired:.2%} | {superior:.2%} | {unpaired:.2%} |")
        if limit is not None:
            text = f"{change * 100:+.0f} points promoted in {paired:.2%} <= {limit:.2%}"
            yield Claim(text, paired <= limit)


def speed(mixtral: Outcomes, gpt_4: Outcomes) -> Iterator[Claim]:
    """The time of one judgement of 2,500 pairs."""
    case = Bench(2500, "superior").case(gpt_4[:2500], mixtral[:2500])
    seconds = []
    for _ in range(21):
        start = time.perf_counter()
        judge(case)
        seconds.append(time.perf_counter() - start)
    median = statistics.median(seconds) * 1000
    say("")
    say(f"one judgement of 2,500 pairs: median {median:.1f} ms of {len(seconds)} runs")
    yield Claim("one judgement takes less than 100 ms", median < 100.0)


def report(path: Path, *, draws: int) -> int:
    """Print the report; 1 when a claim does not hold."""
    mixtral, gpt_4 = read(path)
    claims = [*real_pairs(mixtral, gpt_4), *speed(mixtral, gpt_4)]
    claims += simulation(mixtral, draws=draws)
    say("")
    for claim in claims:
        say(f"{'holds' if claim.holds else 'DOES NOT HOLD'}: {claim.text}")
    return 0 if all(claim.holds for claim in claims) else 1
