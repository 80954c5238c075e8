"""Canonical bytes: one value has one encoding and one digest, on every machine."""

import hashlib
import json
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any


def dumps(value: Any) -> bytes:
    """Encode as canonical JSON: sorted keys, ASCII, no spaces, finite numbers only.

    Raises ValueError for NaN or an infinity: such numbers never reach a record.
    """
    text = json.dumps(
        value, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False
    )
    return text.encode("ascii")


def dumps_by_key(value: Mapping[str, Any]) -> bytes:
    """Encode as canonical JSON with one line per top-level key, ending in a newline.

    The form of a release record: still one encoding per value, but `git show` is readable.
    """
    lines = (dumps(key) + b":" + dumps(value[key]) for key in sorted(value))
    return b"{\n" + b",\n".join(lines) + b"\n}\n"


def sha256(data: bytes) -> str:
    """The sha256 of the bytes, as 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def decimal(number: float) -> str:
    """A finite number as a decimal string of at most six places, without trailing zeros."""
    rounded = Decimal(repr(number)).quantize(Decimal("0.000001"), rounding=ROUND_HALF_EVEN)
    text = format(rounded, "f").rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
