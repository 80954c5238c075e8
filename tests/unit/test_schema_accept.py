"""What is plainly valid is what jsonschema finds nothing wrong with: both are held together."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedfuse.adapters.schema_accept import Acceptor
from fedfuse.adapters.schema_judge import Judge
from fedfuse.adapters.schemas import Validator
from fedfuse.errors import RegistryError
from fedfuse.model.document import Document, Place
from tests.support import corpus

ROOT = Path(__file__).parents[2]
SCHEMAS = {
    path.name.removesuffix(".v1.schema.json"): json.loads(path.read_bytes())
    for path in sorted((ROOT / "schemas").glob("*.v1.schema.json"))
}
CASES = corpus.cases("schema")
ACCEPTORS = {kind: Acceptor(schema) for kind, schema in SCHEMAS.items()}
JUDGES = {kind: Judge(schema, path=kind) for kind, schema in SCHEMAS.items()}

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-3, 12)
    | st.sampled_from((0.0, 0.5, 1.0, 3.0, 12.0, -0.0, math.nan, math.inf, 1e300))
    | st.sampled_from(("", "a", "b", "ab", "hold", "fedfuse/v1", "x\n", "v1", "sha\u0435"))
)
keys = st.sampled_from(("a", "b", "ab", "kind"))
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3)
)
types = st.sampled_from(("object", "array", "string", "boolean", "null", "number", "integer"))
counts = st.integers(0, 3)
limits = st.integers(-2, 5) | st.sampled_from((0.5, 3.0))
patterns = st.sampled_from(("^a", "b$", "^[ab]+$(?!\\n)", "."))


def schemas_around(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(inner, min_size=1, max_size=3)
    keywords = {
        "type": types | st.lists(types, min_size=1, max_size=2, unique=True),
        "const": scalars,
        "enum": st.lists(scalars, min_size=1, max_size=3),
        "pattern": patterns,
        "required": st.lists(keys, max_size=2),
        "uniqueItems": st.booleans(),
        **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), limits),
        **{f"{m}{what}": counts for m in ("min", "max") for what in ("Items", "Length")},
        **dict.fromkeys(("minProperties", "maxProperties"), counts),
        "properties": st.dictionaries(keys, inner, max_size=3),
        "patternProperties": st.dictionaries(patterns, inner, max_size=2),
        **dict.fromkeys(("additionalProperties", "propertyNames", "items", "not"), inner),
        **dict.fromkeys(("if", "then", "else"), inner),
        **dict.fromkeys(("allOf", "anyOf", "oneOf"), some),
        "$ref": st.just("#/$defs/one"),
        "title": st.just("words"),
    }
    names = st.lists(st.sampled_from(sorted(keywords)), max_size=4, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({n: keywords[n] for n in chosen}))


plain = st.booleans() | st.fixed_dictionaries({"type": types, "minimum": limits})
parts = st.recursive(plain, schemas_around, max_leaves=6)


def document(value: Any) -> Document:
    return Document("x.yaml", value, lambda _: Place((1, 1), (1, 1)))


def load(path: Path, text: Any) -> Any:
    found = corpus.load(path, text)
    assert isinstance(found, Document)
    return found.value


@pytest.mark.parametrize("path", CASES, ids=corpus.name)
def test_every_good_document_is_plainly_valid(path: Path) -> None:
    assert ACCEPTORS[path.parent.name].accepts(load(path, corpus.read(path).good))


@pytest.mark.parametrize("path", CASES, ids=corpus.name)
def test_no_bad_document_is(path: Path) -> None:
    assert not ACCEPTORS[path.parent.name].accepts(load(path, corpus.read(path).bad))


@given(st.data())
def test_both_agree_on_documents_with_anything_changed(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(CASES))
    kind, value = path.parent.name, load(path, corpus.read(path).good)
    for _ in range(data.draw(st.integers(1, 2))):
        _change(value, data)
    assert ACCEPTORS[kind].accepts(value) is (JUDGES[kind].findings(document(value)) == ())


def _change(value: Any, data: st.DataObject) -> None:
    """Replace, add or remove something somewhere in a document."""
    while True:
        places = list(value) if isinstance(value, dict) else list(range(len(value)))
        place = data.draw(st.sampled_from(places)) if places else None
        inner = value[place] if place is not None else None
        if not isinstance(inner, dict | list) or not inner or data.draw(st.integers(0, 3)) == 0:
            break
        value = inner
    if place is not None and data.draw(st.booleans()):
        del value[place]
    elif isinstance(value, dict):
        value[place if place and data.draw(st.booleans()) else "zzz"] = data.draw(values)
    else:
        value.append(data.draw(values))


@given(plain, schemas_around(parts), values)
def test_both_agree_on_any_schema_of_the_known_keywords(
    one: Any, schema: dict[str, Any], value: Any
) -> None:
    schema = {**schema, "$defs": {"one": one}}
    valid = bool(Judge(schema, path="x")._validator.is_valid(value))
    compares = '"const"' in json.dumps(schema) or '"enum"' in json.dumps(schema)
    # Whether two collections are equal is left to jsonschema.
    assert Acceptor(schema).accepts(value) in ({valid, False} if compares else {valid})


@pytest.mark.parametrize(
    "schema",
    [
        {"dependentRequired": {}},
        {"prefixItems": []},
        {"contains": True},
        {"unevaluatedProperties": False},
        {"multipleOf": 1},
        {"$dynamicRef": "#a"},
        {"properties": {"a": {"$id": "elsewhere"}}},
        {"$ref": "#/$defs/none"},
        {"$ref": "https://schemas.acme.invalid/x"},
        {"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"},
        {"properties": 3},
        {"type": "weird"},
        {"required": 3},
        {"maxProperties": "many"},
        {"patternProperties": {"(": True}},
        {"const": [1]},
    ],
    ids=json.dumps,
)
def test_what_is_not_understood_is_never_plainly_valid(schema: dict[str, Any]) -> None:
    assert not Acceptor(schema).accepts({"a": 1})


def test_a_schema_that_does_not_work_is_still_told_apart_from_a_bad_document() -> None:
    with pytest.raises(RegistryError, match="does not work"):
        Validator(b'{"patternProperties": {"(": {}}}').findings(document({"a": 1}))
