import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fedfuse.engine.v1.contract import Outcome, compare

FOLDER = Path(__file__).parents[3] / "schemas" / "contract"
ROLES = ("embed", "policy", "runtime", "textgen")
CHAT = {"prompt_type": "chat", "messages": [{"role": "user", "content": "Name a prime."}]}
ANSWER = {"text": "7", "usage": {"input_tokens": 4, "output_tokens": 1}}
EXAMPLES: dict[str, tuple[Any, Any]] = {
    "embed": (
        {"texts": ["a prime", "an even number"], "input_type": "query"},
        {"embeddings": [[0.6, 0.8], [1, 0]], "usage": {"input_tokens": 5}},
    ),
    "policy": (CHAT, ANSWER | {"decision": "allow", "labels": []}),
    "runtime": (CHAT | {"max_tokens": 16, "temperature": 0}, ANSWER | {"finish_reason": "stop"}),
    "textgen": (CHAT | {"seed": 7, "stop": ["\n"]}, ANSWER | {"finish_reason": "length"}),
}


def contract(role: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FOLDER / role / "v1.json").read_bytes())
    return document


def changed(role: str, *path: str, **rules: Any) -> dict[str, Any]:
    """The role's contract with keywords of the schema at `path` replaced."""
    document = deepcopy(contract(role))
    schema = document
    for step in path:
        schema = schema[step]
    schema.update(rules)
    return document


def test_every_model_role_has_a_first_contract() -> None:
    assert sorted(path.name for path in FOLDER.iterdir() if path.is_dir()) == list(ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_a_contract_names_its_role_and_version_and_stays_within_the_comparable_subset(
    role: str,
) -> None:
    document = contract(role)
    head = {name: document[name] for name in ("apiVersion", "kind", "role", "version")}
    assert head == {"apiVersion": "fedfuse/v1", "kind": "Contract", "role": role, "version": 1}
    assert compare(document, document).outcome is Outcome.COMPATIBLE


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("side", ["request", "response"])
def test_a_contract_takes_its_example_and_refuses_an_empty_one(role: str, side: str) -> None:
    schema = contract(role)[side]
    Draft202012Validator.check_schema(schema)
    example = EXAMPLES[role][0 if side == "request" else 1]
    assert Draft202012Validator(schema).is_valid(example)
    assert not Draft202012Validator(schema).is_valid({})


def test_a_new_optional_field_of_the_request_is_compatible() -> None:
    old = contract("textgen")
    new = deepcopy(old)
    new["request"]["properties"]["top_k"] = {"type": "integer", "minimum": 1}
    assert compare(old, new).outcome is Outcome.COMPATIBLE


def test_a_new_field_of_the_response_is_compatible_as_callers_ignore_what_they_do_not_know() -> (
    None
):
    old = contract("textgen")
    new = deepcopy(old)
    new["response"]["properties"]["confidence"] = {"type": "number"}
    new["response"]["required"].append("confidence")
    assert compare(old, new).outcome is Outcome.COMPATIBLE


def test_a_shorter_prompt_limit_breaks_with_a_prompt_of_the_old_length() -> None:
    new = changed(
        "textgen", "request", "properties", "messages", "items", "properties", "content",
        maxLength=100,
    )  # fmt: skip
    found = compare(contract("textgen"), new)
    assert (found.outcome, found.pointer) == (
        Outcome.BREAKING,
        "/request/properties/messages/items/properties/content/maxLength",
    )
    assert len(json.loads(found.counterexample)["messages"][0]["content"]) == 101


def test_a_new_finish_reason_breaks_callers_that_know_only_the_old_ones() -> None:
    new = changed(
        "runtime", "response", "properties", "finish_reason", enum=["stop", "length", "filter"]
    )
    found = compare(contract("runtime"), new)
    assert (found.outcome, found.side) == (Outcome.BREAKING, "response")
    assert json.loads(found.counterexample)["finish_reason"] == "filter"
