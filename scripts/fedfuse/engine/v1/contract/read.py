"""Read a JSON Schema of the contract subset.

The subset is type, properties, required, additionalProperties, items, enum, minimum, maximum,
minLength, maxLength, minItems, maxItems, and the schemas true and false.
`title` and `description` say nothing about values. A schema with any other keyword, or with a
malformed one, becomes `Opaque`: comparing it is left unproven unless both sides are the same.
"""

import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from typing import Any

from fedfuse.engine.v1.contract.acceptance import accepts
from fedfuse.engine.v1.contract.sample import sample_of_kind
from fedfuse.engine.v1.contract.schema import (
    Facts,
    Found,
    Gap,
    Opaque,
    Range,
    Sample,
    Schema,
    sample_of,
)
from fedfuse.engine.v1.contract.value import KINDS, key, kind_of

ANNOTATIONS = frozenset({"title", "description"})
_TYPES = (*KINDS, "integer")


def read(raw: Any, pointer: str) -> Schema:
    """The schema at that JSON pointer as a value; never raises for a document that `unfit` passes.

    Works for every JSON value, also for one that is no schema at all.
    """
    if isinstance(raw, bool):
        return raw
    if not isinstance(raw, Mapping):
        return Opaque(Gap(pointer, f"{_article(kind_of(raw))} is no JSON Schema"), None)
    rules = {name: rule for name, rule in raw.items() if name not in ANNOTATIONS}
    if problem := _problem(rules):
        return Opaque(Gap(pointer, problem), _identity(rules))
    return _facts(rules, pointer) if rules else True


def escape(name: str) -> str:
    """A member name as a step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _problem(rules: Mapping[str, Any]) -> str:
    for name in sorted(rules):
        if name not in _WELL_FORMED:
            return f"keyword `{name}` is outside the contract subset"
        if not _WELL_FORMED[name](rules[name]):
            return f"the value of keyword `{name}` is malformed"
    return ""


def _identity(rules: Mapping[str, Any]) -> Hashable | None:
    """None for a schema with a `$` keyword: what it means is decided in another place."""
    stack: list[Any] = [rules]
    while stack:
        value = stack.pop()
        if isinstance(value, Mapping):
            if any(name.startswith("$") for name in value):
                return None
            stack += value.values()
        elif isinstance(value, list | tuple):
            stack += value
    return key(rules)


def _facts(rules: Mapping[str, Any], pointer: str) -> Schema:
    types = _types(rules.get("type", list(KINDS)))
    whole = "number" not in types
    items = read(rules.get("items", True), f"{pointer}/items")
    counts = Range(rules.get("minItems", 0), rules.get("maxItems"))
    facts = Facts(
        pointer=pointer,
        kinds=frozenset("number" if name == "integer" else name for name in types),
        whole=whole,
        numbers=_numbers(rules, whole=whole),
        lengths=Range(rules.get("minLength", 0), rules.get("maxLength")),
        counts=counts if sample_of(items) is not None else replace(counts, high=0),
        items=items,
        properties={
            name: read(raw, f"{pointer}/properties/{escape(name)}")
            for name, raw in rules.get("properties", {}).items()
        },
        required=frozenset(rules.get("required", ())),
        additional=read(rules.get("additionalProperties", True), f"{pointer}/additionalProperties"),
    )
    facts = _sampled(facts)
    return _restricted(facts, rules) if "enum" in rules else facts


def _numbers(rules: Mapping[str, Any], *, whole: bool) -> Range:
    low, high = rules.get("minimum"), rules.get("maximum")
    if not whole:
        return Range(low, high)
    return Range(
        None if low is None else math.ceil(low), None if high is None else math.floor(high)
    )


def _sampled(facts: Facts) -> Facts:
    """Leave out the kinds of which it accepts no value, and keep the simplest value it accepts."""
    samples = {kind: sample_of_kind(facts, kind) for kind in KINDS if kind in facts.kinds}
    possible = {kind: sample for kind, sample in samples.items() if sample is not None}
    return replace(facts, kinds=frozenset(possible), sample=_simplest(tuple(possible.values())))


def _simplest(samples: tuple[Found | Gap, ...]) -> Sample:
    found = (sample for sample in samples if isinstance(sample, Found))
    return next(found, next(iter(samples), None))


def _restricted(facts: Facts, rules: Mapping[str, Any]) -> Schema:
    answers = [(value, accepts(facts, value)) for value in rules["enum"]]
    if any(answer is None for _, answer in answers):
        gap = Gap(facts.pointer, "an enum value meets a keyword outside the contract subset")
        return Opaque(gap, _identity(rules))
    values = {key(value): value for value, answer in answers if answer}
    first = next((Found(value) for value in values.values()), None)
    return replace(facts, values=values, sample=first)


def _types(raw: Any) -> tuple[str, ...]:
    return (raw,) if isinstance(raw, str) else tuple(raw)


def _article(kind: str) -> str:
    return "null" if kind == "null" else f"{'an' if kind[0] in 'ao' else 'a'} {kind}"


def _is_type(raw: Any) -> bool:
    names = [raw] if isinstance(raw, str) else raw
    return bool(names) and _is_strings(names) and all(name in _TYPES for name in names)


def _is_strings(raw: Any) -> bool:
    return kind_of(raw) == "array" and all(isinstance(name, str) for name in raw)


def _is_count(raw: Any) -> bool:
    return kind_of(raw) == "number" and raw >= 0 and raw == math.floor(raw)


_WELL_FORMED: Mapping[str, Callable[[Any], bool]] = {
    "type": _is_type,
    "properties": lambda raw: kind_of(raw) == "object",
    "required": _is_strings,
    "additionalProperties": lambda raw: kind_of(raw) in {"boolean", "object"},
    "items": lambda raw: kind_of(raw) in {"boolean", "object"},
    "enum": lambda raw: kind_of(raw) == "array",
    "minimum": lambda raw: kind_of(raw) == "number",
    "maximum": lambda raw: kind_of(raw) == "number",
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), _is_count),
}
