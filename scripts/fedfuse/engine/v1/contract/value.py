"""JSON values as JSON Schema sees them: their kind, when two are equal, how large one is."""

from collections.abc import Hashable, Mapping
from typing import Any

KINDS = ("null", "boolean", "number", "string", "array", "object")
"""The kinds of JSON values, simplest first. `integer` is a kind of schema, not of value."""
MAX_SIZE = 65_536
"""Largest value (see `size`) that is built as a counterexample."""
_MAX_DEPTH = 32
MAX_VALUES = 50_000
"""Most values a contract document holds."""
_MAX_NUMBER = 10**300
"""Beyond it numbers no longer fit a double, and validators stop agreeing on them."""


def kind_of(value: Any) -> str:
    """The kind of a JSON value, one of `KINDS`. true is no number."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, Mapping) else "array"


def key(value: Any) -> Hashable:
    """Equal for two values exactly when JSON Schema calls them equal.

    1 and 1.0 are equal, true and 1 are not, the order of members does not count.
    """
    kind = kind_of(value)
    if kind == "array":
        return (kind, tuple(key(item) for item in value))
    if kind == "object":
        return (kind, frozenset((name, key(item)) for name, item in value.items()))
    return (kind, value)


def size(value: Any) -> int:
    """How many values it is made of, plus all characters of its texts and names."""
    if isinstance(value, str):
        return 1 + len(value)
    if isinstance(value, list):
        return 1 + sum(size(item) for item in value)
    if isinstance(value, dict):
        return 1 + sum(len(name) + size(item) for name, item in value.items())
    return 1


def unfit(document: Any) -> str:
    """Why a document cannot be compared at all; empty when it can.

    Never recurses, so that a document nested 100,000 levels deep is an answer, not a crash.
    """
    stack = [(document, 1)]
    seen = 0
    while stack:
        value, depth = stack.pop()
        seen += 1
        if seen > MAX_VALUES:
            return f"it holds more than {MAX_VALUES:,} values"
        if depth > _MAX_DEPTH:
            return f"it is nested deeper than {_MAX_DEPTH} levels"
        if problem := _not_json(value):
            return problem
        if isinstance(value, Mapping):
            stack += [(item, depth + 1) for item in value.values()]
        elif isinstance(value, list | tuple):
            stack += [(item, depth + 1) for item in value]
    return ""


def _not_json(value: Any) -> str:
    if isinstance(value, Mapping):
        return "" if all(isinstance(name, str) for name in value) else "a name is not a string"
    if value is None or isinstance(value, bool | str | list | tuple):
        return ""
    if not isinstance(value, int | float):
        return f"it holds a {type(value).__name__}, which JSON does not know"
    # Written so that NaN, which compares false with everything, is refused as well.
    return "" if abs(value) <= _MAX_NUMBER else "a number is not finite or beyond 1e300"
