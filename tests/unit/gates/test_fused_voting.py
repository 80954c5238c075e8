from collections.abc import Mapping
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.gates.fused import (
    ANSWER,
    DECISION,
    Contracts,
    contract,
    judged,
    member,
    registry,
)

from fedfuse.model.manifest import Manifest
from fedfuse.model.registry import Voting
from fedfuse.model.verdict import GateResult, Verdict


def vote(
    *members: Manifest,
    quorum: int = 2,
    voters: tuple[str, ...] = (),
    contracts: Contracts | None = None,
) -> GateResult:
    """A vote on `chat` among the members (or `voters`), beside an embedder."""
    chosen = voters or tuple(each.unit for each in members)
    of = registry(voting=Voting(("chat",), chosen, quorum))
    return judged(*members, member("embed"), of=of, contracts=contracts)


def test_set_gate_passes_a_quorum_of_distinct_base_models() -> None:
    found = vote(member("textgen", "a", base_model="m/1"), member("textgen", "b", base_model="m/2"))
    assert found.verdict is Verdict.PASS


def test_set_gate_counts_voters_on_one_base_model_once_at_whatever_revision() -> None:
    found = vote(
        member("textgen", "a", base_model="m/1", revision="a"),
        member("textgen", "b", base_model="m/1", revision="b"),
    )
    assert found.verdict is Verdict.FAIL
    assert found.reason == "the voting quorum is 2, the voters stand on 1 distinct base models"


def test_set_gate_counts_a_voter_without_a_base_model_as_its_own() -> None:
    found = vote(member("textgen", "a"), member("textgen", "b"), quorum=2)
    assert found.verdict is Verdict.PASS


def test_set_gate_counts_a_voter_that_is_listed_twice_once() -> None:
    found = vote(member("textgen", "a"), voters=("hf/a", "hf/a"))
    assert found.verdict is Verdict.FAIL


def test_set_gate_refuses_a_voter_that_is_no_member_even_when_the_quorum_is_reached() -> None:
    found = vote(member("textgen", "a"), quorum=1, voters=("hf/a", "hf/gone"))
    assert found.verdict is Verdict.FAIL
    assert found.reason == "voter hf/gone is not a member"


@given(models=st.lists(st.sampled_from("abcde"), min_size=1, max_size=6), quorum=st.integers(1, 6))
def test_set_gate_passes_exactly_the_quorums_that_no_two_groups_of_base_models_can_both_reach(
    models: list[str], quorum: int
) -> None:
    voters = [member("textgen", f"v{n}", base_model=f"m/{m}") for n, m in enumerate(models)]
    distinct = sorted(set(models))
    sides = [set(c) for n in range(len(distinct) + 1) for c in combinations(distinct, n)]
    reachable = any(len(side) >= quorum for side in sides)
    split = any(
        len(side) >= quorum and len(distinct) - len(side) >= quorum for side in sides
    )  # one side allows, all others refuse
    passes = vote(*voters, quorum=quorum).verdict is Verdict.PASS
    assert passes == (reachable and not split)


def test_set_gate_refuses_a_quorum_of_half_the_base_models() -> None:
    pair = (member("textgen", "a", base_model="m/1"), member("textgen", "b", base_model="m/2"))
    assert vote(*pair, quorum=1).reason == (
        "the voting quorum is 1 of 2 distinct base models, which is no majority"
    )


@pytest.mark.parametrize(
    "response",
    [
        {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]},
        {"type": "object", "properties": {"decision": DECISION}},
        {**ANSWER, "properties": {"decision": {"enum": ["allow", "refuse", "maybe"]}}},
        {**ANSWER, "properties": {"decision": {"type": "string"}}},
        {"$ref": "#/elsewhere"},
    ],
)
def test_set_gate_refuses_a_voter_whose_contract_does_not_promise_a_decision(
    response: Mapping[str, Any],
) -> None:
    mute = {"hf/b": contract("text", response=response)}
    found = vote(member("textgen", "a"), member("textgen", "b"), contracts=mute)
    assert found.reason == (
        "the contract of voter hf/b has no decision, allow or refuse, in every answer"
    )


def test_set_gate_takes_votes_through_any_contract_whose_every_answer_decides() -> None:
    more = {**ANSWER, "properties": {"decision": {"enum": ["refuse"]}, "text": {}}}
    found = vote(
        member("textgen", "a"),
        member("policy", "b"),
        contracts={"hf/b": contract("prompt", response=more)},
    )
    assert found.verdict is Verdict.PASS


def test_set_gate_refuses_voting_on_a_prompt_type_that_no_route_has() -> None:
    of = registry(voting=Voting(("poem",), ("hf/textgen-unit",), 1))
    found = judged(of=of)
    assert found.verdict is Verdict.FAIL
    assert found.reason == "voting covers poem, which is no prompt type of the route table"


def test_set_gate_refuses_a_voter_without_a_contract() -> None:
    found = vote(member("textgen", "a"), member("textgen", "b"), contracts={"hf/b": None})
    assert found.verdict is Verdict.FAIL
