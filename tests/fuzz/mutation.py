"""Makes hostile bytes out of sound ones."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_TEXTS = (
    *("\0", "\r\n", "\r", "\t", "\ufeff", "\x1b[2J", "\x85", "\u202e", "\u200b", "\u2028"),
    *("\U000e0001", "\u0430", "I\u0307", "\ufb01", "NaN", ".nan", "-.inf", "1e999", "-0.0"),
    *("1e-400", "9" * 400, "0x1f", "1_000", "true", "null", "~", "yes", "1:30", "2026-11-24"),
    *("010", "&a ", "*a", "<<: *a", "!!python/object/apply:os.system ", "%YAML 1.1\n", "---\n"),
    *("[" * 2000, "{" * 2000, "- " * 2000, '{"a":' * 2000, "? " * 500, "a" * 100_000, "{}", "[]"),
    *('"', "'", "`", "|", ">", "#", ": ", ", ", "- ", "\\u0000", "\\ud800", "../", "/", "\\"),
    *("//", "@", "%2e%2e%2f", "file:///etc/passwd", "hf://", "</details>", "<!-- ", "::error::"),
    *("${{ x }}", "0" * 64, "-1", "0", "0.0000001", "99999999999999999999"),
)
TOKENS = (*(text.encode() for text in _TEXTS), b"\xff\xfe", b"\xc3", b"\xed\xa0\x80")
"""What readers of text stumble over."""

VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 10**18, 10**400, 0.5, -0.0, 1e308, float("nan"), float("inf")),
    *("", " ", "x", "\0", "\ud800", "../x", "a" * 70_000, "1", "v1", "2026-11-24T00:00:00Z"),
    *([], {}, [[]], [None], {"": None}, {"a": {"b": []}}, [1] * 3000),
)
"""What stands in place of a value in a JSON document."""


def broken(data: bytes, others: Sequence[bytes], draw: random.Random) -> bytes:
    """The bytes after one to eight random edits; `others` lend parts of theirs."""
    if draw.random() < 0.3 and (document := _document(data)) is not None:
        for _ in range(draw.randint(1, 3)):
            document = edited(document, draw)
        return json.dumps(document).encode("utf-8", "surrogatepass")
    for _ in range(draw.randint(1, 8)):
        data = draw.choice(_EDITS)(data, others, draw)
    return data


def _document(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def edited(value: Any, draw: random.Random) -> Any:
    """The document with one value, somewhere, replaced, removed, doubled or renamed."""
    keys = (
        list(value)
        if isinstance(value, Mapping)
        else list(range(len(value)))
        if isinstance(value, list)
        else []
    )
    if not keys or draw.random() < 0.2:
        return draw.choice(VALUES)
    key, copy = draw.choice(keys), value.copy()
    if draw.random() < 0.75:
        copy[key] = edited(copy[key], draw)
    elif isinstance(copy, dict):
        moved = copy.pop(key)
        if draw.random() < 0.5:
            copy[draw.choice(("", "x", "__class__", str(draw.choice(keys)) + " "))] = moved
    elif draw.random() < 0.5:
        copy.append(copy[key])
    else:
        copy.pop(key)
    return copy


_Edit = Callable[[bytes, Sequence[bytes], random.Random], bytes]


def _cut(data: bytes, _: Sequence[bytes], draw: random.Random) -> bytes:
    start, end = _slice(data, draw)
    return data[:start] + data[end:]


def _double(data: bytes, _: Sequence[bytes], draw: random.Random) -> bytes:
    start, end = _slice(data, draw)
    return data[:end] + data[start:]


def _flip(data: bytes, _: Sequence[bytes], draw: random.Random) -> bytes:
    if not data:
        return b"x"
    at = draw.randrange(len(data))
    return data[:at] + bytes((data[at] ^ (1 << draw.randrange(8)),)) + data[at + 1 :]


def _insert(data: bytes, _: Sequence[bytes], draw: random.Random) -> bytes:
    at = draw.randint(0, len(data))
    return data[:at] + draw.choice(TOKENS) + data[at:]


def _replace(data: bytes, _: Sequence[bytes], draw: random.Random) -> bytes:
    """Another value after a separator, so that what is around it stays sound."""
    starts = [at + 1 for at, byte in enumerate(data) if byte in b" ,:\n"] or [0]
    start = draw.choice(starts)
    ends = [at for mark in b",\n}]" if (at := data.find(bytes((mark,)), start)) >= 0]
    return data[:start] + draw.choice(TOKENS) + data[min(ends, default=len(data)) :]


def _swap(data: bytes, _: Sequence[bytes], draw: random.Random) -> bytes:
    lines = data.split(b"\n")
    one, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _splice(data: bytes, others: Sequence[bytes], draw: random.Random) -> bytes:
    other = draw.choice(others)
    return data[: draw.randint(0, len(data))] + other[draw.randint(0, len(other)) :]


def _slice(data: bytes, draw: random.Random) -> tuple[int, int]:
    start = draw.randint(0, len(data))
    return start, min(len(data), start + draw.choice((1, 1, 2, 8, 64, 1024)))


_EDITS: tuple[_Edit, ...] = (
    _cut,
    _double,
    _flip,
    _insert,
    _insert,
    _replace,
    _replace,
    _swap,
    _splice,
)
