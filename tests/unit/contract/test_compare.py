import json
from typing import Any

import pytest

from fedfuse.engine.v1.contract import Comparison, Outcome, compare


def contract(*, request: Any = True, response: Any = True, **rest: Any) -> dict[str, Any]:
    return {"kind": "Contract", "role": "textgen", "request": request, "response": response} | rest


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "array"}
    for _ in range(levels):
        schema = {"type": "array", "items": schema}
    return schema


def test_the_version_title_and_description_of_a_document_are_free_to_change() -> None:
    old = contract(version=1, title="old", description="old")
    assert compare(old, contract(version=2, title="new")) == Comparison(Outcome.COMPATIBLE)


@pytest.mark.parametrize(
    "new", [contract(role="embed"), contract(io={"dim": 1}), {"request": True, "response": True}]
)
def test_any_other_difference_between_the_documents_is_unproven(new: dict[str, Any]) -> None:
    found = compare(contract(), new)
    assert found.outcome is Outcome.UNPROVEN
    assert "differs" in found.reason


def test_a_document_without_a_response_is_unproven() -> None:
    found = compare(contract(), {"request": True})
    assert found == Comparison(Outcome.UNPROVEN, reason="the new contract has no response")


def test_a_proof_against_the_response_counts_more_than_a_doubt_about_the_request() -> None:
    old = contract(request={"pattern": "a"}, response={"type": "string"})
    new = contract(request={"pattern": "b"}, response={"type": ["string", "null"]})
    found = compare(old, new)
    assert (found.outcome, found.side, found.counterexample) == (
        Outcome.BREAKING,
        "response",
        "null",
    )


def test_an_object_with_a_member_that_can_have_no_value_is_in_every_schema() -> None:
    none = {
        "type": "object",
        "required": ["a", "b"],
        "properties": {"a": {"format": "x"}, "b": False},
    }
    assert compare(contract(response=False), contract(response=none)) == Comparison(
        Outcome.COMPATIBLE
    )


def test_a_doubt_names_the_keyword_and_its_place() -> None:
    old = {"type": "object", "properties": {"a/b": {"type": "string"}}}
    new = {"type": "object", "properties": {"a/b": {"type": "string", "format": "uri"}}}
    found = compare(contract(request=old), contract(request=new))
    assert found == Comparison(
        Outcome.UNPROVEN,
        "request",
        "/request/properties/a~1b",
        reason="keyword `format` is outside the contract subset",
    )


@pytest.mark.parametrize(
    ("old", "new", "pointer"),
    [
        ({}, {"type": "object"}, "/request/type"),
        ({"type": "object"}, {"type": "object", "required": ["a"]}, "/request/required"),
        ({"type": "integer"}, {"type": "integer", "minimum": 1}, "/request/minimum"),
        ({"type": "string"}, {"type": "string", "maxLength": 1}, "/request/maxLength"),
        ({"type": "array"}, {"type": "array", "items": {"type": "null"}}, "/request/items/type"),
        ({"enum": [1, 2]}, {"enum": [1]}, "/request/enum"),
        (
            {"type": "object", "properties": {"a~/b": {}}},
            {"type": "object", "properties": {"a~/b": False}},
            "/request/properties/a~0~1b",
        ),
        (
            {"type": "object"},
            {"type": "object", "additionalProperties": False},
            "/request/additionalProperties",
        ),
    ],
)
def test_a_break_points_at_the_keyword_at_which_the_contracts_part(
    old: Any, new: Any, pointer: str
) -> None:
    found = compare(contract(request=old), contract(request=new))
    assert (found.outcome, found.pointer) == (Outcome.BREAKING, pointer)


def test_a_new_member_name_is_made_up_beside_those_that_the_contracts_mention() -> None:
    old = {"type": "object", "properties": {"x1": {}, "x2": {}}, "required": ["x2"]}
    found = compare(contract(request=old), contract(request=old | {"additionalProperties": False}))
    assert json.loads(found.counterexample) == {"x2": None, "x3": None}


@pytest.mark.parametrize("levels", [40, 900, 100_000])
def test_a_schema_nested_too_deep_is_unproven_and_no_crash(levels: int) -> None:
    found = compare(contract(), contract(request=nested(levels)))
    assert found.outcome is Outcome.UNPROVEN
    assert "deeper than 32" in found.reason


def test_a_document_with_too_many_values_is_unproven() -> None:
    found = compare(contract(), contract(request={"enum": list(range(60_000))}))
    assert found.outcome is Outcome.UNPROVEN
    assert "50,000" in found.reason


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e301, b"bytes", {1: 2}], ids=repr)
def test_a_value_that_json_does_not_know_is_unproven(value: Any) -> None:
    found = compare(contract(), contract(request={"enum": [value]}))
    assert found.outcome is Outcome.UNPROVEN
    assert found.reason.startswith("the new contract cannot be read")


def test_a_wide_contract_is_compared_without_going_through_its_combinations() -> None:
    members = {f"m{n}": {"enum": list(range(30))} for n in range(500)}
    old = {"type": "object", "properties": members, "additionalProperties": False}
    new = old | {"properties": members | {"m499": {"enum": list(range(29))}}}
    found = compare(contract(request=old), contract(request=new))
    assert found.counterexample == '{"m499": 29}'


@pytest.mark.parametrize("narrow", [{"minLength": 1}, {"minItems": 1}])
def test_what_accepted_anything_accepted_the_empty_text_and_the_empty_list(
    narrow: dict[str, Any],
) -> None:
    found = compare(contract(request=True), contract(request=narrow))
    assert found.outcome is Outcome.BREAKING


@pytest.mark.parametrize(
    ("length", "outcome"), [(65_536, Outcome.BREAKING), (65_537, Outcome.UNPROVEN)]
)
def test_a_counterexample_is_at_most_65536_characters_and_values(
    length: int, outcome: Outcome
) -> None:
    old = contract(response={"type": "integer"})
    new = contract(response={"type": "string", "minLength": length})
    assert compare(old, new).outcome is outcome
