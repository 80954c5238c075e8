import json
import math
import time
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters import schemas, yaml_strict
from fedfuse.adapters.schemas import Validator, load_json
from fedfuse.engine.v1 import documents, policy
from fedfuse.errors import RegistryError
from fedfuse.model.codes.manifest import RULES
from fedfuse.model.document import Document, Place
from fedfuse.model.finding import Finding
from tests.support.corpus import cases, load, name, read

ROOT = Path(__file__).parents[2]
SCHEMAS = {
    path.name.removesuffix(".v1.schema.json"): path
    for path in sorted((ROOT / "schemas").glob("*.v1.schema.json"))
}
VALIDATORS = {kind: Validator(path.read_bytes()) for kind, path in SCHEMAS.items()}
CASES = cases("schema")


def findings(path: Path, value: Any) -> tuple[Finding, ...]:
    """What the schema named by the case's folder says about its bad document or the good one."""
    document = load(path, value)
    assert isinstance(document, Document), document
    return VALIDATORS[path.parent.name].findings(document)


def judged(schema: dict[str, Any], value: dict[str, Any]) -> tuple[Finding, ...]:
    """What a schema made up here says about a value."""
    document = load_json(json.dumps(value).encode(), path="x.json")
    assert isinstance(document, Document), document
    return Validator(json.dumps(schema).encode()).findings(document)


def made_up(value: dict[str, Any]) -> Document:
    """A value that no loader would let pass."""
    return Document("x.yaml", value, lambda _: Place((1, 1), (1, 1)))


@pytest.mark.parametrize("path", CASES, ids=name)
def test_each_bad_document_gives_exactly_its_expected_findings(path: Path) -> None:
    case = read(path)
    found = [f"{f.code} {f.line}:{f.column}" for f in findings(path, case.bad)]
    assert found == list(case.expect)


@pytest.mark.parametrize("path", CASES, ids=name)
def test_the_good_twin_of_each_bad_document_is_valid(path: Path) -> None:
    assert findings(path, read(path).good) == ()


def test_every_kind_has_bad_documents() -> None:
    assert {path.parent.name for path in CASES} == SCHEMAS.keys()


def test_every_finding_can_be_acted_on() -> None:
    known = {rule.code for rule in RULES}
    for finding in (found for path in CASES for found in findings(path, read(path).bad)):
        assert finding.code in known
        assert finding.fix, finding
        assert finding.expected, finding
        text = f"{finding.message}{finding.expected}{finding.found}{finding.fix}"
        assert text.isascii(), finding
        assert text.isprintable(), finding
        assert len(finding.found) < 200


def test_values_are_built_from_every_good_document_without_an_exception() -> None:
    for path in CASES:
        document = load(path, read(path).good)
        assert isinstance(document, Document)
        if path.parent.name == "manifest":
            assert documents.manifest_of(document.value).path
        if path.parent.name == "registry":
            assert policy.from_document(document.value).units


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_not_finite_are_no_numbers(number: float) -> None:
    schema = {"properties": {"a": {"type": "number", "minimum": 0, "maximum": 1}}}
    (finding,) = Validator(json.dumps(schema).encode()).findings(made_up({"a": number}))
    assert finding.code == "E303"


def test_a_whole_float_is_no_integer() -> None:
    schema = {"properties": {"a": {"type": "integer"}}}
    assert [f.found for f in judged(schema, {"a": 3.0})] == ["3.0"]
    assert judged(schema, {"a": 3}) == ()


def test_a_percentage_is_answered_with_the_share() -> None:
    schema = {"properties": {"quality": {"type": "number", "minimum": 0, "maximum": 1}}}
    (finding,) = judged(schema, {"quality": 84.2})
    assert finding.fix == "write the share, not the percentage: 0.842"


def test_a_misspelt_field_is_answered_with_the_right_one() -> None:
    schema = {"properties": {"license": {}, "track": {}}, "additionalProperties": False}
    (finding,) = judged(schema, {"licence": 1})
    assert (finding.code, finding.fix) == ("E301", "rename it to license")


def test_a_number_for_a_text_is_answered_with_quotes() -> None:
    (finding,) = judged({"properties": {"a": {"type": "string"}}}, {"a": 12})
    assert finding.fix == 'quote it: "12"'


