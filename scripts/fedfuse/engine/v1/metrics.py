"""The metrics that evidence proves."""

import math
from collections.abc import Iterable, Mapping, Sequence

from fedfuse.model.distributions import p95
from fedfuse.model.evidence import Evidence, Machine, Row
from fedfuse.model.role import Role
from fedfuse.model.suite import Item

_TOKEN_BYTES = 4
"""Of English in UTF-8, with any common tokenizer."""


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
        "cost_per_1k_tokens": cost_per_1k_tokens(
            evidence.rows, machine, primary=parts[role.parts[0]]
        ),
    }
    if "safety" in role.metrics:
        guarded = by_part["policy"] + by_part["adversarial"]
        found["safety"] = 1.0 - len([row for row in guarded if not row.passed]) / len(guarded)
    return {name: found[name] for name in role.metrics}


def cost_per_1k_tokens(
    rows: tuple[Row, ...], machine: Machine, *, primary: Sequence[Item]
) -> float:
    """Machine price of the run's busy time per 1,000 tokens of the suite; infinite for no rows.

    A request counts as the mean item of the role's primary part, at four bytes a token. What the
    run says of its tokens counts nothing: a provider chooses template, tokenizer and verbosity, and
    more tokens would make the same work look cheaper.
    """
    if not rows or not primary:
        return math.inf
    item_tokens = max(1.0, sum(item.size_bytes for item in primary) / len(primary) / _TOKEN_BYTES)
    busy_seconds = math.fsum(row.latency_ms for row in rows) / 1000 / machine.concurrency
    return machine.per_hour * busy_seconds / 3600 / (len(rows) * item_tokens) * 1000
