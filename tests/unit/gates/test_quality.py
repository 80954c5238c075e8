import math
from dataclasses import replace

import pytest
from tests.unit.gates import builders as build

from fedfuse.engine.v1.gates.quality import judge
from fedfuse.model.judgement import Measured
from fedfuse.model.registry import Policy
from fedfuse.model.suite import Suite
from fedfuse.model.verdict import GateResult, Verdict

NON_INFERIOR = build.policy(quality={**build.QUALITY, "mode": "non_inferior"})


def quality_suite(count: int = 1000, *, cluster_size: int = 1) -> Suite:
    return build.suite(build.items("quality", count, cluster_size=cluster_size))


def right(share_of_1000: int) -> list[float]:
    """The first items right, the others wrong: against each other, only the difference changes."""
    return [1.0] * share_of_1000 + [0.0] * (1000 - share_of_1000)


def shipped(of: Suite, scores: build.Scores, *, version: int = 3) -> Measured:
    return build.measured(of, {"quality": scores}, version=version)


def by_check(results: tuple[GateResult, ...]) -> dict[str, GateResult]:
    return {result.check: result for result in results}


def against_baseline(
    ours: build.Scores, theirs: build.Scores, *, thresholds: Policy | None = None
) -> GateResult:
    of = quality_suite()
    baseline = shipped(of, theirs, version=2)
    case = build.case(shipped(of, ours), of, thresholds, baseline=baseline)
    return by_check(judge(case))["baseline"]


@pytest.mark.parametrize(
    ("score", "verdict", "reason"),
    [
        (0.8421, Verdict.PASS, "quality 0.8421, floor 0.75"),
        (0.75, Verdict.PASS, "quality 0.7500, floor 0.75"),
        (0.7499, Verdict.FAIL, "quality 0.7499, floor 0.75"),
    ],
)
def test_floor_is_held_against_the_point_estimate(
    score: float, verdict: Verdict, reason: str
) -> None:
    of = quality_suite()
    floor = by_check(judge(build.case(shipped(of, score), of)))["floor"]
    assert (floor.verdict, floor.reason) == (verdict, reason)
    assert floor.observed == pytest.approx(score)
    assert (floor.limit, floor.unit) == (0.75, "share")
    assert floor.subject == "hf/textgen-unit@v3"


def test_an_error_counts_as_a_score_of_zero() -> None:
    of = quality_suite(200)
    shipment = build.with_errors(shipped(of, 1.0), "q00000", "q00001")
    floor = by_check(judge(build.case(shipment, of)))["floor"]
    assert floor.reason == "quality 0.9900, floor 0.75"


@pytest.mark.parametrize("scores", [0.9, 0.1])
def test_fewer_items_than_the_policy_asks_for_are_inconclusive_whatever_they_say(
    scores: float,
) -> None:
    of = quality_suite(50)
    case = build.case(shipped(of, scores), of, baseline=shipped(of, 0.5, version=2))
    results = judge(case)
    assert {result.verdict for result in results} == {Verdict.INCONCLUSIVE}
    assert all("50 items, 200 items would do" in result.reason for result in results)


def test_without_a_baseline_the_gate_judges_the_floor_and_says_bootstrap() -> None:
    of = quality_suite()
    floor, bootstrap = judge(build.case(shipped(of, 0.8), of))
    assert (floor.check, bootstrap.check) == ("floor", "baseline")
    assert bootstrap.verdict is Verdict.PASS
    assert bootstrap.observed is None
    assert bootstrap.reason.startswith("bootstrap: ")


def test_a_clearly_better_model_is_superior() -> None:
    result = against_baseline(right(840), right(810))
    assert result.verdict is Verdict.PASS
    assert result.reason == (
        "quality +3.00 points against hf/textgen-unit@v2 (lower bound +2.23, limit +0.50)"
    )
    assert result.baseline == pytest.approx(81.0)
    assert (result.limit, result.unit) == (0.5, "points")
    assert result.observed == pytest.approx(2.23, abs=0.005)


def test_a_clearly_worse_model_fails() -> None:
    result = against_baseline(right(770), right(810))
    assert result.verdict is Verdict.FAIL
    assert "quality -4.00 points" in result.reason
    assert "upper bound -3.10, limit +0.00" in result.reason


