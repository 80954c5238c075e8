import math
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.gates.builders import case, items, measured, policy, suite

from fedfuse.engine.v1.gates import agreement
from fedfuse.engine.v1.gates.case import Case
from fedfuse.model.verdict import GateResult, Verdict

SUITE = suite(items("retrieval", 2))
SUBJECT = "hf/embed-unit@v3"
OWN = {"quality": 0.84, "latency_ms_p95": 100.0, "cost_per_1k_tokens": 0.001}


def report(figures: Mapping[str, float], of: str = SUBJECT, *, subject_role: str = "embed") -> Case:
    """A report with these figures about `of`, while `hf/<subject_role>-unit@v3` says OWN."""
    found = measured(SUITE, role="retrieval-eval", version=1)
    found = replace(found, manifest=replace(found.manifest, subject=of, metrics={**OWN, **figures}))
    subject = measured(SUITE, role=subject_role)
    subject = replace(subject, manifest=replace(subject.manifest, metrics=OWN))
    return replace(case(found, SUITE), subject=subject)


def judged(of: Case, check: str) -> GateResult:
    return {result.check: result for result in agreement.judge(of)}[check]


def test_agreement_gate_passes_a_report_that_measured_the_same() -> None:
    results = agreement.judge(report({}))
    assert [(r.check, r.verdict) for r in results] == [
        ("quality", Verdict.PASS),
        ("p95", Verdict.PASS),
        ("cost", Verdict.PASS),
    ]


def test_agreement_gate_refuses_a_subject_that_does_not_exist() -> None:
    (found,) = agreement.judge(replace(report({}), subject=None))
    assert (found.verdict, found.reason) == (
        Verdict.FAIL,
        f"its subject {SUBJECT} does not exist",
    )


def test_agreement_gate_refuses_another_subject_than_the_one_that_is_named() -> None:
    (found,) = agreement.judge(report({}, of="hf/embed-unit@v2"))
    assert (found.check, found.verdict) == ("subject", Verdict.FAIL)


def test_agreement_gate_refuses_a_report_about_a_report() -> None:
    of = report({}, of="hf/benchmark-unit@v3", subject_role="benchmark")
    assert [r.verdict for r in agreement.judge(of)] == [Verdict.FAIL]


@pytest.mark.parametrize(
    ("quality", "verdict"),
    [(0.86, Verdict.PASS), (0.82, Verdict.PASS), (0.8601, Verdict.FAIL), (0.8199, Verdict.FAIL)],
)
def test_agreement_gate_lets_quality_be_2_points_apart_either_way(
    quality: float, verdict: Verdict
) -> None:
    found = judged(report({"quality": quality}), "quality")
    assert found.verdict is verdict
    assert found.reason.startswith(f"quality {quality:.4f}, {SUBJECT} itself says 0.8400")


@pytest.mark.parametrize(
    ("check", "metric"), [("p95", "latency_ms_p95"), ("cost", "cost_per_1k_tokens")]
)
@pytest.mark.parametrize(
    ("ratio", "verdict"),
    [(1.25, Verdict.PASS), (0.8, Verdict.PASS), (1.2501, Verdict.FAIL), (0.7999, Verdict.FAIL)],
)  # fmt: skip
def test_agreement_gate_lets_times_and_costs_differ_by_a_quarter_either_way(
    check: str, metric: str, ratio: float, verdict: Verdict
) -> None:
    found = judged(report({metric: OWN[metric] * ratio}), check)
    assert found.verdict is verdict
    assert found.observed == pytest.approx(ratio)


@pytest.mark.parametrize("figure", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("metric", sorted(OWN))
def test_agreement_gate_never_passes_a_figure_that_is_not_finite(
    metric: str, figure: float
) -> None:
    refused = [r for r in agreement.judge(report({metric: figure})) if r.verdict is Verdict.FAIL]
    assert [r.observed for r in refused] == [None]


@pytest.mark.parametrize("metric", sorted(OWN))
def test_agreement_gate_refuses_a_report_without_a_figure(metric: str) -> None:
    of = report({})
    figures = {name: value for name, value in OWN.items() if name != metric}
    silent = replace(of.shipment, manifest=replace(of.shipment.manifest, metrics=figures))
    verdicts = [r.verdict for r in agreement.judge(replace(of, shipment=silent))]
    assert sorted(verdicts) == [Verdict.FAIL, Verdict.PASS, Verdict.PASS]


def test_agreement_gate_takes_two_free_runs_for_agreeing() -> None:
    of = report({"cost_per_1k_tokens": 0.0})
    assert judged(of, "cost").verdict is Verdict.FAIL
    assert of.subject is not None
    free_of_charge = {**OWN, "cost_per_1k_tokens": 0.0}
    free = replace(of.subject, manifest=replace(of.subject.manifest, metrics=free_of_charge))
    assert judged(replace(of, subject=free), "cost").verdict is Verdict.PASS
    paid = replace(report({}), subject=free)
    assert judged(paid, "cost").verdict is Verdict.FAIL


def test_agreement_gate_words_a_small_price_as_people_read_it() -> None:
    own = {**OWN, "cost_per_1k_tokens": 4.3758e-05}
    of = report({"cost_per_1k_tokens": 5.2e-05})
    assert of.subject is not None
    subject = replace(of.subject, manifest=replace(of.subject.manifest, metrics=own))
    said = judged(replace(of, subject=subject), "cost").reason
    assert said == (
        f"cost_per_1k_tokens 0.000052, {SUBJECT} itself says 0.000044: "
        "ratio 1.1884, limit 0.8000 to 1.25"
    )


def test_agreement_gate_says_nothing_for_a_role_without_tolerances() -> None:
    of = report({})
    assert agreement.judge(replace(of, policy=policy(agreement=None))) == ()


@given(near=st.floats(0.0, 1.0), far=st.floats(0.0, 1.0))
def test_a_figure_that_is_nearer_never_turns_a_pass_into_a_refusal(near: float, far: float) -> None:
    near, far = sorted((near, far))
    verdicts = [judged(report({"quality": 0.84 + apart * 0.1}), "quality").verdict
                for apart in (near, far)]  # fmt: skip
    assert verdicts[0].admits or not verdicts[1].admits
