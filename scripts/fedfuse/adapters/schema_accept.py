"""Whether a document plainly obeys a JSON Schema, in a fraction of jsonschema's time.

It may only say "valid". Of anything else, and of every keyword it does not know, `schema_judge`
finds out what is wrong; both agree on what is valid (`test_schema_accept` holds them together).
"""

import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
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
    if isinstance(value, float):
        return math.isfinite(value)
    return is_integer(value)


def is_integer(value: object) -> bool:
    """Whether JSON Schema's `integer` fits: true is none, and 3.0 neither."""
    return isinstance(value, int) and not isinstance(value, bool)


def has_repetition(items: list[Any]) -> bool:
    """Whether a scalar occurs twice. Linear; collections are left to `items`."""
    scalars = [(type(item), item) for item in items if not isinstance(item, dict | list)]
    return len(set(scalars)) < len(scalars)


_Check: TypeAlias = Callable[[Any], bool]
"""Whether a value obeys a part of the schema."""


class Acceptor:
    """One schema, ready to accept any number of documents.

    Each part of the schema becomes a function when the first value comes to it.
    """

    def __init__(self, schema: Mapping[str, Any]) -> None:
        named = schema.get("$defs", {})
        parts = named.items() if isinstance(named, dict) else ()
        self._definitions = {name: self._part(part) for name, part in parts}
        self._root = self._part({k: v for k, v in schema.items() if k != "$id"})

    def accepts(self, value: object) -> bool:
        """Whether the value is valid; False also when that is not plain. Never raises."""
        try:
            return self._root(value)
        except (_UnsureError, *_BROKEN_SCHEMA):
            return False

    def _part(self, schema: Any) -> _Check:
        """Whether a value is valid by a part of the schema."""
        checks: Sequence[_Check] | None = None

        def holds(value: Any) -> bool:
            nonlocal checks
            if checks is None:
                checks = tuple(self._checks(schema))
            for check in checks:  # noqa: SIM110 - `all` and a generator cost twice as much
                if not check(value):
                    return False
            return True

        return holds

    def _checks(self, schema: Any) -> Iterator[_Check]:
        if isinstance(schema, bool):
            yield lambda _: schema
            return
        for keyword, wanted in schema.items():
            if keyword in _SCALAR:
                yield _SCALAR[keyword](wanted)
            elif keyword in _NESTED:
                yield _NESTED[keyword](self, wanted, schema)
            elif keyword not in _ANNOTATIONS:
                raise _UnsureError

    def _refers(self, wanted: str, _: Any) -> _Check:
        name = wanted.removeprefix(REFERENCE)
        if name not in self._definitions:
            raise _UnsureError
        return self._definitions[name]

    def _all(self, wanted: list[Any], _: Any) -> _Check:
        parts = [self._part(part) for part in wanted]
        return lambda value: all(part(value) for part in parts)

    def _any(self, wanted: list[Any], _: Any) -> _Check:
        parts = [self._part(part) for part in wanted]
        return lambda value: any(part(value) for part in parts)

    def _one(self, wanted: list[Any], _: Any) -> _Check:
        parts = [self._part(part) for part in wanted]
        return lambda value: sum(part(value) for part in parts) == 1

    def _not(self, wanted: Any, _: Any) -> _Check:
        part = self._part(wanted)
        return lambda value: not part(value)

    def _if(self, wanted: Any, schema: Mapping[str, Any]) -> _Check:
        condition = self._part(wanted)
        then, otherwise = (self._part(schema.get(name, True)) for name in ("then", "else"))
        return lambda value: then(value) if condition(value) else otherwise(value)

    def _properties(self, wanted: Mapping[str, Any], _: Any) -> _Check:
        parts = {key: self._part(part) for key, part in wanted.items()}

        def hold(value: Any) -> bool:
            if not isinstance(value, dict):
                return True
            return all(parts[key](value[key]) for key in parts.keys() & value.keys())

        return hold

    def _patterns(self, wanted: Mapping[str, Any], _: Any) -> _Check:
        parts = [(re.compile(pattern), self._part(part)) for pattern, part in wanted.items()]

        def hold(value: Any) -> bool:
            if not isinstance(value, dict):
                return True
            return all(
                part(child)
                for pattern, part in parts
                for key, child in value.items()
                if pattern.search(key)
            )

        return hold

    def _additional(self, wanted: Any, schema: Mapping[str, Any]) -> _Check:
        part, named = self._part(wanted), frozenset(schema.get("properties", {}))
        pattern = re.compile("|".join(schema.get("patternProperties", ())))

        def hold(value: Any) -> bool:
            if not isinstance(value, dict):
                return True
            return all(
                part(value[key])
                for key in value.keys() - named
                if not (pattern.pattern and pattern.search(key))
            )

        return hold

    def _names(self, wanted: Any, _: Any) -> _Check:
        part = self._part(wanted)
        return lambda value: not isinstance(value, dict) or all(map(part, value))

    def _items(self, wanted: Any, _: Any) -> _Check:
        part = self._part(wanted)
        return lambda value: not isinstance(value, list) or all(map(part, value))


def _of_type(wanted: str | list[str]) -> _Check:
    if isinstance(wanted, str):
        return _TYPES[wanted]
    types = [_TYPES[name] for name in wanted]
    return lambda value: any(fits(value) for fits in types)


def _one_of(wanted: list[Any]) -> _Check:
    return lambda value: any(_same(one, value) for one in wanted)


def _same(wanted: object, value: object) -> bool:
    if isinstance(wanted, dict | list) or isinstance(value, dict | list):
        raise _UnsureError
    if isinstance(wanted, bool) or isinstance(value, bool):
        return wanted is value
    return wanted == value


def _matches(wanted: str) -> _Check:
    search = re.compile(wanted).search
    return lambda value: not isinstance(value, str) or search(value) is not None


def _requires(wanted: list[str]) -> _Check:
    names = frozenset(wanted)
    return lambda value: not isinstance(value, dict) or value.keys() >= names


def _unique(wanted: object) -> _Check:
    return lambda value: not wanted or not isinstance(value, list) or not has_repetition(value)


def _counts(kind: type[Sized], compare: Callable[[int, int], bool]) -> "_Scalar":
    return lambda wanted: lambda value: not isinstance(value, kind) or compare(len(value), wanted)


def _bounds(compare: Callable[[float, float], bool]) -> "_Scalar":
    return lambda wanted: lambda value: not is_number(value) or compare(value, wanted)


_Scalar: TypeAlias = Callable[[Any], _Check]
_Nested: TypeAlias = Callable[[Acceptor, Any, Mapping[str, Any]], _Check]

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
    "const": lambda wanted: _one_of([wanted]),
    "enum": _one_of,
    "pattern": _matches,
    "required": _requires,
    "uniqueItems": _unique,
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
    "propertyNames": Acceptor._names,
    "items": Acceptor._items,
}
"""Keywords that hold schemas."""
