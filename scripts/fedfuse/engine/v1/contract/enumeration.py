"""Many different values that a schema accepts, one after the other."""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from fedfuse.engine.v1.contract.sample import array_of, object_of, string_of
from fedfuse.engine.v1.contract.schema import (
    ANYTHING,
    Facts,
    Found,
    Gap,
    Opaque,
    Sample,
    Schema,
    sample_of,
)
from fedfuse.engine.v1.contract.value import KINDS

Values: TypeAlias = Iterator[Found | Gap]

_MAX_COLUMNS = 4
"""Positions of an array or object that are varied together; the others keep their sample."""
_ABSENT = object()
"""Stands for a member that an object does not have."""
_ALPHABET = range(ord("b"), 0xD800)
"""Characters (all code points below the surrogates) that a string's last one runs through."""


def values_of(schema: Schema) -> Values:
    """Different values that the schema accepts, lazily and often without end.

    When it ends without having yielded a gap, these were all there are.
    """
    if isinstance(schema, Opaque):
        yield schema.gap
        return
    facts = ANYTHING if schema is True else schema
    if not isinstance(facts, Facts):
        return
    if facts.values is not None:
        yield from (Found(value) for value in facts.values.values())
        return
    for kind in KINDS:
        if kind in facts.kinds:
            yield from _VALUES[kind](facts)


def _null(_: Facts) -> Values:
    yield Found(None)


def _booleans(_: Facts) -> Values:
    yield Found(value=False)
    yield Found(value=True)


def _numbers(facts: Facts) -> Values:
    low, high = facts.numbers.low, facts.numbers.high
    if high is None:
        start = 0 if low is None else math.ceil(low)
        yield from (Found(n) for n in itertools.count(start))
    elif low is None:
        yield from (Found(n) for n in itertools.count(math.floor(high), -1))
    elif facts.whole:
        yield from (Found(n) for n in range(int(low), int(high) + 1))
    elif low == high:
        yield Found(low)
    else:
        parts = (low + (high - low) / k for k in itertools.count(1))
        yield from (Found(n) for n in parts if facts.numbers.holds(n))


def _strings(facts: Facts) -> Values:
    if facts.lengths.low == 0:
        yield Found("")
    if facts.lengths.high == 0:
        return
    stem = string_of(facts, max(0, (facts.lengths.low or 0) - 1))
    if isinstance(stem, Found):
        yield from (Found(stem.value + chr(code)) for code in _ALPHABET)
    yield Gap(facts.pointer, "its strings are too many to go through")


def _arrays(facts: Facts) -> Values:
    low, high = int(facts.counts.low or 0), facts.counts.high
    if low == 0:
        yield Found([])
    for length in itertools.count(max(low, 1)):
        if high is not None and length > high:
            return
        varied = min(length, _MAX_COLUMNS)
        for row in _rows([lambda: values_of(facts.items)] * varied):
            yield from _known(row if isinstance(row, Gap) else array_of(facts, length, row))
        if length > varied:
            yield Gap(facts.pointer, "its arrays are too many to go through")
            return


def _objects(facts: Facts) -> Values:
    if sample_of(facts.additional) is not None:
        fresh = (f"x{n}" for n in itertools.count(1))
        for name in fresh:
            if name not in facts.properties:
                yield from _known(object_of(facts, facts.required | {name}))
    names = sorted(name for name in facts.properties if sample_of(facts.member(name)) is not None)
    varied, fixed = names[:_MAX_COLUMNS], names[_MAX_COLUMNS:]
    for row in _rows([_column(facts, name) for name in varied]):
        if isinstance(row, Gap):
            yield row
            continue
        extra = {n: v for n, v in zip(varied, row, strict=True) if v is not _ABSENT}
        yield from _known(object_of(facts, facts.required & set(fixed), extra))
    if fixed:
        yield Gap(facts.pointer, "its objects are too many to go through")


def _column(facts: Facts, name: str) -> Callable[[], Values]:
    absent = () if name in facts.required else (Found(_ABSENT),)
    return lambda: itertools.chain(absent, values_of(facts.member(name)))


def _rows(columns: Sequence[Callable[[], Values]]) -> Iterator[tuple[Any, ...] | Gap]:
    """Every choice of one value per column."""
    if not columns:
        yield ()
        return
    for first in columns[0]():
        if isinstance(first, Gap):
            yield first
            continue
        for rest in _rows(columns[1:]):
            yield rest if isinstance(rest, Gap) else (first.value, *rest)


def _known(sample: Sample) -> tuple[Found | Gap, ...]:
    return () if sample is None else (sample,)


_VALUES: Mapping[str, Callable[[Facts], Values]] = {
    "null": _null,
    "boolean": _booleans,
    "number": _numbers,
    "string": _strings,
    "array": _arrays,
    "object": _objects,
}
