"""Whether every value of one schema belongs to another: a proof, a counterexample, or a gap."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from fedfuse.engine.v1.contract.acceptance import accepts
from fedfuse.engine.v1.contract.enumeration import values_of
from fedfuse.engine.v1.contract.read import escape
from fedfuse.engine.v1.contract.sample import array_of, object_of, sample_of_kind, string_of
from fedfuse.engine.v1.contract.schema import (
    ANYTHING,
    Facts,
    Found,
    Gap,
    Opaque,
    Range,
    Sample,
    Schema,
    sample_of,
)
from fedfuse.engine.v1.contract.value import KINDS, MAX_VALUES


@dataclass(frozen=True, slots=True)
class Escape:
    """A value that the inner schema accepts and the outer one refuses."""

    value: Any
    pointer: str
    """The keyword at which they part, as a JSON pointer within the contract documents."""


Escapes: TypeAlias = Iterator[Escape | Gap]


def escapes(inner: Schema, outer: Schema, pointer: str) -> Escapes:
    """Everything that keeps `inner` from lying within `outer`; nothing at all is the proof.

    Complete on the subset: it yields an `Escape` whenever there is one, except where it yields
    the `Gap` that says why none could be shown. Neither schema is changed or evaluated in full,
    so the cost is that of walking both in step.
    """
    if outer is True or sample_of(inner) is None or _same(inner, outer):
        return
    if outer is False:
        yield from _shown(sample_of(inner), pointer)
    elif isinstance(inner, Opaque):
        yield inner.gap
    elif isinstance(outer, Opaque):
        yield outer.gap
    else:
        narrow = inner if isinstance(inner, Facts) else ANYTHING
        wide = outer if isinstance(outer, Facts) else ANYTHING
        yield from _facts(narrow, wide, pointer)


def _same(inner: Schema, outer: Schema) -> bool:
    if isinstance(inner, Opaque) and isinstance(outer, Opaque):
        return inner.identity is not None and inner.identity == outer.identity
    return False


def _shown(sample: Sample, pointer: str) -> Escapes:
    if isinstance(sample, Found):
        yield Escape(sample.value, pointer)
    elif sample is not None:
        yield sample


def _facts(inner: Facts, outer: Facts, pointer: str) -> Escapes:
    if inner.values is not None or outer.values is not None:
        yield from _one_by_one(inner, outer, f"{pointer}/enum")
        return
    for kind in (kind for kind in KINDS if kind in inner.kinds):
        if kind not in outer.kinds:
            yield from _shown(sample_of_kind(inner, kind), f"{pointer}/type")
        elif kind in _ESCAPES:
            yield from _ESCAPES[kind](inner, outer, pointer)


def _one_by_one(inner: Facts, outer: Facts, pointer: str) -> Escapes:
    """With an enum on either side, hold the inner values against the outer schema.

    More different values than an enum has cannot all be in it, so an endless inner schema is
    decided as well: an enum has fewer than `MAX_VALUES`.
    """
    values = values_of(inner)
    for value in itertools.islice(values, MAX_VALUES):
        if isinstance(value, Gap):
            yield value
            continue
        answer = accepts(outer, value.value)
        if answer is None:
            yield Gap(pointer, "an enum value meets a keyword outside the contract subset")
        elif not answer:
            yield Escape(value.value, pointer)
    if next(values, None) is not None:
        yield Gap(pointer, f"{MAX_VALUES:,} values were held against the enum without an end")


def _numbers(inner: Facts, outer: Facts, pointer: str) -> Escapes:
    for bound, value in _outside(inner.numbers, outer.numbers, "minimum", "maximum"):
        yield Escape(value, f"{pointer}/{bound}")
    if outer.whole and not inner.whole:
        yield from _fractions(inner, f"{pointer}/type")


def _fractions(inner: Facts, pointer: str) -> Escapes:
    """A number of the range that is not whole; a single whole number has none."""
    low, high = inner.numbers.low, inner.numbers.high
    near = [bound + half for bound in (low, high) if bound is not None for half in (0.5, -0.5)]
    tries = (float(n) for n in (low, high, *near, 0.5) if n is not None)
    found = next((n for n in tries if not n.is_integer() and inner.numbers.holds(n)), None)
    if found is not None:
        yield Escape(found, pointer)
    elif low is None or low != high:
        yield Gap(pointer, "no fraction between the bounds fits a double")


def _strings(inner: Facts, outer: Facts, pointer: str) -> Escapes:
    for bound, length in _outside(inner.lengths, outer.lengths, "minLength", "maxLength"):
        yield from _shown(string_of(inner, length), f"{pointer}/{bound}")


def _arrays(inner: Facts, outer: Facts, pointer: str) -> Escapes:
    for bound, length in _outside(inner.counts, outer.counts, "minItems", "maxItems"):
        yield from _shown(array_of(inner, length), f"{pointer}/{bound}")
    if inner.counts.high != 0:
        for found in escapes(inner.items, outer.items, f"{pointer}/items"):
            yield from _within(found, lambda item: array_of(inner, inner.counts.low, (item,)))


def _objects(inner: Facts, outer: Facts, pointer: str) -> Escapes:
    if outer.required - inner.required:
        yield from _shown(object_of(inner, inner.required), f"{pointer}/required")
    for name in sorted(inner.properties.keys() | outer.properties.keys()):
        step = f"{pointer}/properties/{escape(name)}"
        yield from _member(inner, outer, name, step)
    unnamed = _fresh(inner, outer)
    yield from _member(inner, outer, unnamed, f"{pointer}/additionalProperties")


def _member(inner: Facts, outer: Facts, name: str, pointer: str) -> Escapes:
    others = inner.required - {name}
    for found in escapes(inner.member(name), outer.member(name), pointer):
        yield from _within(found, lambda value: object_of(inner, others, {name: value}))


def _within(found: Escape | Gap, around: Callable[[Any], Sample]) -> Escapes:
    """The escape of an item or member, as one of the whole array or object."""
    if isinstance(found, Gap):
        yield found
    else:
        yield from _shown(around(found.value), found.pointer)


def _fresh(inner: Facts, outer: Facts) -> str:
    """A member name that neither schema mentions."""
    known = {*inner.properties, *outer.properties, *inner.required, *outer.required}
    return next(name for n in itertools.count(1) if (name := f"x{n}") not in known)


def _outside(inner: Range, outer: Range, minimum: str, maximum: str) -> Iterator[tuple[str, float]]:
    """Numbers of the inner range beyond the outer one, with the keyword that refuses them."""
    if (low := inner.below(outer.low)) is not None:
        yield minimum, low
    if (high := inner.above(outer.high)) is not None:
        yield maximum, high


_ESCAPES: Mapping[str, Callable[[Facts, Facts, str], Escapes]] = {
    "number": _numbers,
    "string": _strings,
    "array": _arrays,
    "object": _objects,
}
