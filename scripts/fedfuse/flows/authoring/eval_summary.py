"""What a finished evaluation says: the numbers a manifest will declare, and where it failed."""

from collections.abc import Mapping
from dataclasses import dataclass

from fedfuse.flows.authoring.evaluate import Results, Run
from fedfuse.model.canonical import sha256
from fedfuse.model.distributions import p95
from fedfuse.model.evidence import Evidence, Machine
from fedfuse.model.finding import Finding

_GUARDED = ("policy", "adversarial", "benign")


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures of one run. A latency or cost may be infinite."""

    sha256: str
    """Of the evidence file."""
    items: int
    errors: int
    metrics: Mapping[str, float]
    """By the customer's names; without a cost when no price was given."""
    failures: Mapping[str, int]
    """Guarded part to the number of its items that failed."""
    critical_failures: int
    baseline_latency_ms_p95: float | None
    findings: tuple[Finding, ...]
    """Why `check` would refuse the file; a sample is not looked at."""


def summarise(plan: Run, results: Results, *, path: str) -> Summary:
    """Compute the figures exactly as `check` recomputes them. Never raises."""
    exam = plan.exam
    digest = sha256(results.data)
    parts = {
        part: tuple(item for item in exam.items if item.part == part) for part in exam.role.parts
    }
    found = exam.engine.metrics(
        Evidence(digest, results.rows),
        parts,
        role=exam.role,
        machine=Machine(plan.pricing.per_hour if plan.pricing else 0.0, plan.concurrency),
    )
    if plan.pricing is None:
        del found["cost_per_1k_tokens"]
    fails = {row.item for row in results.rows if not row.passed}
    primary = {item.id for item in parts[exam.role.parts[0]]}
    baseline = [
        row.baseline_latency_ms
        for row in results.rows
        if row.item in primary and row.baseline_latency_ms is not None
    ]
    return Summary(
        sha256=digest,
        items=len(results.rows),
        errors=len([row for row in results.rows if not row.ok]),
        metrics=found,
        failures={
            part: len([item for item in parts[part] if item.id in fails])
            for part in _GUARDED
            if part in parts
        },
        critical_failures=len([i for i in exam.items if i.critical and i.id in fails]),
        baseline_latency_ms_p95=p95(baseline) if baseline else None,
        findings=() if exam.sample else _refusals(plan, results, path),
    )


def _refusals(plan: Run, results: Results, path: str) -> tuple[Finding, ...]:
    exam = plan.exam
    return exam.engine.parse_evidence(results.data, path=path, items=exam.items)[1]