def test_a_model_that_may_be_better_is_inconclusive_and_told_how_many_items_would_do() -> None:
    ours = [1.0] * 500 + [0.0] * 45 + [1.0] * 455
    theirs = [1.0] * 500 + [1.0] * 45 + [0.0] * 55 + [1.0] * 400
    result = against_baseline(ours, theirs)
    assert result.verdict is Verdict.INCONCLUSIVE
    assert result.reason == (
        "quality +1.00 points against hf/textgen-unit@v2 "
        "(bounds -0.65 and +2.67, limit +0.50: 10,816 items would do)"
    )


def test_three_items_won_and_none_lost_are_no_superior_model() -> None:
    """The gain is provably above 0, and too small to be worth a release."""
    result = against_baseline(right(803), right(800))
    assert result.verdict is Verdict.INCONCLUSIVE
    assert "bounds +0.03 and +0.75, limit +0.50: no practical number" in result.reason


@pytest.mark.parametrize(("by", "verdict"), [(0.0, Verdict.PASS), (0.03, Verdict.INCONCLUSIVE)])
def test_the_policy_says_how_much_better_superior_is(by: float, verdict: Verdict) -> None:
    rules = build.policy(quality={**build.QUALITY, "superior_by": by})
    result = against_baseline(right(840), right(810), thresholds=rules)
    assert (result.verdict, result.limit) == (verdict, by * 100)


def test_a_gain_that_is_provably_too_small_is_inconclusive_and_no_loss() -> None:
    """Only a proven loss fails: whoever ships an equal model is not told that it is worse."""
    rules = build.policy(quality={**build.QUALITY, "superior_by": 0.05})
    result = against_baseline(right(820), right(800), thresholds=rules)
    assert result.verdict is Verdict.INCONCLUSIVE


def test_a_model_is_never_superior_to_itself_and_no_number_of_items_would_do() -> None:
    result = against_baseline(right(800), right(800))
    assert result.verdict is Verdict.INCONCLUSIVE
    assert "no practical number of items would do" in result.reason


def test_a_model_is_non_inferior_to_itself() -> None:
    result = against_baseline(right(800), right(800), thresholds=NON_INFERIOR)
    assert result.verdict is Verdict.PASS
    assert "quality +0.00 points" in result.reason
    assert "limit -2.00" in result.reason


def test_a_little_worse_is_non_inferior_and_a_lot_worse_is_not() -> None:
    little = against_baseline(right(805), right(810), thresholds=NON_INFERIOR)
    lot = against_baseline(right(760), right(810), thresholds=NON_INFERIOR)
    assert (little.verdict, lot.verdict) == (Verdict.PASS, Verdict.FAIL)


def test_graded_scores_are_compared_by_their_paired_differences() -> None:
    theirs = [0.8 if i % 2 else 0.9 for i in range(1000)]
    ours = [score + (0.05 if i % 3 else -0.02) for i, score in enumerate(theirs)]
    result = against_baseline(ours, theirs)
    assert result.verdict is Verdict.PASS
    assert "quality +2.66 points" in result.reason


def test_one_and_the_same_difference_on_every_item_is_inconclusive() -> None:
    result = against_baseline(0.9, 0.8)
    assert result.verdict is Verdict.INCONCLUSIVE
    assert result.observed is None
    assert "every item differs by the same amount" in result.reason


def test_fewer_than_forty_clusters_are_inconclusive() -> None:
    of = quality_suite(1000, cluster_size=100)
    baseline = shipped(of, right(700), version=2)
    case = build.case(shipped(of, right(900)), of, baseline=baseline)
    result = by_check(judge(case))["baseline"]
    assert result.verdict is Verdict.INCONCLUSIVE
    assert "10 clusters, 40 clusters would do" in result.reason


def test_items_of_one_cluster_that_change_together_prove_less_than_lone_items() -> None:
    verdicts = []
    for cluster_size in (1, 10):
        of = quality_suite(1000, cluster_size=cluster_size)
        baseline = shipped(of, right(800), version=2)
        case = build.case(shipped(of, right(820)), of, baseline=baseline)
        verdicts.append(by_check(judge(case))["baseline"].verdict)
    assert verdicts == [Verdict.PASS, Verdict.INCONCLUSIVE]


