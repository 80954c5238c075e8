"""An Evaluation is held to the floors and caps of its subject's role, and to what it claims."""

from dataclasses import replace

import pytest
from tests.unit.gates import builders as build

from fedfuse.engine.v1.gates import evaluation
from fedfuse.engine.v1.gates.case import Case
from fedfuse.engine.v1.record import outcome
from fedfuse.model.canonical import dumps, sha256
from fedfuse.model.judgement import Measured
from fedfuse.model.verdict import GateResult, Verdict

SUITE = build.suite()
NUMBERS = "01c6ffa188997630e3cc7e66e5b978d9163d7696f35ccfbbacd90690eaf579fb"
METRICS = {"quality": 1.0, "latency_ms_p95": 120.0, "cost_per_1k_tokens": 0.45}


def measured(score: build.Scores = 1.0, *, version: int = 3, role: str = "textgen") -> Measured:
    found = build.measured(SUITE, {"quality": score}, role=role, version=version)
    return replace(found, manifest=replace(found.manifest, metrics=METRICS))


def case(score: build.Scores = 1.0, *, role: str = "textgen") -> Case:
    return build.case(measured(score, role=role), SUITE)


def own(
    score: build.Scores = 1.0, *, latency_ms: float = 120.0, accelerator: str = "1xL4"
) -> Measured:
    """What its provider measured of the subject first."""
    found = measured(score)
    assert found.manifest.evaluation is not None
    machine = replace(found.manifest.evaluation, accelerator=accelerator)
    rows = tuple(replace(row, latency_ms=latency_ms) for row in found.rows)
    return build.with_rows(
        replace(found, manifest=replace(found.manifest, evaluation=machine)), rows
    )


def missing(count: int) -> list[float]:
    """Scores of 200 items, so many of them wrong."""
    return [0.0] * count + [1.0] * (200 - count)


def judge(
    of: Case, *, own: Measured | None = None, independent: bool = True
) -> tuple[GateResult, ...]:
    return evaluation.judge(of, own=own, independent=independent)


def failing(results: tuple[GateResult, ...]) -> list[tuple[str, str]]:
    return [(one.gate, one.check) for one in results if one.verdict is Verdict.FAIL]


@pytest.mark.parametrize("role", ["textgen", "runtime", "policy"])
def test_a_good_run_passes_every_check_of_evidence_and_no_comparison(role: str) -> None:
    results = judge(case(role=role))
    assert build.overall(results) is Verdict.PASS
    assert {one.gate for one in results} == {"quality", "latency", "safety"}
    assert {one.check for one in results}.isdisjoint({"baseline", "categories", "contract", "io"})


def test_a_run_below_the_floor_fails() -> None:
    assert failing(judge(case(0.0))) == [("quality", "floor")]


def test_a_declared_baseline_is_compared_with_as_for_a_shipment() -> None:
    mostly = [0.0] * 40 + [1.0] * 160
    beside = replace(case(mostly), baseline=measured(1.0, version=2))
    assert failing(judge(beside)) == [("quality", "baseline")]


def test_a_baseline_that_cannot_be_compared_with_settles_nothing() -> None:
    beside = replace(case(), baseline=measured(version=2), baseline_gap="it has no evidence")
    results = judge(beside)
    assert build.overall(results) is Verdict.NO_EVIDENCE


def test_an_old_price_is_the_runs_fault_and_fails_no_version() -> None:
    late = replace(case(), now=build.NOW.replace(year=2030))
    assert build.overall(judge(late)) is Verdict.INCONCLUSIVE


def test_a_role_that_lost_its_thresholds_fails_no_version() -> None:
    lost = replace(case(), policy=build.policy(quality=None))
    assert build.overall(judge(lost)) is Verdict.INCONCLUSIVE


def test_a_waiver_counts_for_an_evaluation_of_its_manifest_too() -> None:
    waived = replace(case(0.0), waived_gates=frozenset({"quality"}))
    assert build.overall(judge(waived)) is Verdict.WAIVED


@pytest.mark.parametrize(
    ("first", "missed"),
    [
        (own(), []),
        (own(missing(5)), []),
        (own(missing(10)), [("agreement", "quality")]),
        (own(latency_ms=96.0), []),
        (own(latency_ms=95.0), [("agreement", "p95"), ("agreement", "cost")]),
    ],
)
def test_an_independent_run_agrees_with_the_providers_own_first_run(
    first: Measured, missed: list[tuple[str, str]]
) -> None:
    assert failing(judge(case(), own=first)) == missed


@pytest.mark.parametrize(
    ("independent", "verdict"), [(True, Verdict.INCONCLUSIVE), (False, Verdict.FAIL)]
)
def test_a_slow_machine_of_somebody_else_fails_no_version(
    verdict: Verdict, *, independent: bool
) -> None:
    """What fails may revoke for good, and others serve it where they like."""
    of = case()
    rows = tuple(replace(row, latency_ms=900.0) for row in of.shipment.rows)
    slow = replace(of, shipment=build.with_rows(of.shipment, rows))
    results = judge(slow, own=own(accelerator="1xA100"), independent=independent)
    assert build.overall(results) is verdict


def test_timings_of_another_machine_are_not_compared() -> None:
    results = judge(case(), own=own(latency_ms=1.0, accelerator="1xA100"))
    assert failing(results) == []
    assert [one.check for one in results if one.gate == "agreement"] == ["quality", "timing"]


def test_without_an_agreement_section_the_tolerances_are_those_of_reports() -> None:
    plain = replace(case(), policy=build.policy(agreement=None))
    assert failing(judge(plain, own=own(missing(2)))) == []
    assert failing(judge(plain, own=own(missing(7)))) == [("agreement", "quality")]


def test_a_provider_that_contradicts_its_own_first_run_settles_nothing() -> None:
    results = judge(case(), own=own(missing(12)), independent=False)
    assert build.overall(results) is Verdict.INCONCLUSIVE
    assert failing(judge(case(0.0), own=own(missing(12)), independent=False)) == [
        ("quality", "floor")
    ]


def test_an_evaluation_that_names_no_baseline_is_asked_for_no_comparison() -> None:
    required = {k: v for k, v in build.LATENCY.items() if k != "interleaved"}
    results = judge(replace(case(), policy=build.policy(latency=required)))
    assert build.overall(results) is Verdict.PASS


def test_the_numbers_of_an_evaluation_are_those_of_engine_1() -> None:
    """Frozen, as in `test_engine_is_frozen`: never edit an expectation of engine 1."""
    scores = [float((n * 7919) % 100 < 92) for n in range(200)]
    beside = replace(case(scores), baseline=measured(version=2))
    results = judge(beside, own=own(missing(3), latency_ms=110.0))
    assert sha256(dumps([outcome(one) for one in results])) == NUMBERS
