"""The simplest value of each kind that a schema accepts."""

from collections.abc import Iterable
from typing import Any

from fedfuse.engine.v1.contract.schema import Facts, Found, Gap, Range, Sample, sample_of
from fedfuse.engine.v1.contract.value import MAX_SIZE, size


def sample_of_kind(facts: Facts, kind: str) -> Sample:
    """The simplest value of that kind; None when the schema provably accepts none.

    A gap when a member or an item cannot be decided, or the value would be too large to show.
    """
    match kind:
        case "null":
            return Found(None)
        case "boolean":
            return Found(value=False)
        case "number":
            return _number(facts.numbers)
        case "string":
            return None if facts.lengths.empty else string_of(facts, facts.lengths.low)
        case "array":
            return None if facts.counts.empty else array_of(facts, facts.counts.low)
        case _:
            return object_of(facts, facts.required)


def string_of(facts: Facts, length: float | None) -> Found | Gap:
    """A string of that many characters."""
    characters = int(length or 0)
    return _limited(facts, characters) or Found("a" * characters)


def array_of(facts: Facts, length: float | None, first: tuple[Any, ...] = ()) -> Sample:
    """An array of that many items that begins with `first`; the other items are all alike.

    None when no value can be an item but one is needed.
    """
    missing = max(0, int(length or 0) - len(first))
    filler = sample_of(facts.items) if missing else Found(None)
    if not isinstance(filler, Found):
        return filler
    items = [*first, filler.value]
    gap = _limited(facts, size(list(first)) + missing * size(filler.value))
    return gap or Found([*items[:-1], *items[-1:] * missing])


def object_of(facts: Facts, names: Iterable[str], extra: dict[str, Any] | None = None) -> Sample:
    """An object with the members of those names and `extra`; None when one can have no value."""
    samples = {name: sample_of(facts.member(name)) for name in sorted(names)}
    if None in samples.values():
        return None
    found: dict[str, Any] = {}
    for name, sample in samples.items():
        if not isinstance(sample, Found):
            return sample
        found[name] = sample.value
    found |= extra or {}
    return _limited(facts, size(found)) or Found(found)


def _number(numbers: Range) -> Sample:
    tries = (0, numbers.low, numbers.high)
    return next((Found(n) for n in tries if n is not None and numbers.holds(n)), None)


def _limited(facts: Facts, units: int) -> Gap | None:
    if units <= MAX_SIZE:
        return None
    return Gap(facts.pointer, f"a value to show would be larger than {MAX_SIZE:,} characters")
