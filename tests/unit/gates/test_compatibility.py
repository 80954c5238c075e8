import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.gates.builders import case, items, measured, suite

from fedfuse.engine.v1 import joining
from fedfuse.engine.v1.gates import compatibility
from fedfuse.engine.v1.gates.case import Case
from fedfuse.model.contract import ContractDocument
from fedfuse.model.manifest import Contract
from fedfuse.model.verdict import GateResult, Verdict

SUITE = suite(items("quality", 2))
OPEN = {"type": "object", "required": ["text"]}
IO = {"embedding_dim": 384, "max_input_tokens": 2048, "labels": ["a", "b"]}


def contract(version: int, **request: Any) -> ContractDocument:
    """Version k of a contract; keywords change its request schema."""
    document = {"version": version, "request": {"type": "object"} | request, "response": OPEN}
    return ContractDocument(version, f"{version}" * 64, document)


WIDER = contract(2, properties={"text": True})
BREAKING = contract(2, required=["prompt"])
UNPROVEN = contract(2, minProperties=1)


def shipped(
    on: ContractDocument | None,
    accepted: ContractDocument | None,
    *,
    io: Mapping[str, Any] | None = None,
    before: Mapping[str, Any] | None = None,
    baseline_version: int | None = None,
) -> Case:
    """A shipment on a contract, while the routes accept one; `before` are the baseline's facts."""
    version = on.version if on else 9
    found = measured(SUITE)
    named = Contract(version, on.sha256 if on else "9" * 64, io or {})
    found = replace(found, manifest=replace(found.manifest, contract=named))
    older = measured(SUITE, version=2)
    served = Contract(baseline_version or version, "0" * 64, before or {})
    older = replace(older, manifest=replace(older.manifest, contract=served))
    return replace(
        case(found, SUITE, baseline=None if before is None else older),
        accepted_contract=accepted,
        shipped_contract=on,
        accepted_io=before,
    )


def judged(of: Case, check: str) -> GateResult:
    return {result.check: result for result in compatibility.judge(of)}[check]


def test_compatibility_gate_passes_the_contract_that_the_route_table_accepts() -> None:
    found = compatibility.judge(shipped(contract(1), contract(1)))
    assert [(r.check, r.verdict) for r in found] == [
        ("contract", Verdict.PASS),
        ("io", Verdict.PASS),
    ]
    assert found[0].reason == "contract v1, the one the route table accepts"


def test_compatibility_gate_passes_a_role_that_no_route_uses_and_says_so() -> None:
    found = judged(shipped(contract(1), None), "contract")
    assert (found.verdict, found.reason) == (
        Verdict.PASS,
        "contract v1, and no route uses this role",
    )


@pytest.mark.parametrize("accepted", [None, contract(1)])
def test_compatibility_gate_refuses_a_contract_version_that_main_does_not_have(
    accepted: ContractDocument | None,
) -> None:
    found = judged(shipped(None, accepted), "contract")
    assert found.verdict is Verdict.FAIL
    assert found.reason == "there is no schemas/contract/textgen/v9.json on main"


def test_compatibility_gate_refuses_a_manifest_without_a_contract() -> None:
    of = shipped(contract(1), contract(1))
    bare = replace(of.shipment, manifest=replace(of.shipment.manifest, contract=None))
    assert judged(replace(of, shipment=bare), "contract").verdict is Verdict.FAIL


@pytest.mark.parametrize("accepted", [None, contract(1), contract(2)])
def test_compatibility_gate_refuses_another_file_under_the_same_version(
    accepted: ContractDocument | None,
) -> None:
    of = shipped(contract(1), accepted)
    altered = replace(contract(1), sha256="f" * 64)
    found = judged(replace(of, shipped_contract=altered), "contract")
    assert found.verdict is Verdict.FAIL
    assert "1" * 64 in found.reason
    assert "f" * 64 in found.reason


def test_compatibility_gate_refuses_an_older_contract_than_the_accepted_one() -> None:
    found = judged(shipped(contract(1), contract(2)), "contract")
    assert found.verdict is Verdict.FAIL
    assert "ship on v2 or newer" in found.reason


def test_compatibility_gate_says_that_a_provably_compatible_newer_contract_joins_at_once() -> None:
    narrow = contract(1, properties={"text": {"type": "string"}})
    found = judged(shipped(WIDER, narrow), "contract")
    assert found.verdict is Verdict.PASS
    assert "provably compatible" in found.reason


def test_compatibility_gate_admits_a_breaking_newer_contract_which_waits_with_its_example() -> None:
    found = judged(shipped(BREAKING, contract(1)), "contract")
    assert found.verdict is Verdict.PASS
    assert found.reason == (
        "contract v2, while the route table accepts v1: this waits until the route table accepts "
        "v2, for the new contract refuses a request that the old one accepts at "
        "/request/required: {}"
    )


