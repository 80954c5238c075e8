"""A registry in operation: three releases, promoted one after the other, and their traffic."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fedfuse.model.slo.counters import Sample
from fedfuse.model.yaml_text import render
from tests.support.registry import RegistrySandbox
from tests.unit.slo.traffic import START, seeded, simulate

OLDEST, WARM, SERVING = (f"acme-ai-federated-v1.0.{patch}" for patch in range(3))
OBJECTIVES = {
    "availability": {"target": 0.999},
    "latency": {"target": 0.99, "latency_ms": 250},
    "cost": {"target": 0.99, "cost_per_1k_tokens": 1.5},
    "safety": {"target": 0.99},
}
ACTIVATED_AT = START
"""When `SERVING` was promoted, by event 0003."""
TOP = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-c", "from fedfuse.cli.main import main; main()", "slo")


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
    promoted = {f"releases/{fields['release']}.json": "{}\n"} if "release" in fields else {}
    files = {f"releases/events/{number:04}.yaml": render(document), **promoted}
    box.commit(f"event {number:04}", {**files})
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


def traffic(release: str = SERVING, *, outage_from: int = 60, minutes: int = 70) -> list[Sample]:
    """A release that answers 99.9 %, but 70 % from the minute of its outage on."""
    share = {False: 0.001, True: 0.3}
    found = simulate(
        seeded(1), minutes, per_minute=10, share=lambda minute: share[minute >= outage_from]
    )
    return [replace(one, release=release) for one in found]


def with_others(samples: Iterable[Sample]) -> list[Sample]:
    """The samples, and healthy ones of every objective that has none."""
    given = list(samples)
    silent = OBJECTIVES.keys() - {one.objective for one in given}
    alike = [one for one in given if one.objective == "availability"]
    return given + [replace(o, objective=name, good=o.total) for name in silent for o in alike]


def clock(minutes: int) -> str:
    """A moment after the activation, as `--at` takes it."""
    return (ACTIVATED_AT + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


class SloDesk:
    """A registry in operation, and a file of samples beside it."""

    def __init__(self, box: RegistrySandbox) -> None:
        self.box = box
        self.file = box.root.parent / "samples.jsonl"
        self.count(traffic())

    def count(self, samples: Sequence[Sample], *, others: bool = True) -> None:
        """Put samples into the file; with healthy `others`, if that is not what is asked."""
        every = with_others(samples) if others else samples
        self.file.write_text(json_lines(sorted(every, key=lambda one: one.at)))

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `fedfuse slo` on the registry, with nothing else in the environment."""
        return subprocess.run(
            [*COMMAND, *arguments, "--root", str(self.box.root)],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(TOP / "scripts")},
            capture_output=True,
            text=True,
            check=False,
        )

    def check(self, minutes: int, *options: str) -> subprocess.CompletedProcess[str]:
        """Check what the file holds, so many minutes after the activation."""
        return self.run("check", "--source", str(self.file), "--at", clock(minutes), *options)

    def outcome(self, minutes: int) -> dict[str, Any]:
        """The same as JSON."""
        document: dict[str, Any] = json.loads(self.check(minutes, "--format", "json").stdout)
        return document
