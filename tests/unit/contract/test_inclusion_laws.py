"""Laws of contract comparison, on random pairs of schemas and random values."""

import itertools
import json
from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from fedfuse.engine.v1.contract import Outcome, compare
from fedfuse.engine.v1.contract.enumeration import values_of
from fedfuse.engine.v1.contract.read import read
from fedfuse.engine.v1.contract.schema import Found

NAMES = st.sampled_from(["a", "b", "c"])
NUMBERS = st.sampled_from([-2, -1, -0.5, 0, 0.0, 0.5, 1, 1.0, 1.5, 2, 3])
COUNTS = st.integers(0, 3)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, st.text("ab", max_size=4))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)
TYPES = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])


def one_schema(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Schemas of the subset over the given subschemas."""
    return st.fixed_dictionaries(
        {},
        optional={
            "type": st.one_of(TYPES, st.lists(TYPES, min_size=1, max_size=4, unique=True)),
            "enum": st.lists(VALUES, max_size=4),
            "minimum": NUMBERS,
            "maximum": NUMBERS,
            "minLength": COUNTS,
            "maxLength": COUNTS,
            "minItems": COUNTS,
            "maxItems": COUNTS,
            "items": inner,
            "properties": st.dictionaries(NAMES, inner, max_size=3),
            "required": st.lists(NAMES, max_size=2, unique=True),
            "additionalProperties": inner,
            "title": st.text("xy", max_size=2),
        },
    )


SCHEMAS = st.recursive(st.booleans(), one_schema, max_leaves=8)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Any, Any]:
    """Two schemas; half of the time the second is the first with a few keywords redrawn."""
    first = draw(SCHEMAS)
    if isinstance(first, bool) or draw(st.booleans()):
        return first, draw(SCHEMAS)
    other = draw(one_schema(SCHEMAS))
    dropped = draw(st.sets(st.sampled_from(sorted(first) or ["title"]), max_size=2))
    taken = draw(st.sets(st.sampled_from(sorted(other) or ["title"]), max_size=1))
    second = {name: rule for name, rule in first.items() if name not in dropped}
    return first, second | {name: other[name] for name in taken if name in other}


def contract(*, request: Any = True, response: Any = True) -> Mapping[str, Any]:
    return {"request": request, "response": response}


def listed(schema: Any) -> list[Any]:
    """Some values of the schema, as the comparison itself would try them."""
    values = itertools.islice(values_of(read(schema, "")), 40)
    return [value.value for value in values if isinstance(value, Found)]


def valid(schema: Any, value: Any) -> bool:
    return Draft202012Validator(schema).is_valid(value)


@settings(max_examples=60, deadline=None)
@given(pair=pairs(), values=st.lists(VALUES, max_size=30))
def test_a_compatible_request_side_accepts_every_value_that_the_old_one_accepts(
    pair: tuple[Any, Any], values: list[Any]
) -> None:
    old, new = pair
    found = compare(contract(request=old), contract(request=new))
    if found.outcome is Outcome.COMPATIBLE:
        assert [v for v in values + listed(old) if valid(old, v) and not valid(new, v)] == []


@settings(max_examples=60, deadline=None)
@given(schema=SCHEMAS)
def test_every_value_that_is_listed_for_a_schema_is_one_that_it_accepts(schema: Any) -> None:
    assert [value for value in listed(schema) if not valid(schema, value)] == []


@settings(max_examples=60, deadline=None)
@given(pair=pairs())
def test_every_pair_of_the_subset_is_decided_and_a_counterexample_is_accepted_by_old_alone(
    pair: tuple[Any, Any],
) -> None:
    old, new = pair
    found = compare(contract(request=old), contract(request=new))
    assert found.outcome is not Outcome.UNPROVEN
    if found.outcome is Outcome.BREAKING:
        value = json.loads(found.counterexample)
        assert valid(old, value)
        assert not valid(new, value)
