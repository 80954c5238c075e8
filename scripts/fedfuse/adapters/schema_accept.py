"""Whether a document plainly obeys a JSON Schema, in a fraction of jsonschema's time.

It may only say "valid". Of anything else, and of every keyword it does not know, `schema_judge`
finds out what is wrong; both agree on what is valid (`test_schema_accept` holds them together).
"""

import math
import operator
import re
from collections.abc import Callable, Mapping, Sized
from typing import Any, TypeAlias

REFERENCE = "#/$defs/"
_ANNOTATIONS = frozenset(
    {"$schema", "$defs", "$comment", "title", "description", "default", "examples", "format"}
    | {"then", "else"}
)
"""What refuses nothing; `then` and `else` are read with their `if`."""

_BROKEN_SCHEMA = (
    ArithmeticError,
    AttributeError,
    KeyError,
    RecursionError,
    TypeError,
    ValueError,
    re.error,
)
"""What a schema with a part of the wrong kind comes to."""


class _UnsureError(Exception):
    """The schema says something that is not understood here."""


def is_number(value: object) -> bool:
    """Whether JSON Schema's `number` fits: true and NaN are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value)


def is_integer(value: object) -> bool:
    """Whether JSON Schema's `integer` fits: true is none, and 3.0 neither."""
    return isinstance(value, int) and not isinstance(value, bool)


def has_repetition(items: list[Any]) -> bool:
    """Whether a scalar occurs twice. Linear; collections are left to `items`."""
    scalars = [(type(item), item) for item in items if not isinstance(item, dict | list)]
    return len(set(scalars)) < len(scalars)


class Acceptor:
    """One schema, ready to accept any number of documents."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        self._definitions = schema.get("$defs", {})

    def accepts(self, value: object) -> bool:
        """Whether the value is valid; False also when that is not plain. Never raises."""
        try:
            return self._holds({k: v for k, v in self._schema.items() if k != "$id"}, value)
        except (_UnsureError, *_BROKEN_SCHEMA):
            return False

    def _holds(self, schema: Any, value: Any) -> bool:
        """Whether the value is valid by a part of the schema."""
        if isinstance(schema, bool):
            return schema
        for keyword, wanted in schema.items():
            if keyword in _ANNOTATIONS:
                continue
            if keyword in _SCALAR:
                holds = _SCALAR[keyword](wanted, value)
            elif keyword in _NESTED:
                holds = _NESTED[keyword](self, wanted, value, schema)
            else:
                raise _UnsureError
            if not holds:
                return False
        return True

    def _refers(self, wanted: str, value: Any, _: Any) -> bool:
        name = wanted.removeprefix(REFERENCE)
        if name not in self._definitions:
            raise _UnsureError
        return self._holds(self._definitions[name], value)

    def _all(self, wanted: list[Any], value: Any, _: Any) -> bool:
        return all(self._holds(part, value) for part in wanted)

    def _any(self, wanted: list[Any], value: Any, _: Any) -> bool:
        return any(self._holds(part, value) for part in wanted)

    def _one(self, wanted: list[Any], value: Any, _: Any) -> bool:
        return sum(self._holds(part, value) for part in wanted) == 1

    def _not(self, wanted: Any, value: Any, _: Any) -> bool:
        return not self._holds(wanted, value)

    def _if(self, wanted: Any, value: Any, schema: Mapping[str, Any]) -> bool:
        branch = "then" if self._holds(wanted, value) else "else"
        return self._holds(schema.get(branch, True), value)

    def _properties(self, wanted: Mapping[str, Any], value: Any, _: Any) -> bool:
        if not isinstance(value, dict):
            return True
        return all(self._holds(wanted[key], value[key]) for key in wanted.keys() & value.keys())

    def _patterns(self, wanted: Mapping[str, Any], value: Any, _: Any) -> bool:
        if not isinstance(value, dict):
            return True
        return all(
            self._holds(part, child)
            for pattern, part in wanted.items()
            for key, child in value.items()
            if re.search(pattern, key)
        )

    def _additional(self, wanted: Any, value: Any, schema: Mapping[str, Any]) -> bool:
        if not isinstance(value, dict):
            return True
        pattern = "|".join(schema.get("patternProperties", ()))
        return all(
            self._holds(wanted, value[key])
            for key in value.keys() - schema.get("properties", {}).keys()
            if not (pattern and re.search(pattern, key))
        )

    def _items(self, wanted: Any, value: Any, _: Any) -> bool:
        return not isinstance(value, list) or all(self._holds(wanted, item) for item in value)


def _of_type(wanted: str | list[str], value: object) -> bool:
    return any(_TYPES[name](value) for name in ([wanted] if isinstance(wanted, str) else wanted))


def _same(wanted: object, value: object) -> bool:
    if isinstance(wanted, dict | list) or isinstance(value, dict | list):
        raise _UnsureError
    if isinstance(wanted, bool) or isinstance(value, bool):
        return wanted is value
    return wanted == value


def _counts(kind: type[Sized], compare: Callable[[int, int], bool]) -> "_Scalar":
    return lambda wanted, value: not isinstance(value, kind) or compare(len(value), wanted)


def _bounds(compare: Callable[[float, float], bool]) -> "_Scalar":
    return lambda wanted, value: not is_number(value) or compare(value, wanted)


_Scalar: TypeAlias = Callable[[Any, Any], bool]
_Nested: TypeAlias = Callable[[Acceptor, Any, Any, Mapping[str, Any]], bool]

_TYPES: Mapping[str, Callable[[object], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": is_number,
    "integer": is_integer,
}
_SCALAR: Mapping[str, _Scalar] = {
    "type": _of_type,
    "const": _same,
    "enum": lambda wanted, value: any(_same(one, value) for one in wanted),
    "pattern": lambda wanted, value: not isinstance(value, str) or bool(re.search(wanted, value)),
    "required": lambda wanted, value: (
        not isinstance(value, dict) or all(name in value for name in wanted)
    ),
    "uniqueItems": lambda wanted, value: (
        not wanted or not isinstance(value, list) or not has_repetition(value)
    ),
    "minLength": _counts(str, operator.ge),
    "maxLength": _counts(str, operator.le),
    "minItems": _counts(list, operator.ge),
    "maxItems": _counts(list, operator.le),
    "minProperties": _counts(dict, operator.ge),
    "maxProperties": _counts(dict, operator.le),
    "minimum": _bounds(operator.ge),
    "maximum": _bounds(operator.le),
    "exclusiveMinimum": _bounds(operator.gt),
    "exclusiveMaximum": _bounds(operator.lt),
}
"""Keywords that look at nothing but the value."""
_NESTED: Mapping[str, _Nested] = {
    "$ref": Acceptor._refers,
    "allOf": Acceptor._all,
    "anyOf": Acceptor._any,
    "oneOf": Acceptor._one,
    "not": Acceptor._not,
    "if": Acceptor._if,
    "properties": Acceptor._properties,
    "patternProperties": Acceptor._patterns,
    "additionalProperties": Acceptor._additional,
    "items": Acceptor._items,
}
"""Keywords that hold schemas."""
