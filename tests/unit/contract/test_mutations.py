import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.unit.contract import containers, scalars
from tests.unit.contract.mutations import Mutation

from fedfuse.engine.v1.contract import Comparison, Outcome, compare

MUTATIONS = scalars.MUTATIONS + containers.MUTATIONS
BY_NAME = pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)


def compare_requests(old: Any, new: Any) -> Comparison:
    return compare({"request": old, "response": True}, {"request": new, "response": True})


def compare_responses(old: Any, new: Any) -> Comparison:
    return compare({"request": True, "response": old}, {"request": True, "response": new})


def assert_accepted_and_refused(found: Comparison, accepting: Any, refusing: Any) -> None:
    value = json.loads(found.counterexample)
    assert Draft202012Validator(accepting).is_valid(value)
    assert not Draft202012Validator(refusing).is_valid(value)


@BY_NAME
def test_a_request_side_is_judged_as_labelled_and_proves_what_it_refuses(
    mutation: Mutation,
) -> None:
    found = compare_requests(mutation.old, mutation.new)
    assert (found.outcome, bool(found.reason)) == (
        mutation.request,
        mutation.request is not Outcome.COMPATIBLE,
    )
    if found.outcome is Outcome.BREAKING:
        assert found.side == "request"
        assert_accepted_and_refused(found, mutation.old, mutation.new)


@BY_NAME
def test_a_response_side_is_judged_as_labelled_and_proves_what_it_refuses(
    mutation: Mutation,
) -> None:
    found = compare_responses(mutation.old, mutation.new)
    assert (found.outcome, bool(found.reason)) == (
        mutation.response,
        mutation.response is not Outcome.COMPATIBLE,
    )
    if found.outcome is Outcome.BREAKING:
        assert found.side == "response"
        assert_accepted_and_refused(found, mutation.new, mutation.old)


def test_there_are_more_than_a_hundred_mutations_with_names_of_their_own() -> None:
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS) > 100
