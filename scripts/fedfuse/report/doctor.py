"""What `fedfuse doctor` found."""

from typing import Any

from fedfuse.model.diagnosis import Diagnosis
from fedfuse.report.blocks import Block, Lines, Table, Words
from fedfuse.report.findings import FIX
from fedfuse.report.json_values import json_value


def blocks(found: tuple[Diagnosis, ...]) -> tuple[Block, ...]:
    """A row per thing that was looked at."""
    return (Table(("health", "what", "finding"), [_row(one) for one in found]),)


def fields(found: tuple[Diagnosis, ...]) -> dict[str, Any]:
    """The same as JSON values."""
    return {"diagnoses": json_value(found)}


def _row(one: Diagnosis) -> tuple[Words | Lines, ...]:
    fix: tuple[Words, ...] = ((FIX, one.fix),) if one.fix else ()
    return one.health.value, one.subject, Lines((one.message, *fix))
