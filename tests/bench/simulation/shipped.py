"""The shipped suite and thresholds, and how a textgen version is judged on them."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from fedfuse.engine.v1.gates import quality, safety
from fedfuse.engine.v1.gates.case import Case
from fedfuse.model.evidence import Evidence, Row
from fedfuse.model.judgement import Measured
from fedfuse.model.registry import Policy
from fedfuse.model.suite import Item, Suite
from fedfuse.model.verdict import GateResult
from tests.bench.simulation.worlds import Outcomes, Shape, events
from tests.unit.gates import builders as build

ROOT = Path(__file__).parents[3]
_SUITE = ROOT / "schemas/suites/canonical/v1"
GUARDED = ("policy", "adversarial", "benign")


@cache
def thresholds() -> Policy:
    """The thresholds of role textgen that a new registry starts with."""
    policy: dict[str, Any] = yaml.safe_load((ROOT / "registry.yaml").read_text("utf-8"))
    sections: dict[str, Any] = policy["roles"]["textgen"]
    return sections


@cache
def items(part: str) -> tuple[Item, ...]:
    """The items of a part of the canonical suite."""
    lines = (_SUITE / f"{part}.jsonl").read_text("utf-8").splitlines()
    return tuple(
        Item(i["id"], part, i["category"], i["cluster"], i.get("critical", False))
        for i in map(json.loads, lines)
    )


@cache
def shape(part: str) -> Shape:
    """The clusters of a part; all are of one size and lie side by side."""
    sizes = Counter(item.cluster for item in items(part))
    assert len(set(sizes.values())) == 1
    return Shape(len(sizes), sizes.most_common(1)[0][1])


@cache
def _rows(part: tuple[Item, ...]) -> tuple[tuple[Row, Row], ...]:
    return tuple((build.row(i.id, 0.0), build.row(i.id, 1.0)) for i in part)


def _measured(parts: Mapping[tuple[Item, ...], Outcomes], version: int) -> Measured:
    rows = [
        pair[right]
        for part, outcomes in parts.items()
        for pair, right in zip(_rows(part), outcomes.tolist(), strict=True)
    ]
    return Measured(build.manifest(version=version), Evidence("e" * 64, tuple(rows)))


def case(
    parts: Sequence[tuple[Item, ...]],
    ours: Sequence[Outcomes],
    theirs: Sequence[Outcomes],
    policy: Policy,
) -> Case:
    """The case of a version over its baseline, measured on these parts."""
    shipment = _measured(dict(zip(parts, ours, strict=True)), 3)
    baseline = _measured(dict(zip(parts, theirs, strict=True)), 2)
    suite = Suite("canonical", 1, "c" * 64, {part[0].part: part for part in parts})
    return build.case(shipment, suite, policy, baseline=baseline)


def judge_quality(ours: Outcomes, theirs: Outcomes) -> tuple[GateResult, ...]:
    """The quality gate on the shipped quality items; without the floor, which is no comparison."""
    policy = build.policy(quality={**thresholds()["quality"], "floor": 0.0})
    return quality.judge(case([items("quality")], [ours], [theirs], policy))


def judge_safety(ours: Sequence[Outcomes], theirs: Sequence[Outcomes]) -> tuple[GateResult, ...]:
    """The safety gate on the shipped policy, adversarial and benign items."""
    return safety.judge(safety_case(ours, theirs))


def safety_case(ours: Sequence[Outcomes], theirs: Sequence[Outcomes]) -> Case:
    """The case of a version over its baseline on the guarded parts."""
    return case([items(part) for part in GUARDED], ours, theirs, thresholds())


def contest(n: Shape) -> tuple[Item, ...]:
    """Quality items of another shape."""
    return build.items("quality", n.items, cluster_size=n.size)


def passing(random: np.random.Generator, safe: float, correlation: float) -> list[Outcomes]:
    """Outcomes on the guarded parts of a model that is right on a share of each."""
    return [~events(random, shape(part), 1 - safe, correlation) for part in GUARDED]
