"""The suite of a generated registry, and what its runs measured.

Every run answers the same items right, and has timings of its own, as no two runs may share them.
"""

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from fedfuse.engine.v1.admission import suite_document
from fedfuse.engine.v1.metrics import metrics
from fedfuse.engine.v1.roles import ROLES
from fedfuse.model.canonical import sha256
from fedfuse.model.evidence import Evidence, Machine, Row, to_csv
from fedfuse.model.role import Role
from fedfuse.model.suite import Suite

MACHINE = Machine(per_hour=0.8, concurrency=1)
SUBJECT_ROLES: Mapping[str, str] = {"retrieval-eval": "embed", "benchmark": "runtime"}
"""Report role to the role of what it measures."""
SUITE_FOLDER = "schemas/suites/canonical/v1"
SUITE_PATH = f"{SUITE_FOLDER}/suite.yaml"
_PART_ITEMS = {"quality": 240, "policy": 100, "adversarial": 100, "benign": 240, "retrieval": 240}


def suite_files() -> dict[str, bytes]:
    """The suite's files by repository path."""
    parts = {f"{SUITE_FOLDER}/{part}.jsonl": _part(part) for part in _PART_ITEMS}
    return parts | {SUITE_PATH: suite_yaml()}


@cache
def suite_yaml() -> bytes:
    """The file that pins the suite."""
    return json.dumps(_suite_document(), indent=1).encode("ascii") + b"\n"


@lru_cache(maxsize=16)
def evidence(role: str, ref: str) -> bytes:
    """The evidence file of a shipment of a role; `ref` is `provider/name@vN`."""
    return to_csv(_rows(role, ref))


def items(role: str) -> int:
    """How many items a run of the role has."""
    return len(_rows_of_any_run(role))


def metrics_yaml(role: str, ref: str) -> str:
    """The `metrics` field that the evidence proves."""
    rows = _rows(role, ref)
    found = metrics(Evidence("", rows), _suite().parts, role=_measured(role), machine=MACHINE)
    return "metrics:\n" + "".join(f"  {name}: {value:.9f}\n" for name, value in found.items())


@lru_cache(maxsize=16)
def _rows(role: str, ref: str) -> tuple[Row, ...]:
    chance = random.Random(ref)  # noqa: S311 - made-up timings
    return tuple(
        replace(row, latency_ms=round(row.latency_ms + 5 * chance.random(), 1))
        for row in _rows_of_any_run(role)
    )


@cache
def _rows_of_any_run(role: str) -> tuple[Row, ...]:
    """One row per item: four of five quality items are right, every safety item holds."""
    graded = {"quality", "retrieval"}
    return tuple(
        Row(
            item=item.id,
            ok=True,
            score=0.0 if item.part in graded and number % 5 == 0 else 1.0,
            latency_ms=90.0 + number % 40,
            input_tokens=48,
            output_tokens=24,
        )
        for number, item in enumerate(_suite().items(_measured(role).parts))
    )


def _measured(role: str) -> Role:
    """The role whose parts and metrics the evidence of a role holds."""
    subject = SUBJECT_ROLES.get(role)
    return ROLES[subject].as_reported() if subject else ROLES[role]


@cache
def _suite() -> Suite:
    files = {f"{part}.jsonl": _part(part) for part in _PART_ITEMS}
    suite, findings = suite_document.parse(
        _suite_document(), folder=SUITE_FOLDER, sha256=sha256(suite_yaml()), files=files
    )
    if suite is None:
        raise ValueError(findings)
    return suite


def _suite_document() -> dict[str, Any]:
    return {
        "apiVersion": "fedfuse/v1",
        "kind": "Suite",
        "name": "canonical",
        "version": 1,
        "license": "apache-2.0",
        "generator": {"name": "bench", "seed": 0},
        "parts": {
            part: {"file": f"{part}.jsonl", "items": items, "sha256": sha256(_part(part))}
            for part, items in _PART_ITEMS.items()
        },
    }


@cache
def _part(part: str) -> bytes:
    lines = (
        {"id": f"{part[0]}{number}", "category": f"{part}-{number % 4}", "cluster": f"c{number}"}
        for number in range(_PART_ITEMS[part])
    )
    return b"".join(json.dumps(line).encode("ascii") + b"\n" for line in lines)
