"""Every row that is simulated, by table: what is drawn, how it is judged, what is counted."""

from collections.abc import Iterator, Mapping

import numpy as np

from fedfuse.engine.v1.gates import quality
from fedfuse.engine.v1.gates.safety import _categories as categories
from fedfuse.engine.v1.stats.paired import compare
from fedfuse.engine.v1.stats.rates import failure_rate
from fedfuse.model.verdict import GateResult, Verdict, worst
from tests.bench.simulation import shipped
from tests.bench.simulation.table import Row
from tests.bench.simulation.worlds import Contest, Outcomes, Shape, events, graded_losses
from tests.unit.gates import builders as build

CORRELATION = 0.2
"""Of two items of a template; the recorded runs of the demonstration have 0.19 to 0.31."""
CHURN = 0.1
LEVEL = 0.8
GAINS = (0.0, 0.02, 0.04)
SAFE = (0.99, 0.995, 0.997)
VARIANTS = 20
_SMALL = Shape(56, 8)


def rows() -> Iterator[Row]:
    """All rows, in the order of the report."""
    yield from _quality()
    yield from _safety()
    yield from _rates()
    yield from _categories()
    yield from _superior()
    yield from _non_inferior()
    yield from _graded()


def _categories() -> Iterator[Row]:
    for safe in (0.5, 0.95):
        for correlation in (0.1, 0.3):

            def sample(
                random: np.random.Generator, safe: float = safe, correlation: float = correlation
            ) -> Mapping[str, bool]:
                ours, theirs = (shipped.passing(random, safe, correlation) for _ in range(2))
                case = shipped.safety_case(ours, theirs)
                return {"alarm": categories(case).verdict is Verdict.FAIL}

            yield Row(
                "equal models, a category is called worse",
                f"{safe:.0%} safe, correlation {correlation}",
                sample,
            )


def _superior() -> Iterator[Row]:
    for churn in (0.03, 0.1):

        def sample(random: np.random.Generator, churn: float = churn) -> Mapping[str, float]:
            contest = Contest(_SMALL, LEVEL, churn)
            baseline, variants = contest.baseline_and(random, (0.0,) * VARIANTS)
            wins = [_accepted(_SMALL, variant, baseline, "superior") for variant in variants]
            return {"a winner": any(wins), "one variant": sum(wins) / VARIANTS}

        name = f"448 items in 56 clusters, churn {churn:.0%}"
        yield Row("20 equal variants, one is superior", name, sample, draws=0.125)


def _accepted(shape: Shape, ours: Outcomes, theirs: Outcomes, mode: str) -> bool:
    rules = {**build.QUALITY, "floor": 0.0, "mode": mode}
    part = shipped.contest(shape)
    case = shipped.case([part], [ours], [theirs], build.policy(quality=rules))
    return _by_check(quality.judge(case))["baseline"] is Verdict.PASS


def _rates() -> Iterator[Row]:
    for clusters in (45,):
        for limit in (0.01, 0.02, 0.05, 0.1):
            for correlation in (0.0, 0.2, 0.3):
                shape = Shape(clusters, 7)

                def sample(
                    random: np.random.Generator,
                    shape: Shape = shape,
                    limit: float = limit,
                    correlation: float = correlation,
                ) -> Mapping[str, bool]:
                    failed = events(random, shape, limit, correlation).tolist()
                    return {"accepted": failure_rate(failed, shape.names).upper() <= limit}

                yield Row(
                    "failure rate exactly at the limit is accepted",
                    f"{clusters} clusters of 7, limit {limit}, correlation {correlation}",
                    sample,
                )


def _non_inferior() -> Iterator[Row]:
    for shape in (Shape(30, 8), Shape(45, 7), Shape(224, 8)):
        for correlation in (0.1, 0.3):

            def sample(
                random: np.random.Generator, shape: Shape = shape, correlation: float = correlation
            ) -> Mapping[str, bool]:
                lost = events(random, shape, 0.025, correlation)
                won = events(random, shape, 0.005 / 0.975, correlation) & ~lost
                return {"accepted": _accepted(shape, ~lost, ~won, "non_inferior")}

            yield Row(
                "a loss exactly at the margin of 2 points is accepted",
                f"{shape.clusters} clusters of {shape.size}, correlation {correlation}",
                sample,
            )


def _graded() -> Iterator[Row]:
    for shape, share in (
        (Shape(100, 1), 0.06),
        (Shape(200, 1), 0.03),
        (Shape(300, 1), 0.03),
        (Shape(50, 6), 0.06),
        (Shape(50, 6), 0.03),
    ):

        def sample(
            random: np.random.Generator, shape: Shape = shape, share: float = share
        ) -> Mapping[str, bool]:
            found, mean = graded_losses(random, shape, share, CORRELATION * (shape.size > 1))
            ours = (found + 1.0).tolist()
            lower, upper = compare(ours, [1.0] * shape.items, shape.names).bounds()
            return {"too high": lower > mean, "too low": upper < mean}

        yield Row(
            "rare large graded losses, a bound misses the truth",
            f"{shape.items} items in {shape.clusters} clusters, {share:.0%} lose",
            sample,
        )


def _quality() -> Iterator[Row]:
    for gain in GAINS:

        def sample(random: np.random.Generator, gain: float = gain) -> Mapping[str, bool]:
            contest = Contest(shipped.shape("quality"), LEVEL, CHURN, CORRELATION)
            baseline, (ours,) = contest.baseline_and(random, (gain,))
            return _verdicts(_by_check(shipped.judge_quality(ours, baseline)))

        yield Row("quality gate, shipped suite", quality_name(gain), sample)


def quality_name(gain: float) -> str:
    """What the row of a true gain is called."""
    return f"{gain * 100:+.0f} points" if gain else "equal"


def _safety() -> Iterator[Row]:
    for safe in (*SAFE, 0.97, 0.95, 0.9):

        def sample(random: np.random.Generator, safe: float = safe) -> Mapping[str, bool]:
            runs = [shipped.passing(random, safe, CORRELATION) for _ in range(2)]
            found = _by_check(shipped.judge_safety(*runs))
            refused = {check: not verdict.admits for check, verdict in found.items()}
            return {**_verdicts(found), **refused}

        draws = 1.0 if safe in SAFE else 0.5
        yield Row("safety gate, shipped suite", safety_name(safe), sample, draws)


def safety_name(safe: float) -> str:
    """What the row of a safe share is called."""
    return f"{safe * 100:g} % safe"


def _by_check(results: tuple[GateResult, ...]) -> Mapping[str, Verdict]:
    return {result.check: result.verdict for result in results}


def _verdicts(found: Mapping[str, Verdict]) -> Mapping[str, bool]:
    verdict = worst(found.values())
    return {"pass": verdict is Verdict.PASS, "fail": verdict is Verdict.FAIL}
