import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.gates.builders import Scores, case, items, measured, policy, suite, with_rows

from fedfuse.engine.v1.gates import agreement
from fedfuse.engine.v1.gates.case import Case
from fedfuse.model.judgement import Measured
from fedfuse.model.verdict import GateResult, Verdict

SUITE = suite(items("retrieval", 400))
SUBJECT = "hf/embed-unit@v3"
OWN = [float(number % 5 != 0) for number in range(400)]
"""What the subject scores: 320 of 400."""


def wrong(count: int) -> list[float]:
    """The subject's scores, with so many of its right answers wrong."""
    right = [number for number, score in enumerate(OWN) if score]
    return [0.0 if number in right[:count] else score for number, score in enumerate(OWN)]


def run(
    of: Measured, *, latency_ms: float = 120.0, tokens: int = 40, machine: str = ""
) -> Measured:
    """The same run with other times, tokens and hardware."""
    assert of.manifest.evaluation is not None
    rows = tuple(replace(r, latency_ms=latency_ms, input_tokens=tokens) for r in of.rows)
    accelerator = machine or of.manifest.evaluation.accelerator
    evaluation = replace(of.manifest.evaluation, accelerator=accelerator)
    return with_rows(replace(of, manifest=replace(of.manifest, evaluation=evaluation)), rows)


def report(scores: Scores = OWN, of: str = SUBJECT, *, subject_role: str = "embed") -> Case:
    """A report with these scores about `of`, while `hf/<subject_role>-unit@v3` has OWN."""
    found = measured(SUITE, {"retrieval": scores}, role="retrieval-eval", version=1)
    found = replace(found, manifest=replace(found.manifest, subject=of))
    subject = measured(SUITE, {"retrieval": OWN}, role=subject_role)
    return replace(case(found, SUITE), subject=subject)


def timed(*, latency_ms: float = 120.0, tokens: int = 40, machine: str = "") -> Case:
    """A report that scores the same, timed like this beside 120 ms and 60 tokens an item."""
    of = report()
    ours = run(of.shipment, latency_ms=latency_ms, tokens=tokens, machine=machine)
    return replace(of, shipment=ours)


def judged(of: Case, check: str) -> GateResult:
    return {result.check: result for result in agreement.judge(of)}[check]


def test_agreement_gate_passes_a_report_that_measured_the_same() -> None:
    results = agreement.judge(report())
    assert [(r.check, r.verdict) for r in results] == [
        ("quality", Verdict.PASS),
        ("p95", Verdict.PASS),
        ("cost", Verdict.PASS),
    ]


def test_agreement_gate_refuses_a_subject_that_does_not_exist() -> None:
    (found,) = agreement.judge(replace(report(), subject=None))
    assert (found.verdict, found.reason) == (
        Verdict.FAIL,
        f"its subject {SUBJECT} does not exist",
    )


def test_agreement_gate_refuses_another_subject_than_the_one_that_is_named() -> None:
    (found,) = agreement.judge(report(of="hf/embed-unit@v2"))
    assert (found.check, found.verdict) == ("subject", Verdict.FAIL)


def test_agreement_gate_refuses_a_report_about_a_report() -> None:
    of = report(of="hf/benchmark-unit@v3", subject_role="benchmark")
    assert [r.verdict for r in agreement.judge(of)] == [Verdict.FAIL]


@pytest.mark.parametrize(("count", "verdict"), [(12, Verdict.PASS), (15, Verdict.FAIL)])
def test_agreement_gate_refuses_a_quality_that_is_provably_2_points_apart(
    count: int, verdict: Verdict
) -> None:
    found = judged(report(wrong(count)), "quality")
    assert found.verdict is verdict
    assert found.measured == pytest.approx(count / 4)
    assert found.observed is not None
    assert (found.observed <= 2.0) is (verdict is Verdict.PASS)
    assert found.reason.startswith(f"quality -{count / 4:.2f} points beside {SUBJECT}: bounds -")


def test_agreement_gate_passes_a_quality_exactly_at_the_tolerance() -> None:
    none = policy(agreement={"agree_quality": 0.0, "agree_ratio": 0.25})
    found = judged(replace(report(), policy=none), "quality")
    assert (found.verdict, found.observed, found.limit) == (Verdict.PASS, 0.0, 0.0)


def test_agreement_gate_takes_a_better_run_for_another_run_too() -> None:
    assert judged(report([1.0] * 400), "quality").verdict is Verdict.FAIL


def test_agreement_gate_passes_two_lucks_of_one_model() -> None:
    """As many right, but others: two point estimates could be 3 points apart by luck alone."""
    lucky = [float(number % 5 != 1) for number in range(400)]
    lucky[0:12] = [1.0] * 12
    found = judged(report(lucky), "quality")
    assert found.verdict is Verdict.PASS
    assert found.measured is not None
    assert 0.0 < found.measured < 3.0