def test_a_baseline_gap_is_no_evidence_though_the_baseline_itself_is_known() -> None:
    of = quality_suite()
    case = build.case(shipped(of, 0.9), of, baseline=shipped(of, 0.5, version=2))
    results = by_check(judge(replace(case, baseline_gap="hf/textgen-unit@v2 has no evidence")))
    assert results["baseline"].verdict is Verdict.NO_EVIDENCE
    assert results["baseline"].reason == "hf/textgen-unit@v2 has no evidence"


def test_a_baseline_that_lacks_an_item_is_no_evidence() -> None:
    of = quality_suite()
    baseline = build.without(shipped(of, right(800), version=2), "q00007")
    case = build.case(shipped(of, right(900)), of, baseline=baseline)
    result = by_check(judge(case))["baseline"]
    assert result.verdict is Verdict.NO_EVIDENCE
    assert "hf/textgen-unit@v2 has no evidence on 1 of 1,000 quality items" in result.reason
    assert "ship an Evaluation" in result.reason


def test_a_shipment_that_lacks_an_item_is_no_evidence_for_any_check() -> None:
    of = quality_suite()
    baseline = shipped(of, right(700), version=2)
    case = build.case(build.without(shipped(of, 0.9), "q00007"), of, baseline=baseline)
    results = judge(case)
    assert {result.verdict for result in results} == {Verdict.NO_EVIDENCE}
    assert [(r.gate, r.check) for r in results] == [("quality", "floor"), ("quality", "baseline")]


def test_margins_cannot_add_up_because_the_anchor_stays_where_it_was() -> None:
    of = quality_suite()
    case = replace(
        build.case(
            shipped(of, right(775), version=5),
            of,
            NON_INFERIOR,
            baseline=shipped(of, right(782), version=4),
        ),
        anchor=shipped(of, right(810), version=2),
    )
    results = by_check(judge(case))
    assert results["baseline"].verdict is Verdict.PASS
    assert results["anchor"].verdict is Verdict.FAIL
    assert "hf/textgen-unit@v2" in results["anchor"].reason


def test_anchor_and_candidate_ask_for_non_inferiority_even_in_mode_superior() -> None:
    of = quality_suite()
    case = replace(
        build.case(shipped(of, right(830)), of, baseline=shipped(of, right(800), version=1)),
        anchor=shipped(of, right(830), version=0),
        candidate=shipped(of, right(835), version=2),
    )
    results = by_check(judge(case))
    assert [result.check for result in judge(case)] == ["floor", "baseline", "anchor", "candidate"]
    assert {result.verdict for result in results.values()} == {Verdict.PASS}
    assert results["candidate"].limit == pytest.approx(-2.0)


def test_a_shipment_behind_the_newest_candidate_fails_though_it_beats_production() -> None:
    of = quality_suite()
    case = replace(
        build.case(shipped(of, right(830)), of, baseline=shipped(of, right(780), version=1)),
        candidate=shipped(of, right(880), version=2),
    )
    results = by_check(judge(case))
    assert results["baseline"].verdict is Verdict.PASS
    assert results["candidate"].verdict is Verdict.FAIL


def test_an_anchor_that_is_the_baseline_is_compared_once() -> None:
    of = quality_suite()
    baseline = shipped(of, right(800), version=2)
    case = replace(build.case(shipped(of, right(830)), of, baseline=baseline), anchor=baseline)
    assert [result.check for result in judge(case)] == ["floor", "baseline"]


def test_a_role_without_quality_thresholds_is_not_judged() -> None:
    of = quality_suite()
    assert judge(build.case(shipped(of, 0.9), of, build.policy(quality=None))) == ()


def test_an_unknown_mode_asks_for_no_less_than_superiority() -> None:
    of = quality_suite()
    rules = build.policy(quality={**build.QUALITY, "mode": "typo"})
    case = build.case(
        shipped(of, right(800)), of, rules, baseline=shipped(of, right(800), version=2)
    )
    assert by_check(judge(case))["baseline"].verdict is Verdict.INCONCLUSIVE


def test_nan_passes_no_check() -> None:
    of = quality_suite()
    case = replace(
        build.case(
            shipped(of, math.nan), of, NON_INFERIOR, baseline=shipped(of, right(400), version=2)
        ),
        anchor=shipped(of, right(300), version=1),
    )
    assert not any(result.verdict.admits for result in judge(case))
