"""Values as JSON holds them."""

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from fedfuse.model.release import timestamp

_PLACES = 6
"""Decimal places of every number, as in a release record."""


def json_value(value: Any) -> Any:
    """The value as JSON holds it: a dataclass is an object of its fields, a tuple is a list.

    Numbers are rounded to six places. NaN and infinities are the strings `nan`, `inf` and `-inf`,
    which JSON has no numbers for. Never raises.
    """
    if is_dataclass(value):
        return {one.name: json_value(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {key: json_value(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [json_value(inner) for inner in value]
    if isinstance(value, float):
        return round(value, _PLACES) + 0.0 if math.isfinite(value) else str(value)
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, datetime):
        return timestamp(value)
    return value.value if isinstance(value, Enum) else value


def members(versions: Mapping[str, int]) -> list[str]:
    """The members of a release as `provider/unit@vN`, by unit."""
    return [f"{unit}@v{version}" for unit, version in sorted(versions.items())]


def waiting(refs: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    """The versions that wait, each with its reason."""
    return [{"ref": ref, "reason": reason} for ref, reason in refs]
