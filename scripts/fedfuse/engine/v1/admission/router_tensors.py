"""Safetensors files, read by hand: what they hold, or what keeps them from being what they say."""

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_MAX_HEADER_BYTES = 64 * 1024
_MAX_TENSORS = 8
_LAYOUT = {"I8": "b", "F16": "e", "F32": "f", "F64": "d", "I32": "i", "I64": "q"}
"""Number type to the letter that the standard library knows it by."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """One array of numbers, at most two dimensions."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes

    def numbers(self) -> tuple[float, ...]:
        """All numbers, row by row."""
        return struct.unpack(f"<{math.prod(self.shape)}{_LAYOUT[self.dtype]}", self.data)

    def is_finite(self) -> bool:
        """Whether no number is an infinity or none at all."""
        return self.dtype[0] == "I" or all(map(math.isfinite, self.numbers()))


def parse(data: bytes) -> Mapping[str, Tensor] | str:
    """The tensors of a file by name, or the first thing that is wrong with it. Never raises.

    The header is at most 64 KiB of plain JSON without a key twice. The tensors cover the rest of
    the file exactly, one after the other, so that nothing hides between them.
    """
    if len(data) < 8:
        return "the file is shorter than its own length field"
    length = int.from_bytes(data[:8], "little")
    if length > min(_MAX_HEADER_BYTES, len(data) - 8):
        return f"the header is said to have {length:,} bytes"
    header = json_object(data[8 : 8 + length])
    if header is None:
        return "the header is no JSON object without a key twice"
    header.pop("__metadata__", None)
    if not 0 < len(header) <= _MAX_TENSORS:
        return f"the file holds {len(header)} tensors"
    return _tensors(header, data[8 + length :])


def json_object(data: bytes) -> dict[str, Any] | None:
    """A JSON object of a foreign format; None for anything else, or with a key twice.

    The vocabulary of a tokenizer holds look-alike keys, which the strict reader refuses.
    """
    try:
        found = json.loads(data, object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key occurs twice")
    return dict(pairs)


def _tensors(header: Mapping[str, Any], body: bytes) -> Mapping[str, Tensor] | str:
    found: dict[str, Tensor] = {}
    end = 0
    entries = {name: _entry(raw) for name, raw in header.items()}
    for name, entry in sorted(entries.items(), key=lambda one: one[1][2] if one[1] else 0):
        if entry is None:
            return "a tensor has no known type, shape and place"
        dtype, shape, start, stop = entry
        if start != end or stop - start != math.prod(shape) * struct.calcsize(f"<{_LAYOUT[dtype]}"):
            return "the tensors do not lie one after the other, each as long as its shape"
        found[name] = Tensor(dtype, shape, body[start:stop])
        end = stop
    if end != len(body):
        return f"the tensors cover {end:,} of {len(body):,} bytes"
    return found


def _entry(raw: Any) -> tuple[str, tuple[int, ...], int, int] | None:
    if not isinstance(raw, dict) or raw.keys() != {"dtype", "shape", "data_offsets"}:
        return None
    dtype, shape, place = raw["dtype"], raw["shape"], raw["data_offsets"]
    known = isinstance(dtype, str) and dtype in _LAYOUT
    if not known or not _are_counts(shape) or not _are_counts(place):
        return None
    if not 1 <= len(shape) <= 2 or len(place) != 2:
        return None
    return dtype, tuple(shape), place[0], place[1]


def _are_counts(value: Any) -> bool:
    return isinstance(value, list) and all(type(one) is int and 0 <= one < 2**31 for one in value)
