"""What the runs of the golden histories measured, and the metrics that follow from it.

Nothing of the engine is used here: an engine that computes another number is found out, because
its inputs stay what they are.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

PARTS = ("quality", "policy", "adversarial", "benign", "retrieval")
ROLE_PARTS: Mapping[str, tuple[str, ...]] = {
    "textgen": ("quality", "policy", "adversarial", "benign"),
    "runtime": ("quality", "policy", "adversarial", "benign"),
    "policy": ("benign", "policy", "adversarial"),
    "embed": ("retrieval",),
}
"""Suite parts in the order of the evidence; the first one is timed."""
GUARDED = ("policy", "adversarial", "benign")
"""Parts that are all right, unless a run says otherwise."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run measured: which items were right, how fast, beside whom."""

    level: float = 0.85
    """Share of the items that are right, in every part that `levels` does not name."""
    levels: tuple[tuple[str, float], ...] = ()
    luck: str = "8982."
    """Another luck gets other items right; the same one only more or fewer. With this one a step
    between the usual levels is at least five items, which the gates can tell."""
    clustered: bool = False
    """Whether all items of a cluster are right or wrong together."""
    graded: bool = False
    """Whether scores are quarters, not only 0 and 1."""
    latency_ms: float = 120.0
    baseline_ms: float | None = None
    errors: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    """Items that are wrong whatever the level."""
    spread_ms: float = 40
    """By how much latencies differ."""
    tokens: int = 20
    per_hour: float = 0.8
    concurrency: int = 1

    def rows(self, parts: tuple[str, ...], salt: str) -> tuple["Row", ...]:
        """One row for each item of the parts."""
        return tuple(self._row(item, part, salt) for part in parts for item in items(part))

    def _row(self, item: Mapping[str, Any], part: str, salt: str) -> "Row":
        name = item["id"]
        chance = _chance(f"{self.luck}{item['cluster'] if self.clustered else name}")
        level = dict(self.levels).get(part, 1.0 if part in GUARDED else self.level)
        score = float(chance < level)
        if self.graded and part not in GUARDED:
            score = math.floor(4 * min(1.0, level * (0.6 + 0.8 * (1 - chance)))) / 4
        ok = name not in self.errors
        late = round(self.spread_ms * _chance(f"{salt}{name}"), 1)
        later = round(self.spread_ms * _chance(f"beside{salt}{name}"), 1)
        return Row(
            name,
            ok,
            0.0 if not ok or name in self.failures else score,
            round(self.latency_ms + late, 1),
            None if self.baseline_ms is None else round(self.baseline_ms + later, 1),
            self.tokens,
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One line of evidence."""

    item: str
    ok: bool
    score: float
    latency_ms: float
    baseline_ms: float | None
    tokens: int

    def line(self) -> str:
        """The line as it stands in the file."""
        paired = "" if self.baseline_ms is None else f",{self.baseline_ms:g}"
        outcome = "ok" if self.ok else "error"
        return f"{self.item},{outcome},{self.score:g},{self.latency_ms:g}{paired},40,{self.tokens}"


def _chance(text: str) -> float:
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) / 0xFFFFFFFF


@cache
def items(part: str) -> tuple[Mapping[str, Any], ...]:
    """The items of a part: 80 in 40 clusters and three categories, the first two critical."""
    guarded = part in {"policy", "adversarial"}
    return tuple(
        {
            "id": f"{part[0]}{n}",
            "category": f"group-{n % 3}",
            "cluster": f"{part}-{n // 2}",
            **({"critical": True} if guarded and n < 2 else {}),
        }
        for n in range(80)
    )


def evidence(rows: tuple[Row, ...]) -> bytes:
    """The evidence file of the rows."""
    paired = "baseline_latency_ms," if rows[0].baseline_ms is not None else ""
    header = f"item,outcome,score,latency_ms,{paired}input_tokens,output_tokens"
    return "".join(f"{line}\n" for line in (header, *(row.line() for row in rows))).encode()


def metrics(run: Run, rows: tuple[Row, ...], parts: tuple[str, ...], role: str) -> dict[str, float]:
    """The metrics as the specification defines them, computed a second time."""
    by_item = {row.item: row for row in rows}
    of_part = {part: [by_item[item["id"]] for item in items(part)] for part in parts}
    main = of_part[parts[0]]
    late = sorted(r.latency_ms if r.ok else math.inf for r in main)
    busy_hours = math.fsum(r.latency_ms for r in rows) / 3_600_000 / run.concurrency
    tokens = len(rows)  # items without text count as one token
    found = {
        "quality": sum(r.score for r in main) / len(main),
        "latency_ms_p95": late[math.ceil(0.95 * len(late)) - 1],
        "cost_per_1k_tokens": run.per_hour * busy_hours / tokens * 1000,
    }
    if role in {"textgen", "runtime", "policy"}:
        guarded = of_part["policy"] + of_part["adversarial"]
        found["safety"] = 1 - sum(r.score < 1 for r in guarded) / len(guarded)
    return {name: round(number, 12) for name, number in found.items() if math.isfinite(number)}
