"""Documents as strict YAML: one spelling per value, and no reader takes it for another one."""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

Value: TypeAlias = "str | int | float | bool | Sequence[Value] | Mapping[str, Value]"

_PLAIN = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_./@+-]|:(?=[A-Za-z0-9/]))*")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_HEX = re.compile(r"[0-9a-f]{16,}")
"""Digests and revisions are always quoted: some of them would read as numbers."""
_WIDTH = 100


def scalar(value: str | float | bool) -> str:  # noqa: FBT001 - one value of any scalar type
    """A scalar as YAML 1.1 and 1.2 readers both read it back.

    Text is quoted unless it could be nothing else. Floats are decimals without exponent. Raises
    ValueError for a number that is not finite.
    """
    if isinstance(value, str):
        safe = _PLAIN.fullmatch(value) and value.lower() not in _WORDS and not _HEX.fullmatch(value)
        return value if safe else json.dumps(value, ensure_ascii=False)
    if isinstance(value, float):
        return _decimal(value)
    return json.dumps(value)


def render(document: Mapping[str, Value]) -> str:
    """A mapping in block style, keys in its order; collections that fit on a line are on one."""
    return "".join(f"{line}\n" for line in _lines(document))


def _decimal(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"{value} is no finite number")
    text = format(Decimal(repr(value)), "f")
    return text if "." in text else f"{text}.0"


def _lines(document: Mapping[str, Value]) -> Iterator[str]:
    for key, value in document.items():
        name = scalar(key)
        on_one_line = f"{name}: {_flow(value)}"
        if isinstance(value, str | int | float) or _fits(value, on_one_line):
            yield on_one_line
            continue
        yield f"{name}:"
        inside = _lines(value) if isinstance(value, Mapping) else (f"- {_flow(v)}" for v in value)
        yield from (f"  {line}" for line in inside)


def _fits(value: "Sequence[Value] | Mapping[str, Value]", line: str) -> bool:
    return len(line) <= _WIDTH and not any(_holds_mapping(child) for child in _children(value))


def _holds_mapping(value: "Value") -> bool:
    return isinstance(value, Mapping) or any(_holds_mapping(child) for child in _children(value))


def _children(value: "Value") -> "Sequence[Value]":
    if isinstance(value, str | int | float):
        return ()
    return list(value.values()) if isinstance(value, Mapping) else value


def _flow(value: "Value") -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return scalar(value)
