"""Whether a schema accepts a value: the plain evaluation of one JSON value."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fedfuse.engine.v1.contract.schema import Facts, Opaque, Schema
from fedfuse.engine.v1.contract.value import key, kind_of


def accepts(schema: Schema, value: Any) -> bool | None:
    """Whether the schema accepts the value; None when that is not known."""
    if isinstance(schema, bool):
        return schema
    if isinstance(schema, Opaque):
        return None
    if schema.values is not None:
        return key(value) in schema.values
    kind = kind_of(value)
    if kind not in schema.kinds:
        return False
    return _ACCEPTS[kind](schema, value) if kind in _ACCEPTS else True


def _number(facts: Facts, value: float) -> bool:
    return facts.numbers.holds(value) and (not facts.whole or value == math.floor(value))


def _string(facts: Facts, value: str) -> bool:
    return facts.lengths.holds(len(value))


def _array(facts: Facts, value: list[Any]) -> bool | None:
    return facts.counts.holds(len(value)) and _all(accepts(facts.items, item) for item in value)


def _object(facts: Facts, value: Mapping[str, Any]) -> bool | None:
    members = (accepts(facts.member(name), item) for name, item in value.items())
    return facts.required <= value.keys() and _all(members)


def _all(answers: Iterable[bool | None]) -> bool | None:
    """No when one is no, else unknown when one is unknown."""
    known = set(answers)
    if False in known:
        return False
    return None if None in known else True


_ACCEPTS: Mapping[str, Callable[[Facts, Any], bool | None]] = {
    "number": _number,
    "string": _string,
    "array": _array,
    "object": _object,
}
