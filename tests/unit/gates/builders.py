"""One builder per type for gate tests: everything valid, only the value that matters visible."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from fedfuse.engine.v1.gates.case import Case
from fedfuse.engine.v1.roles import ROLES
from fedfuse.model.evidence import Evidence, Row
from fedfuse.model.judgement import Measured
from fedfuse.model.manifest import Artifact, ArtifactFile, Contract, Evaluation, Manifest
from fedfuse.model.registry import Policy
from fedfuse.model.suite import Item, Suite
from fedfuse.model.verdict import GateResult, Verdict, worst

Scores = float | Sequence[float]
"""One score for all items of a part, or one per item."""

NOW = datetime(2026, 11, 24, 3, 7, 45, tzinfo=UTC)
Section = Mapping[str, Any]
"""The thresholds of one gate, as registry.yaml holds them."""
QUALITY: Section = {"floor": 0.75, "min_items": 200, "mode": "superior", "margin": 0.02}
LATENCY: Section = {
    "latency_ms_p95": 250.0,
    "cost_per_1k_tokens": 1.5,
    "tolerance": 0.05,
    "interleaved": "optional",
    "pricing_max_age_days": 30,
}
SAFETY: Section = {"policy": 0.05, "adversarial": 0.05, "benign": 0.05, "max_critical_failures": 0}
AGREEMENT: Section = {"agree_quality": 0.02, "agree_ratio": 0.25}


def items(
    part: str,
    count: int,
    *,
    cluster_size: int = 1,
    categories: Sequence[str] = ("general",),
    critical: int = 0,
) -> tuple[Item, ...]:
    """`count` items of a part; categories take turns, the first `critical` ones are critical."""
    return tuple(
        Item(
            id=f"{part[0]}{number:05d}",
            part=part,
            category=categories[number % len(categories)],
            cluster=f"{part[0]}{number // cluster_size}",
            critical=number < critical,
        )
        for number in range(count)
    )


def suite(*parts: tuple[Item, ...]) -> Suite:
    """A suite of the given parts; without any, 200 items of every part."""
    names = ("quality", "policy", "adversarial", "benign", "retrieval")
    given = parts or tuple(items(name, 200) for name in names)
    return Suite("canonical", 1, "c" * 64, {part[0].part: part for part in given if part})


def row(item: str, score: float = 1.0, *, ok: bool = True) -> Row:
    """The result of one item; `ok=False` makes it an error."""
    return Row(item, ok, score, latency_ms=120.0, input_tokens=40, output_tokens=20)


def evidence(of: Suite, scores: Mapping[str, Scores] | None = None) -> Evidence:
    """A row for every item of the suite; parts that `scores` does not name are all right."""
    rows: list[Row] = []
    for part, part_items in of.parts.items():
        given = (scores or {}).get(part, 1.0)
        each = [given] * len(part_items) if isinstance(given, float | int) else given
        rows.extend(row(i.id, score) for i, score in zip(part_items, each, strict=True))
    return Evidence("e" * 64, tuple(rows))


def manifest(role: str = "textgen", *, version: int = 3) -> Manifest:
    """A valid manifest of `hf/<role>-unit` at a version."""
    return Manifest(
        provider="hf",
        name=f"{role}-unit",
        version=version,
        id=f"acme/{role}-unit-v{version}",
        role=ROLES[role],
        track="release",
        artifact=Artifact(
            uri=f"hf://acme/{role}-unit-v{version}",
            revision="a" * 40,
            format="safetensors",
            files=(ArtifactFile("model.safetensors", 1874000, f"{version:064x}"),),
            base_model=None,
        ),
        license="apache-2.0",
        contract=Contract(1, "d" * 64, {}),
        subject="",
        metrics={},
        table={},
        evaluation=Evaluation(
            suite_name="canonical",
            suite_version=1,
            suite_sha256="c" * 64,
            evidence_path=f"v{version}.evidence.csv",
            evidence_sha256="e" * 64,
            items=1000,
            baseline="",
            accelerator="1xL4",
            concurrency=1,
            per_hour=0.8,
            priced_on=date(2026, 11, 20),
        ),
    )


def measured(
    of: Suite,
    scores: Mapping[str, Scores] | None = None,
    *,
    role: str = "textgen",
    version: int = 3,
) -> Measured:
    """A shipment with evidence on the whole suite."""
    return Measured(manifest(role, version=version), evidence(of, scores))


def policy(
    *,
    quality: Section | None = QUALITY,
    latency: Section | None = LATENCY,
    safety: Section | None = SAFETY,
    agreement: Section | None = AGREEMENT,
) -> Policy:
    """The thresholds of one role; None leaves a gate out."""
    sections = {
        "quality": quality,
        "latency": latency,
        "safety": safety,
        "agreement": agreement,
    }
    return {gate: section for gate, section in sections.items() if section is not None}


def overall(results: Iterable[GateResult]) -> Verdict:
    """The worst verdict of gate results."""
    return worst(result.verdict for result in results)


def case(
    shipment: Measured,
    of: Suite,
    thresholds: Policy | None = None,
    *,
    baseline: Measured | None = None,
) -> Case:
    """A case judged at `NOW`; use `dataclasses.replace` for what is rarely set."""
    return Case(
        shipment=shipment,
        suite=of,
        policy=policy() if thresholds is None else thresholds,
        now=NOW,
        currency="USD",
        baseline=baseline,
    )


def without(of: Measured, *item_ids: str) -> Measured:
    """The same shipment whose evidence lacks some items."""
    kept = tuple(r for r in of.rows if r.item not in item_ids)
    return with_rows(of, kept)


def with_errors(of: Measured, *item_ids: str) -> Measured:
    """The same shipment with the outcome `error` on some items, whatever their scores say."""
    return with_rows(of, tuple(replace(r, ok=False) if r.item in item_ids else r for r in of.rows))


def with_rows(of: Measured, rows: tuple[Row, ...]) -> Measured:
    """The same shipment with other rows in its evidence."""
    assert of.evidence
    return replace(of, evidence=replace(of.evidence, rows=rows))
