"""Contracts held against each other: every schema of a list as the old and as the new request."""

import json
import math
from collections.abc import Iterator
from typing import Any

from fedfuse.engine.v1.contract import Outcome, compare
from tests.golden.files import digest

_A_TO_F: dict[str, Any] = {name: {"type": "boolean"} for name in "abcdef"}
SCHEMAS: tuple[Any, ...] = (
    True,
    False,
    {},
    {"title": "says nothing"},
    {"type": "string"},
    {"type": "string", "minLength": 2},
    {"type": "string", "maxLength": 3},
    {"type": "string", "minLength": 1, "maxLength": 1},
    {"type": "string", "minLength": 70000},
    {"type": "integer"},
    {"type": "integer", "minimum": 3},
    {"type": "integer", "minimum": 1, "maximum": 3},
    {"type": "integer", "minimum": 0.5, "maximum": 3.5},
    {"type": "number"},
    {"type": "number", "minimum": 3, "maximum": 4},
    {"type": "number", "maximum": 2.5},
    {"type": "number", "minimum": 0.2, "maximum": 0.4},
    {"type": "number", "minimum": 2, "maximum": 2},
    {"enum": [1, 2, 3]},
    {"enum": [0, 1, "a", None, True]},
    {"enum": [2.0, 3]},
    {"type": "string", "enum": ["", "a", "aa", 1]},
    {"type": "boolean"},
    {"type": ["null", "boolean"]},
    {"enum": [None, False, True]},
    {"type": "array"},
    {"type": "array", "items": False},
    {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2},
    {"type": "array", "items": {"type": "boolean"}, "maxItems": 5},
    {"type": "array", "items": {"format": "x"}},
    {"type": "array", "items": {"format": "x"}, "minItems": 1},
    {"type": "array", "items": {"enum": [1, 2]}, "maxItems": 1},
    {"enum": [[], [1], [2]]},
    {"type": "array", "maxItems": 0},
    {"type": "object"},
    {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
    {"type": "object", "properties": {"a": {"enum": [1]}}, "additionalProperties": False},
    {"type": "object", "properties": {"a": {"format": "x"}}, "additionalProperties": False},
    {"type": "object", "properties": {"a": False}, "required": ["a"]},
    {"type": "object", "additionalProperties": {"type": "string"}, "required": ["x1", "a/b~c"]},
    {"type": "object", "properties": _A_TO_F, "additionalProperties": False},
    {"type": "object", "properties": _A_TO_F, "required": ["f"], "additionalProperties": False},
    {"enum": [{}, {"a": 1}]},
    {"enum": []},
    {"type": "object", "properties": {"a": {"const": 1}}},
    {"format": "x"},
    {"$ref": "#/$defs/a"},
    {"type": "wrong"},
    {"minimum": "x"},
    {"maxLength": -1},
    {"minItems": 1.5},
    "no schema",
)
_ODD: tuple[tuple[str, Any], ...] = (
    ("32 levels", "depth 30"),
    ("33 levels", "depth 31"),
    ("49,000 values", [0] * 49_000),
    ("50,000 values", [0] * 50_000),
    ("1e300", 10**300),
    ("more", 2 * 10**300),
    ("no number", math.nan),
    ("a name of 1", {1: 2}),
    ("a set", {1, 2}),
    ("a tuple", (1, 2)),
)


def comparisons() -> bytes:
    """A line for each schema as the old one: the outcome for each as the new one.

    `c` is compatible, `b` breaking, `u` unproven. Pointers and counterexamples are in the digest.
    """
    lines = [*_lines(), *_odd(), *_documents()]
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def _lines() -> Iterator[str]:
    for old in SCHEMAS:
        row = [compare(_contract(request=old), _contract(request=new)) for new in SCHEMAS]
        back = [compare(_contract(response=new), _contract(response=old)) for new in SCHEMAS]
        letters = "".join(one.outcome.value[0] for one in row)
        details = [[c.side, c.pointer, c.counterexample] for c in (*row, *back)]
        same = [c.outcome for c in row] == [c.outcome for c in back]
        shown = digest(json.dumps(details).encode())[:12]
        yield f"{letters} {shown} {'both sides alike ' if same else ''}{json.dumps(old)}"


def _contract(**sides: Any) -> dict[str, Any]:
    return {"role": "textgen", "version": 1, "request": True, "response": True, **sides}


def _odd() -> Iterator[str]:
    for name, value in _ODD:
        held = _nested(int(value.split()[1])) if isinstance(value, str) else value
        document = _contract(request={"enum": held})
        yield f"{name}: {compare(document, document).outcome.value}"


def _nested(depth: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(depth - 1):
        found = [found]
    return found


def _documents() -> Iterator[str]:
    whole = _contract()
    for name, other in {
        "another version": whole | {"version": 2},
        "another title": whole | {"title": "x", "description": "y"},
        "another role": whole | {"role": "embed"},
        "a member more": whole | {"more": 1},
        "no response": {k: v for k, v in whole.items() if k != "response"},
    }.items():
        outcomes = (compare(whole, other).outcome, compare(other, whole).outcome)
        yield f"{name}: {' '.join(Outcome(one).value for one in outcomes)}"