def test_agreement_gate_needs_the_items_of_both_runs() -> None:
    of = report()
    assert of.subject is not None
    elsewhere = replace(of, subject=replace(of.subject, evidence=None))
    (found,) = agreement.judge(elsewhere)
    assert found.verdict is Verdict.NO_EVIDENCE
    assert found.reason.endswith("ship an Evaluation of it on canonical/v1")


def test_agreement_gate_is_inconclusive_about_few_clusters() -> None:
    few = suite(items("retrieval", 400, cluster_size=40))
    found = judged(replace(report(), suite=few), "quality")
    assert (found.verdict, found.observed) == (Verdict.INCONCLUSIVE, None)


def test_few_clusters_prove_no_difference_of_timings_either() -> None:
    """A failing Evaluation by the registry revokes for good, and two numbers are no bound."""
    few = suite(items("retrieval", 400, cluster_size=40))
    (found,) = agreement.judge(replace(timed(latency_ms=240.0), suite=few))
    assert (found.check, found.verdict) == ("quality", Verdict.INCONCLUSIVE)


@pytest.mark.parametrize(
    ("latency_ms", "verdict"),
    [(150.0, Verdict.PASS), (96.0, Verdict.PASS), (150.1, Verdict.FAIL), (95.9, Verdict.FAIL)],
)
def test_agreement_gate_lets_times_and_costs_differ_by_a_quarter_either_way(
    latency_ms: float, verdict: Verdict
) -> None:
    of = timed(latency_ms=latency_ms)
    for check in ("p95", "cost"):
        found = judged(of, check)
        assert found.verdict is verdict
        assert found.measured == found.observed == pytest.approx(latency_ms / 120.0)


def test_tokens_that_a_run_claims_change_no_cost() -> None:
    found = judged(timed(tokens=400), "cost")
    assert (found.verdict, found.measured) == (Verdict.PASS, 1.0)


def test_agreement_gate_compares_costs_at_one_price() -> None:
    of = report()
    assert of.shipment.manifest.evaluation is not None
    dear = replace(of.shipment.manifest.evaluation, per_hour=8.0)
    shipped = replace(of.shipment, manifest=replace(of.shipment.manifest, evaluation=dear))
    assert judged(replace(of, shipment=shipped), "cost").verdict is Verdict.PASS


def test_agreement_gate_refuses_no_ratio_that_may_be_chance() -> None:
    """One slow item of 20 clusters makes the p95 of a run, and need not be in the next one."""
    of = report()
    slow = tuple(
        replace(r, latency_ms=400.0 if number < 21 else 120.0)
        for number, r in enumerate(of.shipment.rows)
    )
    found = judged(replace(of, shipment=with_rows(of.shipment, slow)), "p95")
    assert found.verdict is Verdict.PASS
    assert found.measured == pytest.approx(400 / 120)


def test_agreement_gate_compares_no_times_of_different_machines_and_says_so() -> None:
    results = agreement.judge(timed(latency_ms=900.0, machine="cpu-2"))
    assert [(r.check, r.verdict) for r in results] == [
        ("quality", Verdict.PASS),
        ("timing", Verdict.PASS),
    ]
    assert results[1].reason == (
        f"ran on cpu-2 with 1 in flight, {SUBJECT} itself on 1xL4 with 1 in flight: not compared"
    )


def test_agreement_gate_never_passes_a_run_that_only_ended_in_errors() -> None:
    of = report()
    broken = tuple(replace(r, ok=False) for r in of.shipment.rows)
    results = agreement.judge(replace(of, shipment=with_rows(of.shipment, broken)))
    assert [(r.check, r.verdict, r.measured) for r in results[:2]] == [
        ("quality", Verdict.FAIL, 80.0),
        ("p95", Verdict.FAIL, None),
    ]


def test_agreement_gate_takes_two_free_runs_for_agreeing() -> None:
    of = timed(latency_ms=0.0)
    assert judged(of, "cost").verdict is Verdict.FAIL
    assert of.subject is not None
    free = run(of.subject, latency_ms=0.0)
    assert judged(replace(of, subject=free), "cost").verdict is Verdict.PASS
    paid = judged(replace(report(), subject=free), "cost")
    assert (paid.verdict, paid.measured) == (Verdict.FAIL, None)


def test_agreement_gate_says_nothing_for_a_role_without_tolerances() -> None:
    of = report()
    assert agreement.judge(replace(of, policy=policy(agreement=None))) == ()


@settings(max_examples=20, deadline=None)
@given(counts=st.lists(st.integers(0, 40), min_size=2, max_size=2))
def test_a_run_that_is_nearer_never_turns_a_pass_into_a_refusal(counts: Sequence[int]) -> None:
    near, far = (judged(report(wrong(count)), "quality").verdict for count in sorted(counts))
    assert near.admits or not far.admits


def test_infinite_figures_stand_in_no_result() -> None:
    results = agreement.judge(timed(latency_ms=0.0))
    numbers = [n for r in results for n in (r.observed, r.measured) if n is not None]
    assert all(math.isfinite(number) for number in numbers)
