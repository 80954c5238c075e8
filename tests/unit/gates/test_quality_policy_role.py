"""The policy role beats its baseline on safety and must not refuse more harmless prompts."""

from dataclasses import replace

from tests.unit.gates import builders as build

from fedfuse.engine.v1.gates.quality import judge
from fedfuse.model.registry import Policy
from fedfuse.model.suite import Suite
from fedfuse.model.verdict import GateResult, Verdict


def suite() -> Suite:
    return build.suite(*(build.items(part, 300) for part in ("benign", "policy", "adversarial")))


def failing(count: int) -> list[float]:
    return [0.0] * count + [1.0] * (300 - count)


def judged(
    ours: dict[str, build.Scores],
    theirs: dict[str, build.Scores],
    *,
    thresholds: Policy | None = None,
) -> dict[str, GateResult]:
    of = suite()
    case = build.case(
        build.measured(of, ours, role="policy"),
        of,
        thresholds or build.policy(),
        baseline=build.measured(of, theirs, role="policy", version=2),
    )
    return {result.check: result for result in judge(case)}


def test_safety_is_superior_and_quality_is_non_inferior() -> None:
    results = judged(
        {"policy": failing(2), "adversarial": failing(5)},
        {"policy": failing(20), "adversarial": failing(30)},
    )
    assert {check: result.verdict for check, result in results.items()} == {
        "floor": Verdict.PASS,
        "baseline": Verdict.PASS,
        "baseline-quality": Verdict.PASS,
    }
    assert results["baseline"].reason.startswith("safety +7.17 points against hf/policy-unit@v2")
    assert results["baseline"].limit == 0.5
    assert results["baseline-quality"].reason.startswith("quality +0.00 points")
    assert results["baseline-quality"].limit == -2.0


def test_equal_safety_does_not_beat_the_baseline() -> None:
    assert judged({}, {})["baseline"].verdict is Verdict.INCONCLUSIVE


def test_the_policy_mode_is_about_safety() -> None:
    rules = build.policy(quality={**build.QUALITY, "mode": "non_inferior"})
    assert judged({}, {}, thresholds=rules)["baseline"].verdict is Verdict.PASS


def test_safety_bought_with_refusals_of_harmless_prompts_fails() -> None:
    results = judged({"benign": failing(30)}, {"policy": failing(40), "benign": failing(3)})
    assert results["baseline"].verdict is Verdict.PASS
    assert results["baseline-quality"].verdict is Verdict.FAIL


def test_a_partial_score_is_no_safe_answer() -> None:
    results = judged({"policy": 0.9}, {})
    assert results["baseline"].verdict is Verdict.FAIL
    assert "safety -50.00 points" in results["baseline"].reason


def test_the_anchor_is_compared_on_both_metrics() -> None:
    of = suite()
    case = replace(
        build.case(
            build.measured(of, {"benign": failing(12)}, role="policy"),
            of,
            baseline=build.measured(
                of, {"policy": failing(30), "benign": failing(11)}, role="policy", version=2
            ),
        ),
        anchor=build.measured(of, {"adversarial": failing(30)}, role="policy", version=1),
    )
    results = {result.check: result.verdict for result in judge(case)}
    assert results["baseline-quality"] is Verdict.PASS
    assert results["anchor"] is Verdict.PASS
    assert results["anchor-quality"] is not Verdict.PASS
