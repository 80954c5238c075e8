"""Turns what jsonschema says into findings: where, what, and the one edit that mends it."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

from jsonschema import ValidationError

from fedfuse.model.document import Document, Pointer
from fedfuse.model.finding import Finding
from fedfuse.model.quoting import quoted

_KINDS: Mapping[str, str] = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
_MAX_FINDINGS = 100
_SIMPLE_KEY = re.compile(r"[A-Za-z0-9_@/.-]{1,140}")


@dataclass(frozen=True, slots=True)
class _Flaw:
    """One keyword of a schema that a value does not satisfy."""

    keyword: str
    wanted: Any
    """What the schema says under the keyword."""
    schema: Mapping[str, Any]
    value: Any
    pointer: Pointer


_Words: TypeAlias = Callable[[_Flaw, Document], Iterator[Finding]]


def render(errors: Iterable[ValidationError], document: Document) -> tuple[Finding, ...]:
    """The first hundred findings of the errors, in order of place.

    Of several of one code about one value the last counts: what a schema demands under a condition
    comes after what it always demands.
    """
    flaws = (flaw for error in errors for flaw in _flaws(error))
    worded = (one for flaw in flaws for one in _WORDS.get(flaw.keyword, _other)(flaw, document))
    found = {}
    for finding in islice(worded, _MAX_FINDINGS):
        found[finding.line, finding.column, finding.code, finding.message] = finding
    return tuple(sorted(found.values()))


def _flaws(error: ValidationError) -> Iterator[_Flaw]:
    """What a reader can act on: of alternatives, the flaws by the one that was meant."""
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        path = inner.relative_schema_path or (None,)  # the schema `false` is at no path
        branches.setdefault(path[0], []).append(inner)
    if branches:
        for inner in min(branches.values(), key=_distance):
            yield from _flaws(inner)
        return
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    keyword = str(error.validator)
    yield _Flaw(keyword, error.validator_value, schema, error.instance, tuple(error.absolute_path))


def _distance(errors: list[ValidationError]) -> tuple[int, int]:
    """Another kind or type means that another alternative was meant."""
    foreign = [error for error in errors if error.validator in {"const", "enum", "type"}]
    return len(foreign), len(errors)


def _unknown(flaw: _Flaw, document: Document) -> Iterator[Finding]:
    known = tuple(flaw.schema.get("properties", ()))
    patterns = tuple(flaw.schema.get("patternProperties", ()))
    for key in flaw.value:
        if key not in known and not any(re.search(pattern, key) for pattern in patterns):
            yield (_no_name if patterns else _no_field)(key, flaw, document)


def _no_field(key: str, flaw: _Flaw, document: Document) -> Finding:
    pointer, known = (*flaw.pointer, key), tuple(flaw.schema.get("properties", ()))
    close = difflib.get_close_matches(key, known, n=1)
    return document.finding(
        "E301",
        pointer,
        message=f"{_field(pointer)} is no known field",
        expected=f"one of {', '.join(known)}" if known else "no field",
        found=quoted(key),
        fix=f"rename it to {close[0]}" if close else "remove it",
        at_key=True,
    )


def _no_name(key: str, flaw: _Flaw, document: Document) -> Finding:
    pointer, title = (*flaw.pointer, key), _title(flaw.schema)
    return document.finding(
        "E304",
        pointer,
        message=f"{_field(pointer)} has a name that is not allowed",
        expected=title,
        found=quoted(key),
        fix=f"use {title}",
        at_key=True,
    )


def _missing(flaw: _Flaw, document: Document) -> Iterator[Finding]:
    for name in flaw.wanted:
        if name in flaw.value:
            continue
        yield document.finding(
            "E302",
            flaw.pointer,
            message=f"{_field((*flaw.pointer, name))} is missing",
            expected=_title(flaw.schema.get("properties", {}).get(name, {})) or name,
            fix=f"add {name}",
            at_key=True,
        )


def _wrong_type(flaw: _Flaw, document: Document) -> Iterator[Finding]:
    wanted = flaw.wanted
    names = [wanted] if isinstance(wanted, str) else wanted
    expected = " or ".join(_KINDS[name] for name in names)
    yield _about_value(flaw, document, "E303", expected, fix=_retype(names, flaw.value))


def _retype(names: list[str], value: Any) -> str:
    if "string" in names and isinstance(value, bool | int | float):
        return f'quote it: "{quoted(value)}"'
    if isinstance(value, str) and not {"integer", "number"}.isdisjoint(names):
        return "write the number without quotes"
    return f"write {' or '.join(_KINDS[name] for name in names)}"


def _not_a_choice(flaw: _Flaw, document: Document) -> Iterator[Finding]:
    value = flaw.wanted
    choices = [value] if flaw.keyword == "const" else value
    words = [choice if isinstance(choice, str) else quoted(choice) for choice in choices]
    expected = words[0] if len(words) == 1 else f"one of {', '.join(words)}"
    close = difflib.get_close_matches(str(flaw.value), words, n=1)
    fix = f"write {close[0] if close else expected}"
    yield _about_value(flaw, document, "E304", expected, fix=fix)


def _wrong_form(flaw: _Flaw, document: Document) -> Iterator[Finding]:
    expected = _title(flaw.schema) or f"{flaw.keyword} {flaw.wanted}"
    yield _about_value(flaw, document, "E304", expected, fix=f"write {expected}")


def _out_of_range(flaw: _Flaw, document: Document) -> Iterator[Finding]:
    schema, value = flaw.schema, flaw.value
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    expected = _title(schema) or f"{low} to {high}"
    fix = f"write {expected}"
    if low == 0 and high == 1 and 1 < value <= 100:
        fix = f"write the share, not the percentage: {value / 100:g}"
    yield _about_value(flaw, document, "E305", expected, fix=fix)


def _wrong_count(flaw: _Flaw, document: Document) -> Iterator[Finding]:
    if flaw.keyword == "uniqueItems":
        expected, fix = "every entry once", "remove the repetition"
    else:
        word = "at least" if flaw.keyword.startswith("min") else "at most"
        expected, fix = f"{word} {flaw.wanted} entries", "add or remove entries"
    found = f"{len(flaw.value)} entries"
    yield _about_value(flaw, document, "E306", expected, fix=fix, found=found)


def _misplaced(flaw: _Flaw, document: Document) -> Iterator[Finding]:
    yield document.finding(
        "E307",
        flaw.pointer,
        message=f"{_field(flaw.pointer)} does not belong here",
        expected=flaw.schema.get("description", ""),
        found=quoted(flaw.value),
        fix=f"remove {_field(flaw.pointer)}, or correct the field that rules it out",
        at_key=True,
    )


def _other(flaw: _Flaw, document: Document) -> Iterator[Finding]:
    expected = _title(flaw.schema) or f"what the schema says under {flaw.keyword}"
    yield _about_value(flaw, document, "E304", expected, fix=f"write {expected}")


_COMPLAINTS: Mapping[str, str] = {
    "E303": "has the wrong type",
    "E304": "has a value that is not allowed",
    "E305": "is out of range",
    "E306": "has the wrong number of entries",
}


def _about_value(
    flaw: _Flaw, document: Document, code: str, expected: str, *, fix: str, found: str = ""
) -> Finding:
    return document.finding(
        code,
        flaw.pointer,
        message=f"{_field(flaw.pointer)} {_COMPLAINTS[code]}",
        expected=expected,
        found=found or quoted(flaw.value),
        fix=fix,
    )


def _title(schema: Mapping[str, Any]) -> str:
    return str(schema.get("title", ""))


def _field(pointer: Pointer) -> str:
    """The pointer as people write it, such as `artifact.files[1].size`."""
    text = ""
    for step in pointer:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            name = step if _SIMPLE_KEY.fullmatch(step) else quoted(step)
            text += f".{name}" if text else name
    return text or "the document"


_WORDS: Mapping[str, _Words] = {
    "additionalProperties": _unknown,
    "required": _missing,
    "type": _wrong_type,
    **dict.fromkeys(("enum", "const"), _not_a_choice),
    **dict.fromkeys(("pattern", "minLength", "maxLength"), _wrong_form),
    **dict.fromkeys(
        ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), _out_of_range
    ),
    **dict.fromkeys(
        ("minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"), _wrong_count
    ),
    "not": _misplaced,
}
"""Keyword to its words. `not: {}` with a description is how a schema forbids a field and says why:
of the schema `false` jsonschema does not tell the place."""
