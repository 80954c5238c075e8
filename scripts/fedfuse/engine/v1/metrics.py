"""The metrics that evidence proves."""

import math
from collections.abc import Iterable, Mapping

from fedfuse.model.distributions import p95
from fedfuse.model.evidence import Evidence, Machine, Row
from fedfuse.model.role import Role
from fedfuse.model.suite import Item


def latency_ms(row: Row) -> float:
    """A row's latency as the gate sees it: an error is infinitely late."""
    return row.latency_ms if row.ok else math.inf


def rows_of(rows: Iterable[Row], items: Iterable[Item]) -> tuple[Row, ...]:
    """The rows that belong to the given items, in their order."""
    by_item = {row.item: row for row in rows}
    return tuple(by_item[item.id] for item in items if item.id in by_item)


def metrics(
    evidence: Evidence, parts: Mapping[str, tuple[Item, ...]], *, role: Role, machine: Machine
) -> dict[str, float]:
    """Recompute a model role's metrics from its evidence (spec section 3).

    `parts` are the suite's. A report is measured by `role.as_reported()` of its subject.
    Never raises for evidence that matches the suite.
    """
    by_part = {part: rows_of(evidence.rows, parts[part]) for part in role.parts}
    scores = [row.score for row in by_part[role.quality_part]]
    found = {
        "quality": math.fsum(scores) / len(scores),
        "latency_ms_p95": p95(latency_ms(row) for row in by_part[role.parts[0]]),
        "cost_per_1k_tokens": cost_per_1k_tokens(evidence.rows, machine),
    }
    if "safety" in role.metrics:
        guarded = by_part["policy"] + by_part["adversarial"]
        found["safety"] = 1.0 - len([row for row in guarded if not row.passed]) / len(guarded)
    return {name: found[name] for name in role.metrics}


def cost_per_1k_tokens(rows: tuple[Row, ...], machine: Machine) -> float:
    """Machine price of the run's busy time per 1,000 tokens; infinite when no token was made."""
    tokens = math.fsum(row.input_tokens + row.output_tokens for row in rows)
    if tokens == 0:
        return math.inf
    busy_seconds = math.fsum(row.latency_ms for row in rows) / 1000 / machine.concurrency
    return machine.per_hour * busy_seconds / 3600 / tokens * 1000
