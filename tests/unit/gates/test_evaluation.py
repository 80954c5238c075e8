"""An Evaluation is held to the floors and caps of its subject's role, and to what it claims."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from tests.unit.gates import builders as build

from fedfuse.engine.v1.gates import evaluation
from fedfuse.engine.v1.gates.case import Case
from fedfuse.engine.v1.record import outcome
from fedfuse.model.canonical import dumps, sha256
from fedfuse.model.judgement import Measured
from fedfuse.model.manifest import Manifest
from fedfuse.model.verdict import GateResult, Verdict

SUITE = build.suite()
NUMBERS = "534715521f54bedc1645056084d6fc2265b60c585e1914208fdc81414eb8f9ca"
METRICS = {"quality": 1.0, "latency_ms_p95": 120.0, "cost_per_1k_tokens": 0.45}


def measured(score: build.Scores = 1.0, *, version: int = 3, role: str = "textgen") -> Measured:
    found = build.measured(SUITE, {"quality": score}, role=role, version=version)
    return replace(found, manifest=replace(found.manifest, metrics=METRICS))


def case(score: build.Scores = 1.0, *, role: str = "textgen") -> Case:
    return build.case(measured(score, role=role), SUITE)


def figures(metrics: Mapping[str, float], accelerator: str = "1xL4") -> Manifest:
    """What its provider says of the subject, with the same metrics where nothing else is said."""
    own = measured().manifest
    assert own.evaluation is not None
    machine = replace(own.evaluation, accelerator=accelerator)
    return replace(own, metrics=METRICS | dict(metrics), evaluation=machine)


def judge(
    of: Case, *, figures: Manifest | None, independent: bool = True
) -> tuple[GateResult, ...]:
    return evaluation.judge(of, figures=figures, independent=independent)


def failing(results: tuple[GateResult, ...]) -> list[tuple[str, str]]:
    return [(one.gate, one.check) for one in results if one.verdict is Verdict.FAIL]


@pytest.mark.parametrize("role", ["textgen", "runtime", "policy"])
def test_a_good_run_passes_every_check_of_evidence_and_no_comparison(role: str) -> None:
    results = judge(case(role=role), figures=None)
    assert build.overall(results) is Verdict.PASS
    assert {one.gate for one in results} == {"quality", "latency", "safety"}
    assert {one.check for one in results}.isdisjoint({"baseline", "categories", "contract", "io"})


def test_a_run_below_the_floor_fails() -> None:
    assert failing(judge(case(0.0), figures=None)) == [("quality", "floor")]


def test_a_declared_baseline_is_compared_with_as_for_a_shipment() -> None:
    mostly = [0.0] * 40 + [1.0] * 160
    beside = replace(case(mostly), baseline=measured(1.0, version=2))
    assert failing(judge(beside, figures=None)) == [("quality", "baseline")]


def test_a_baseline_that_cannot_be_compared_with_settles_nothing() -> None:
    beside = replace(case(), baseline=measured(version=2), baseline_gap="it has no evidence")
    results = judge(beside, figures=None)
    assert build.overall(results) is Verdict.NO_EVIDENCE


def test_an_old_price_is_the_runs_fault_and_fails_no_version() -> None:
    late = replace(case(), now=build.NOW.replace(year=2030))
    assert build.overall(judge(late, figures=None)) is Verdict.INCONCLUSIVE


def test_a_role_that_lost_its_thresholds_fails_no_version() -> None:
    lost = replace(case(), policy=build.policy(quality=None))
    assert build.overall(judge(lost, figures=None)) is Verdict.INCONCLUSIVE


def test_a_waiver_counts_for_an_evaluation_of_its_manifest_too() -> None:
    waived = replace(case(0.0), waived_gates=frozenset({"quality"}))
    assert build.overall(judge(waived, figures=None)) is Verdict.WAIVED


@pytest.mark.parametrize(
    ("claimed", "missed"),
    [
        ({}, []),
        ({"quality": 0.98}, []),
        ({"quality": 0.97}, [("agreement", "quality")]),
        ({"latency_ms_p95": 96.0}, []),
        ({"latency_ms_p95": 95.0}, [("agreement", "p95")]),
        ({"cost_per_1k_tokens": 0.6}, [("agreement", "cost")]),
    ],
)
def test_an_independent_run_agrees_with_the_providers_own_figures(
    claimed: dict[str, float], missed: list[tuple[str, str]]
) -> None:
    assert failing(judge(case(), figures=figures(claimed))) == missed


def test_timings_of_another_machine_are_held_to_the_caps_only() -> None:
    elsewhere = figures({"latency_ms_p95": 1.0, "cost_per_1k_tokens": 9.0}, "1xA100")
    results = judge(case(), figures=elsewhere)
    assert failing(results) == []
    assert [one.check for one in results if one.gate == "agreement"] == ["quality"]


def test_without_an_agreement_section_the_tolerances_are_those_of_reports() -> None:
    plain = replace(case(), policy=build.policy(agreement=None))
    assert failing(judge(plain, figures=figures({"quality": 0.981}))) == []
    missed = failing(judge(plain, figures=figures({"quality": 0.979})))
    assert missed == [("agreement", "quality")]


def test_a_provider_that_contradicts_its_own_figures_settles_nothing() -> None:
    results = judge(case(), figures=figures({"quality": 0.97}), independent=False)
    assert build.overall(results) is Verdict.INCONCLUSIVE
    assert failing(judge(case(0.0), figures=figures({"quality": 0.97}), independent=False)) == [
        ("quality", "floor")
    ]


def test_the_numbers_of_an_evaluation_are_those_of_engine_1() -> None:
    """Frozen, as in `test_engine_is_frozen`: never edit an expectation of engine 1."""
    scores = [float((n * 7919) % 100 < 92) for n in range(200)]
    beside = replace(case(scores), baseline=measured(version=2))
    results = judge(beside, figures=figures({"latency_ms_p95": 110.0}))
    assert sha256(dumps([outcome(one) for one in results])) == NUMBERS
