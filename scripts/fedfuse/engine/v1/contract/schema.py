"""A JSON Schema of the contract subset as a value: the set of JSON values it accepts."""

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from fedfuse.engine.v1.contract.value import KINDS


@dataclass(frozen=True, slots=True)
class Found:
    """A value that a schema accepts."""

    value: Any


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that cannot be decided here."""

    pointer: str
    """JSON pointer of the schema, within its contract document."""
    reason: str


Sample: TypeAlias = Found | Gap | None
"""One accepted value, or None when the schema provably accepts none."""


@dataclass(frozen=True, slots=True)
class Range:
    """A closed interval; None is unbounded."""

    low: float | None = None
    high: float | None = None

    def holds(self, value: float) -> bool:
        """Whether the value lies within."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    @property
    def empty(self) -> bool:
        """Whether nothing lies within."""
        return self.low is not None and self.high is not None and self.low > self.high

    def above(self, bound: float | None) -> float | None:
        """A number of this (non-empty) range over the bound, None when there is none.

        A whole one where the range has one; the range's own bounds are whole if all of it is.
        """
        if bound is None or (self.high is not None and self.high <= bound):
            return None
        tries = (math.floor(bound) + 1, self.low, self.high)
        return next(n for n in tries if n is not None and n > bound and self.holds(n))

    def below(self, bound: float | None) -> float | None:
        """A number of this (non-empty) range under the bound, None when there is none."""
        if bound is None or (self.low is not None and self.low >= bound):
            return None
        tries = (math.ceil(bound) - 1, self.high, self.low)
        return next(n for n in tries if n is not None and n < bound and self.holds(n))


@dataclass(frozen=True, slots=True)
class Opaque:
    """A schema that says something outside the subset: nothing is known about what it accepts."""

    gap: Gap
    identity: Hashable | None
    """Equal for two schemas that say the same; None when their meaning depends on elsewhere."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A schema of the subset, normalised by `read`."""

    pointer: str
    kinds: frozenset[str]
    """Kinds of values it may accept; a kind of which it provably accepts none is left out."""
    whole: bool
    """Only whole numbers, 1.0 among them; `numbers` then has whole bounds."""
    numbers: Range
    lengths: Range
    """Characters (code points) of a string."""
    counts: Range
    """Items of an array; at most 0 when no value can be an item."""
    items: "Schema"
    properties: Mapping[str, "Schema"]
    required: frozenset[str]
    additional: "Schema"
    """The schema of every member that `properties` does not name."""
    values: Mapping[Hashable, Any] | None = None
    """With `enum`: by `key`, those of its values that the other keywords accept too."""
    sample: Sample = None

    def member(self, name: str) -> "Schema":
        """The schema of the object member of that name."""
        return self.properties.get(name, self.additional)


Schema: TypeAlias = bool | Facts | Opaque
"""true accepts everything, false nothing."""

ANYTHING = Facts(
    pointer="",
    kinds=frozenset(KINDS),
    whole=False,
    numbers=Range(),
    lengths=Range(0),
    counts=Range(0),
    items=True,
    properties={},
    required=frozenset(),
    additional=True,
    sample=Found(None),
)
"""What the schema `true` says, spelled out."""


def sample_of(schema: Schema) -> Sample:
    """One value that the schema accepts, None when there is none, a gap when it is not known."""
    if isinstance(schema, bool):
        return Found(None) if schema else None
    return schema.gap if isinstance(schema, Opaque) else schema.sample
