"""Strict JSON: one object with one meaning, or findings with line and column."""

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from fedfuse.adapters import format_finding
from fedfuse.adapters.strict_text import identity, invisible_in, mark_at, read
from fedfuse.adapters.yaml_scalars import MAX_INTEGER
from fedfuse.model.document import Document, Place, Pointer
from fedfuse.model.finding import Finding
from fedfuse.model.quoting import quoted

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 32
"""Objects and arrays from the root to a value, the root included."""
_MAX_FINDINGS = 100
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{},:]|[^\s\[\]{},:"]++')


@dataclass(frozen=True, slots=True)
class _Part:
    """One value of the text, with the offsets where its key and it begin."""

    pointer: Pointer
    key_at: int
    at: int
    spelling: str
    """The value as written; of an object or array the opening bracket."""


def load_json(
    data: bytes, *, path: str, max_bytes: int = MAX_BYTES
) -> Document | tuple[Finding, ...]:
    """The object a JSON file holds, or its first hundred problems in order of place.

    The rules are those of `yaml_strict.load`, but for the depth. Never raises.
    """
    text = read(data, path=path, max_bytes=max_bytes)
    if not isinstance(text, str):
        return tuple(sorted(text))
    try:
        value = json.loads(text)
    except json.JSONDecodeError as err:
        mark = (err.lineno, err.colno)
        return (format_finding.at(mark, "E120", path=path, detail=err.msg),)
    except RecursionError:
        return (_too_deep((0, 0), path),)
    except ValueError:
        return (format_finding.at((0, 0), "E119", path=path, found="thousands of digits"),)
    if not isinstance(value, dict):
        return (format_finding.at((1, 1), "E114", path=path, found=quoted(value)),)
    findings = tuple(sorted(islice(_flaws(text, path), _MAX_FINDINGS)))
    return findings or Document(path, value, _locator(text))


def _flaws(text: str, path: str) -> Iterator[Finding]:
    seen: set[Pointer] = set()
    for part in _parts(text):
        if len(part.pointer) == MAX_DEPTH and part.spelling in "{[":
            yield _too_deep(mark_at(text, part.at), path)
            return
        same = tuple(identity(step) if isinstance(step, str) else step for step in part.pointer)
        if same in seen:
            mark, found = mark_at(text, part.key_at), quoted(part.pointer[-1])
            yield format_finding.at(mark, "E117", path=path, found=found)
        seen.add(same)
        if part.spelling[0] in "-0123456789NI" and not _is_sound(part.spelling):
            mark, found = mark_at(text, part.at), quoted(part.spelling)
            yield format_finding.at(mark, "E119", path=path, found=found)
    yield from _escapes(text, path)


def _is_sound(number: str) -> bool:
    if number.lstrip("-").isdigit():
        short = len(number) <= len(str(-MAX_INTEGER))
        return short and number != "-0" and abs(int(number)) <= MAX_INTEGER
    value = float(number)
    return math.isfinite(value) and (value != 0.0 or number[0] != "-")


def _escapes(text: str, path: str) -> Iterator[Finding]:
    """Characters that must not occur, written as escapes in keys or values."""
    if "\\" not in text:
        return
    for match in _TOKEN.finditer(text):
        if "\\" in match[0] and (invisible := invisible_in(json.loads(match[0]))):
            yield format_finding.at(
                mark_at(text, match.start()), "E106", path=path, found=invisible[1]
            )


def _too_deep(mark: tuple[int, int], path: str) -> Finding:
    return format_finding.at(mark, "E112", path=path, expected=f"at most {MAX_DEPTH} levels")


def _locator(text: str) -> Callable[[Pointer], Place]:
    index = cache(lambda: {part.pointer: part for part in _parts(text)})

    def locate(pointer: Pointer) -> Place:
        while pointer not in index():
            pointer = pointer[:-1]
        part = index()[pointer]
        return Place(mark_at(text, part.key_at), mark_at(text, part.at))

    return locate


def _parts(text: str) -> Iterator[_Part]:
    """Every value of a well-formed text, in order of place."""
    tokens = _TOKEN.finditer(text)
    first = next(tokens)
    return _parts_from(first, tokens, (), first.start())


def _parts_from(
    match: re.Match[str], tokens: Iterator[re.Match[str]], pointer: Pointer, key_at: int
) -> Iterator[_Part]:
    yield _Part(pointer, key_at, match.start(), match[0])
    if match[0] == "{":
        while (key := next(tokens))[0] != "}":
            if key[0] != ",":
                next(tokens)
                step = (*pointer, json.loads(key[0]))
                yield from _parts_from(next(tokens), tokens, step, key.start())
    elif match[0] == "[":
        index = 0
        while (item := next(tokens))[0] != "]":
            if item[0] == ",":
                index += 1
            else:
                yield from _parts_from(item, tokens, (*pointer, index), item.start())
