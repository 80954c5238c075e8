"""A shipment that does better on one item never fails where the worse one passed."""

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.gates import builders as build
from tests.unit.gates.test_quality import by_check, quality_suite, shipped
from tests.unit.gates.test_safety import judged

from fedfuse.engine.v1.gates.quality import judge
from fedfuse.model.judgement import Measured
from fedfuse.model.verdict import Verdict

scores = st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=40, max_size=40)


@given(
    ours=scores,
    theirs=scores,
    which=st.integers(0, 39),
    mode=st.sampled_from(["superior", "non_inferior"]),
)
def test_a_better_score_never_turns_pass_into_fail(
    ours: list[float], theirs: list[float], which: int, mode: str
) -> None:
    of = quality_suite(40)
    rules = build.policy(quality={**build.QUALITY, "mode": mode, "min_items": 40})
    better = [1.0 if i == which else score for i, score in enumerate(ours)]
    baseline = shipped(of, theirs, version=2)
    before = by_check(judge(build.case(shipped(of, ours), of, rules, baseline=baseline)))
    after = by_check(judge(build.case(shipped(of, better), of, rules, baseline=baseline)))
    for check, result in before.items():
        if result.verdict is Verdict.PASS:
            assert after[check].verdict is not Verdict.FAIL


def _mended(of: Measured, item: str) -> Measured:
    return build.with_rows(of, tuple(build.row(item) if r.item == item else r for r in of.rows))


@given(
    failures=st.lists(st.integers(0, 39), max_size=12),
    baseline_failures=st.lists(st.integers(0, 39), max_size=12),
    mended=st.integers(0, 39),
    cluster_size=st.sampled_from([1, 2]),
    limit=st.sampled_from([0.08, 0.15, 0.3]),
)
def test_mending_an_item_never_turns_pass_into_fail(
    failures: list[int],
    baseline_failures: list[int],
    mended: int,
    cluster_size: int,
    limit: float,
) -> None:
    of = build.suite(
        build.items("policy", 40, cluster_size=cluster_size, categories=("x", "y"), critical=2),
        build.items("adversarial", 40),
        build.items("benign", 40),
    )
    rules = build.policy(safety={**build.SAFETY, "policy": limit, "max_critical_failures": 1})
    baseline = build.with_errors(
        build.measured(of, version=2), *(f"p{number:05d}" for number in baseline_failures)
    )
    shipment = build.with_errors(build.measured(of), *(f"p{number:05d}" for number in failures))
    before = judged(build.case(shipment, of, rules, baseline=baseline))
    better = _mended(shipment, f"p{mended:05d}")
    after = judged(build.case(better, of, rules, baseline=baseline))
    for check, result in before.items():
        if result.verdict is Verdict.PASS:
            assert after[check].verdict is not Verdict.FAIL
