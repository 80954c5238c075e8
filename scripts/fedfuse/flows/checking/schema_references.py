"""Where the references of a changed schema lead: to its own definitions, never in a circle."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from fedfuse.model.document import Document, Pointer
from fedfuse.model.finding import Finding
from fedfuse.model.quoting import quoted

_REFERENCES = ("$ref", "$dynamicRef")
_OWN = "#/$defs/"
_SCHEMA, _SCHEMAS = ("not", "if", "then", "else"), ("allOf", "anyOf", "oneOf")
"""Keywords that judge the same value again, by one schema or by a list of them."""


def findings(schema: Document) -> tuple[Finding, ...]:
    """References that lead out of a well-formed schema, or back to where they started."""
    definitions = schema.value.get("$defs", {})
    lost = tuple(
        _finding(schema, pointer, reference, "leads to no definition of this file")
        for pointer, reference in _references(schema.value)
        if not reference.startswith(_OWN) or reference.removeprefix(_OWN) not in definitions
    )
    return lost or _endless(schema, definitions)


def _references(value: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, str]]:
    """Every reference below a value, with its place."""
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    for step, part in parts:
        if step in _REFERENCES and isinstance(part, str):
            yield (*pointer, step), part
        elif isinstance(part, dict | list):
            yield from _references(part, (*pointer, step))


def _endless(schema: Document, definitions: Mapping[str, Any]) -> tuple[Finding, ...]:
    graph = {name: set(_same_value(part)) for name, part in definitions.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as err:
        first = str(err.args[1][0])
        return (_finding(schema, ("$defs", first), f"{_OWN}{first}", "leads back to itself"),)
    return ()


def _same_value(schema: Any) -> Iterator[str]:
    """The definitions that judge the very value a schema judges, and not a part of it."""
    if not isinstance(schema, dict):
        return
    yield from (schema[key].removeprefix(_OWN) for key in _REFERENCES if key in schema)
    for key in _SCHEMA:
        yield from _same_value(schema.get(key))
    for key in _SCHEMAS:
        for part in schema.get(key, ()):
            yield from _same_value(part)


def _finding(schema: Document, pointer: Pointer, reference: str, what: str) -> Finding:
    return schema.finding(
        "E350",
        pointer,
        message=f"the reference {quoted(reference)} {what}",
        expected=f"{_OWN}NAME, a definition that ends",
        found=quoted(reference),
        fix="write the definition under $defs, and refer to it",
    )
