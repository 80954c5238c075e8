"""A registry in operation: three releases, promoted one after the other, and their traffic."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fedfuse.model.slo.counters import Sample
from fedfuse.model.yaml_text import render
from tests.registry import RegistrySandbox

OLDEST, WARM, SERVING = (f"acme-ai-federated-v1.0.{patch}" for patch in range(3))
OBJECTIVES = {
    "availability": {"target": 0.999},
    "latency": {"target": 0.95, "latency_ms": 250},
    "cost": {"target": 0.95, "cost_per_1k_tokens": 1.5},
    "safety": {"target": 0.99},
}
ACTIVATED_AT = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
"""When `SERVING` was promoted, by event 0003."""


def registry_in_operation(root: Path, **policy: Any) -> RegistrySandbox:
    """A registry whose third release serves since `ACTIVATED_AT`, with the other two warm."""
    box = RegistrySandbox.create(root, **({"slo": OBJECTIVES} | policy))
    box.land_first_release()
    for version in (2, 3):
        box.land("hf/textgen-lora", version, quality=0.85 + version / 25)
    box.clock = int(ACTIVATED_AT.timestamp()) - 3 * 60
    for tag in (OLDEST, WARM, SERVING):
        land_event(box, {"kind": "promote", "release": tag})
    return box


def land_event(box: RegistrySandbox, fields: dict[str, Any]) -> int:
    """Commit the next event, a minute after the commit before; return its number."""
    number = len(list((box.root / "releases/events").glob("*.yaml"))) + 1
    document = {"apiVersion": "fedfuse/v1", "number": number, **fields}
    box.commit(f"event {number:04}", {f"releases/events/{number:04}.yaml": render(document)})
    return number


def json_lines(samples: Iterable[Sample]) -> str:
    """The samples as a file that `fedfuse slo` reads."""
    return "".join(
        json.dumps(
            {
                "at": datetime.fromtimestamp(one.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "release": one.release,
                "objective": one.objective,
                "instance": one.instance,
                "good": one.good,
                "total": one.total,
            }
        )
        + "\n"
        for one in samples
    )