def test_compatibility_gate_admits_an_unproven_newer_contract_which_waits_with_the_doubt() -> None:
    found = judged(shipped(UNPROVEN, contract(1)), "contract")
    assert found.verdict is Verdict.PASS
    assert found.reason.endswith(
        "for compatibility is not proven at /request: keyword `minProperties` is outside the "
        "contract subset"
    )


def test_compatibility_gate_shortens_a_counterexample_that_nobody_would_read() -> None:
    long = contract(1, properties={"text": {"type": "string", "minLength": 5000}},
                    required=["text"])  # fmt: skip
    short = contract(2, properties={"text": {"type": "string", "maxLength": 10}}, required=["text"])
    found = judged(shipped(short, long), "contract")
    assert found.reason.endswith("aaa... (5,012 characters)")
    assert len(found.reason) < 500


def test_compatibility_gate_passes_equal_io_facts_and_names_them() -> None:
    found = judged(shipped(contract(1), contract(1), io=IO, before=IO), "io")
    assert found.verdict is Verdict.PASS
    assert found.reason == "equal to the baseline's: embedding_dim, labels, max_input_tokens"


def test_compatibility_gate_asks_no_io_facts_of_the_first_version() -> None:
    assert judged(shipped(contract(1), contract(1), io=IO), "io").verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("embedding_dim", 768, "embedding_dim is 768, the baseline's is 384"),
        ("max_input_tokens", 1024, "max_input_tokens is 1024, the baseline's is 2048"),
        ("labels", ["b", "a"], 'labels is ["b", "a"], the baseline\'s is ["a", "b"]'),
        ("tokenizer_sha256", "0f", 'tokenizer_sha256 is "0f", the baseline\'s is missing'),
    ],
)  # fmt: skip
def test_compatibility_gate_refuses_an_io_fact_that_differs_and_names_both_values(
    name: str, value: Any, shown: str
) -> None:
    found = judged(shipped(contract(1), contract(1), io=IO | {name: value}, before=IO), "io")
    assert found.verdict is Verdict.FAIL
    assert found.reason == f"{shown}: a change needs a new contract version"


def test_compatibility_gate_counts_an_io_fact_that_is_no_longer_declared_as_different() -> None:
    kept = {name: value for name, value in IO.items() if name != "embedding_dim"}
    found = judged(shipped(contract(1), contract(1), io=kept, before=IO), "io")
    assert found.verdict is Verdict.FAIL
    assert "embedding_dim is missing, the baseline's is 384" in found.reason


@pytest.mark.parametrize(
    ("on", "accepted", "baseline_version", "verdict"),
    [
        (WIDER, contract(1, properties={"text": {"type": "string"}}), 1, Verdict.FAIL),
        (BREAKING, contract(1), 1, Verdict.PASS),
        (BREAKING, contract(1), 2, Verdict.FAIL),
        (BREAKING, BREAKING, 1, Verdict.PASS),
        (BREAKING, None, 1, Verdict.PASS),
        (contract(1), contract(1), 2, Verdict.FAIL),
    ],
    ids=[
        "it would join beside the baseline",
        "it waits",
        "it waits where the baseline waits",
        "the routes have moved",
        "no route uses the role",
        "it goes back to the accepted version",
    ],
)
def test_compatibility_gate_holds_io_facts_wherever_the_baseline_would_be_replaced_unnoticed(
    on: ContractDocument, accepted: ContractDocument, baseline_version: int, verdict: Verdict
) -> None:
    of = shipped(
        on, accepted, io=IO | {"embedding_dim": 768}, before=IO, baseline_version=baseline_version
    )
    assert judged(of, "io").verdict is verdict


@pytest.mark.parametrize(
    ("accepted", "on", "expected"),
    [
        (None, contract(1), True),
        (contract(1), contract(1), True),
        (contract(2), contract(1), False),
        (contract(1), contract(2), True),
        (contract(1), BREAKING, False),
        (contract(1), UNPROVEN, False),
    ],
)
def test_a_shipment_joins_on_the_accepted_contract_or_a_provably_compatible_newer_one(
    accepted: ContractDocument | None,
    on: ContractDocument,
    expected: bool,  # noqa: FBT001 - the expected answer
) -> None:
    assert joining.joins(accepted, on) is expected


def test_the_counterexample_in_a_reason_is_json() -> None:
    reason = judged(shipped(BREAKING, contract(1)), "contract").reason
    assert json.loads(reason.rpartition(": ")[2]) == {}