def test_a_forbidden_field_says_why() -> None:
    schema = {"properties": {"a": {"not": {}, "description": "only b has a"}}}
    (finding,) = judged(schema, {"b": 1, "a": 2})
    assert (finding.code, finding.column, finding.expected) == ("E307", 10, "only b has a")


def test_of_alternatives_only_the_flaws_of_the_meant_one_are_shown() -> None:
    schema = {
        "oneOf": [
            {"properties": {"kind": {"const": "static"}}},
            {"properties": {"kind": {"const": "linear"}}, "required": ["kind", "version"]},
        ]
    }
    (finding,) = judged(schema, {"kind": "linear"})
    assert (finding.code, finding.message) == ("E302", "version is missing")


def test_of_two_demands_on_one_value_the_conditional_one_is_shown() -> None:
    schema = {
        "properties": {"a": {"enum": [1, 2, 3]}},
        "allOf": [{"properties": {"a": {"enum": [1, 2]}}}],
    }
    assert [f.expected for f in judged(schema, {"a": 4})] == ["one of 1, 2"]


def test_unknown_keywords_still_give_a_finding() -> None:
    (finding,) = judged({"properties": {"a": {"contains": {"const": 1}}}}, {"a": [2]})
    assert (finding.code, finding.expected) == ("E304", "what the schema says under contains")


@pytest.mark.parametrize("alternatives", [[False], [False, {"type": "integer"}]])
def test_an_alternative_that_allows_nothing_still_gives_a_finding(alternatives: list[Any]) -> None:
    (found,) = judged({"properties": {"a": {"anyOf": alternatives}}}, {"a": "text"})
    assert found.message


def test_a_hostile_document_is_answered_briefly_and_soon() -> None:
    many = "".join(f"unknown{i}: x\n" for i in range(2400))
    document = yaml_strict.load(many.encode(), path="x.yaml")
    assert isinstance(document, Document), document
    start = time.process_time()
    assert len(VALIDATORS["manifest"].findings(document)) == 100
    assert time.process_time() - start < 1


def test_uniqueness_takes_linear_time_whatever_the_entries() -> None:
    schema = {"properties": {"a": {"uniqueItems": True}}}
    mixed = [item for i in range(2000) for item in (i, f"{i}", [i])]
    start = time.process_time()
    assert judged(schema, {"a": mixed}) == ()
    assert [f.code for f in judged(schema, {"a": [*mixed, "7"]})] == ["E306"]
    assert judged(schema, {"a": [1, True, 1.5, "1"]}) == ()
    assert time.process_time() - start < 1


def test_a_recursive_schema_works() -> None:
    schema = {
        "$ref": "#/$defs/node",
        "$defs": {
            "node": {
                "properties": {"a": {"$ref": "#/$defs/node"}, "n": {"type": "integer"}},
                "additionalProperties": False,
            }
        },
    }
    (finding,) = judged(schema, {"a": {"a": {"a": {"n": "x"}}}})
    assert finding.message == "a.a.a.n has the wrong type"


def test_definitions_that_multiply_are_no_bomb() -> None:
    doubling: dict[str, Any] = {
        f"d{i}": {"properties": {k: {"$ref": f"#/$defs/d{i + 1}"} for k in "ab"}} for i in range(60)
    }
    schema = {"$ref": "#/$defs/d0", "$defs": {**doubling, "d60": {"type": "integer"}}}
    value: Any = "x"
    for _ in range(30):
        value = {"a": value}
    assert judged(schema, value) == ()


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/$defs/nothing"},
        {"$ref": "https://example.org/schema.json"},
        {"properties": {"a": {"pattern": "("}}},
        {"type": "text"},
    ],
    ids=["dangling", "remote", "pattern", "type"],
)
def test_a_schema_that_does_not_work_is_the_registrys_fault(schema: dict[str, Any]) -> None:
    with pytest.raises(RegistryError, match="does not work"):
        judged(schema, {"a": "b"})


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"[" * 100_000])
def test_bytes_that_are_no_schema_are_the_registrys_fault(data: bytes) -> None:
    with pytest.raises(RegistryError, match=r"schemas/x\.json is not"):
        Validator(data, path="schemas/x.json")


def test_the_problems_of_a_schema_have_a_place() -> None:
    text = b'{\n  "type": "text",\n  "properties": {"a": {"pattern": "("}}\n}\n'
    document = load_json(text, path="x.json")
    assert isinstance(document, Document)
    places = [(f.line, f.column) for f in schemas.problems(document)]
    assert places == [(2, 11), (3, 35)]
