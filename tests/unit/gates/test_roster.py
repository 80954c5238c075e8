import json
from dataclasses import replace

import pytest
from tests.unit.gates.builders import case, measured, overall, policy, suite

from fedfuse.engine.v1.gates import roster
from fedfuse.engine.v1.gates.case import Case
from fedfuse.engine.v1.roles import ROLES
from fedfuse.model.contract import ContractDocument
from fedfuse.model.registry import Policy
from fedfuse.model.verdict import GateResult, Verdict

SUITE = suite()
CONTRACT = ContractDocument(1, "d" * 64, {"request": {}, "response": {}})
METRICS = {"latency_ms_p95": 120.0, "cost_per_1k_tokens": 0.45}


def good(thresholds: Policy | None = None, *, role: str = "textgen", score: float = 1.0) -> Case:
    """A first shipment that every gate passes; a lower score makes quality fail."""
    parts = dict.fromkeys(("quality", "retrieval"), score)
    found = measured(SUITE, parts, role=role)
    found = replace(found, manifest=replace(found.manifest, metrics=METRICS))
    of = case(found, SUITE, thresholds)
    return replace(of, accepted_contract=CONTRACT, shipped_contract=CONTRACT)


def waived(of: Case, *gates: str) -> Case:
    return replace(of, waived_gates=frozenset(gates))


def of_gate(results: tuple[GateResult, ...], gate: str) -> list[GateResult]:
    return [result for result in results if result.gate == gate]


@pytest.mark.parametrize("role", ["textgen", "runtime", "policy", "embed"])
def test_roster_runs_the_gates_of_the_role_in_its_order(role: str) -> None:
    results = roster.judge(good(role=role))
    assert tuple(dict.fromkeys(r.gate for r in results)) == ROLES[role].gates
    assert overall(results) is Verdict.PASS


def test_roster_has_a_gate_for_every_name_that_a_role_uses() -> None:
    used = {gate for role in ROLES.values() for gate in role.gates}
    assert used == {gate.name for gate in roster.GATES}


def test_roster_judges_nothing_of_a_data_report_without_bounds_and_that_passes() -> None:
    results = roster.judge(good(role="dataset-quality"))
    assert results == ()
    assert overall(results) is Verdict.PASS


@pytest.mark.parametrize("gate", ["quality", "latency", "safety"])
def test_roster_fails_a_gate_without_thresholds_and_names_the_missing_section(gate: str) -> None:
    results = roster.judge(good({name: one for name, one in policy().items() if name != gate}))
    (found,) = of_gate(results, gate)
    assert found.verdict is Verdict.FAIL
    assert f"roles.textgen.{gate}" in found.reason
    assert overall(results) is Verdict.FAIL


def test_roster_fails_a_report_whose_role_has_no_tolerances() -> None:
    (found,) = roster.judge(good(policy(agreement=None), role="benchmark"))
    assert found.verdict is Verdict.FAIL
    assert "roles.benchmark.agreement" in found.reason


def test_roster_lets_no_waiver_stand_in_for_missing_thresholds() -> None:
    results = roster.judge(waived(good(policy(quality=None)), "quality"))
    assert overall(results) is Verdict.FAIL


def test_roster_turns_a_waived_failure_into_waived_and_keeps_its_numbers() -> None:
    refused = of_gate(roster.judge(good(score=0.5)), "quality")[0]
    (found, *_) = of_gate(roster.judge(waived(good(score=0.5), "quality")), "quality")
    assert (refused.verdict, found.verdict) == (Verdict.FAIL, Verdict.WAIVED)
    assert found.reason == f"waived (fail without the waiver): {refused.reason}"
    assert replace(found, verdict=refused.verdict, reason=refused.reason) == refused


def test_roster_turns_a_waived_inconclusive_comparison_into_waived() -> None:
    of = replace(good(), baseline=measured(SUITE, version=2))
    assert overall(roster.judge(of)) is Verdict.INCONCLUSIVE
    assert overall(roster.judge(waived(of, "quality"))) is Verdict.WAIVED


def test_roster_never_waives_missing_evidence() -> None:
    of = waived(replace(good(), baseline_gap="not measured"), "quality")
    assert overall(roster.judge(of)) is Verdict.NO_EVIDENCE


def test_roster_waives_the_named_gate_only() -> None:
    results = roster.judge(waived(good(score=0.5), "latency"))
    assert overall(results) is Verdict.FAIL


def test_roster_leaves_a_pass_a_pass_under_a_waiver() -> None:
    results = roster.judge(waived(good(), "quality", "latency"))
    assert {result.verdict for result in results} == {Verdict.PASS}


@pytest.mark.parametrize("gate", ["safety", "compatibility"])
def test_roster_never_waives_safety_or_compatibility(gate: str) -> None:
    of = replace(good(), shipped_contract=None)
    unsafe = replace(of, shipment=measured(SUITE, {"policy": 0.0}))
    (found, *_) = of_gate(roster.judge(waived(unsafe, gate)), gate)
    assert found.verdict is Verdict.FAIL


def test_every_gate_of_the_roster_and_the_set_gate_are_explained_with_their_verdicts() -> None:
    assert set(roster.GUIDES) == {*(gate.name for gate in roster.GATES), "set"}
    for gate, one in roster.GUIDES.items():
        assert {Verdict.PASS, Verdict.FAIL} <= set(one.verdicts)
        assert (Verdict.WAIVED in one.verdicts) == (gate in {"quality", "latency"})
        assert json.dumps([one.rule, one.why, one.fix]).isascii()
