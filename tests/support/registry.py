"""A complete small registry in a real git repository, and shipments to add to it.

The suite is small but large enough for every gate: 240 items in 60 clusters. A shipment of
quality 0.9 answers every item right that one of 0.8 does: better is provably better.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from fedfuse.engine.v1.metrics import metrics
from fedfuse.engine.v1.roles import ROLES
from fedfuse.model.canonical import sha256
from fedfuse.model.evidence import Evidence, Machine, Row, to_csv
from fedfuse.model.suite import Item
from fedfuse.model.yaml_text import render
from tests.support.git_repositories import Sandbox
from tests.support.small_suite import PARTS, SUITE, suite_files

TOOL = Path(__file__).parents[2]
UNITS = {
    "hf/textgen-lora": "textgen",
    "hf/policy-adapter": "policy",
    "gcp/embedder": "embed",
    "gcp/retrieval-eval": "retrieval-eval",
    "gcp/dataset-quality": "dataset-quality",
    "aws/runtime-distilled": "runtime",
    "aws/inference-benchmark": "benchmark",
}
ACTORS = {"hf": 101, "gcp": 102, "aws": 103}
MAINTAINER = 1
MACHINE = Machine(per_hour=0.8, concurrency=1)


Remeasure = Callable[[Iterable[Row]], tuple[Row, ...]]
"""Gives the rows of a run other scores or timings."""


def _thresholds() -> dict[str, Any]:
    caps = {"latency_ms_p95": 250, "cost_per_1k_tokens": 1.5, "pricing_max_age_days": 90}
    timed = {**caps, "tolerance": 0.1, "interleaved": "optional"}
    quality = {"floor": 0.75, "min_items": 200, "mode": "superior", "margin": 0.02}
    safety = {"policy": 0.05, "adversarial": 0.05, "benign": 0.05, "max_critical_failures": 0}
    agreement = {"agreement": {"agree_quality": 0.02, "agree_ratio": 0.25}}
    model = {"quality": quality, "latency": timed, "safety": safety}
    return {
        "textgen": model,
        "runtime": model,
        "policy": model,
        "embed": {"quality": quality, "latency": timed},
        "retrieval-eval": agreement,
        "benchmark": agreement,
    }


def policy(**changes: Any) -> dict[str, Any]:
    """registry.yaml of the small registry; `changes` replace top-level fields."""
    prefixes = ("hf", "gs", "s3")
    return {
        "apiVersion": "fedfuse/v1",
        "kind": "Registry",
        "engine": 1,
        "namespace": "acme",
        "release_name": "acme-ai-federated",
        "repository": "acme/registry",
        "hub": "dir:../hub",
        "bot": {"name": "acme-release", "email": "release@acme.invalid"},
        "currency": "USD",
        "maintainers": [{"login": "maintainer", "id": MAINTAINER}],
        "providers": {
            name: {
                "title": name,
                "actors": [{"login": f"{name}-bot", "id": actor}],
                "prefixes": [f"{scheme}://acme/", f"dir:{name}/"],
            }
            for (name, actor), scheme in zip(ACTORS.items(), prefixes, strict=True)
        },
        "units": {unit: {"role": role} for unit, role in UNITS.items()},
        "required_roles": ["textgen", "embed", "runtime"],
        "suite": {"name": "canonical", "version": 1},
        "roles": _thresholds(),
        "fusion": {
            "routes": {
                "chat": {"role": "textgen", "contract": 1},
                "search": {"role": "embed", "contract": 1},
                "serve": {"role": "runtime", "contract": 1},
            },
            "router": {"kind": "static"},
        },
        "artifact_root": "artifacts",
        **changes,
    }


class RegistrySandbox(Sandbox):
    """A registry of the namespace `acme` on branch main."""

    @classmethod
    def create(cls, root: Path, **policy_changes: Any) -> "RegistrySandbox":
        """A fresh registry with one commit and no manifests."""
        box = cls(root)
        (root / ".git/info/exclude").write_text("artifacts/\n")
        shutil.copytree(TOOL / "schemas", root / "schemas", ignore=shutil.ignore_patterns("suites"))
        for name, content in suite_files().items():
            box.write(f"schemas/suites/canonical/v1/{name}", content)
        box.write("manifests/README.md", "# Manifests\n")
        box.commit("registry: begin", {"registry.yaml": render(policy(**policy_changes))})
        return box

    def ship(self, unit: str, version: int = 1, **facts: Any) -> str:
        """Write a shipment's files (and its artifact) and return the manifest's path.

        `facts`: `quality`, `safety`, `latency_ms`, `baseline` (measured in turn, at 120 ms),
        `subject`, `track`, `contract`, `salt`, `edit`, a function that changes the finished
        document, and `remeasure`, one that changes the rows of the run.
        """
        files = shipment(unit, version, artifacts=self.root / "artifacts", **facts)
        for path, content in files.items():
            self.write(path, content)
        return f"manifests/{unit}/v{version}.yaml"

    def land(self, unit: str, version: int = 1, **facts: Any) -> str:
        """Ship straight onto the current branch, as a merged pull request would."""
        self.ship(unit, version, **facts)
        return self.commit(f"{unit}: v{version}")

    def land_first_release(self) -> None:
        """Land what the first release needs: three models and two reports."""
        self.land("hf/textgen-lora")
        self.land("gcp/embedder")
        self.land("gcp/retrieval-eval", subject="gcp/embedder@v1")
        self.land("aws/runtime-distilled")
        self.land("aws/inference-benchmark", subject="aws/runtime-distilled@v1")

    def branch(self, name: str, start: str = "main") -> None:
        """Switch to a new branch."""
        self.git("switch", "-q", "-c", name, start)


def shipment(
    unit: str,
    version: int,
    *,
    artifacts: Path,
    quality: float = 0.85,
    safety: float = 1.0,
    latency_ms: float = 120.0,
    baseline: str = "",
    subject: str = "",
    track: str = "release",
    contract: int = 1,
    salt: str = "",
    edit: Any = None,
    remeasure: Remeasure = tuple,
) -> dict[str, str | bytes]:
    """The files of one valid shipment, by path."""
    provider, name = unit.split("/")
    role = ROLES[UNITS[unit]]
    measured = ROLES[UNITS[subject.partition("@")[0]]].as_reported() if subject else role
    items = SUITE.items(measured.parts)
    levels = {"policy": safety, "adversarial": safety, "benign": 1.0}
    took_ms = latency_ms + version / 10
    rows = remeasure(row(i, levels.get(i.part, quality), took_ms) for i in items)
    if baseline:
        rows = tuple(replace(row, baseline_latency_ms=120.0) for row in rows)
    table, csv = role.name == "dataset-quality", to_csv(rows)
    document = {
        **_identity(unit, version, role.name),
        "track": track,
        "artifact": _artifact(provider, name, version, artifacts, salt, report=role.is_report),
        "license": "apache-2.0",
        **(_contract(role.name, contract) if not role.is_report else {}),
        **({"subject": subject} if subject else {}),
        **({"table": {"rows": 1000, "duplicates": 0.01}} if table else {}),
    }
    if not table:
        numbers = metrics(Evidence("", rows), PARTS, role=measured, machine=MACHINE)
        document["metrics"] = {key: round(value, 9) for key, value in numbers.items()}
        document["evaluation"] = evaluation(f"v{version}.evidence.csv", csv, len(rows))
        document["evaluation"] |= {"baseline": baseline} if baseline else {}
    document["training"] = _TRAINING
    document["submitted_by"] = {"login": f"{provider}-bot", "id": ACTORS[provider]}
    if edit:
        edit(document)
    path_ = f"manifests/{unit}/v{version}"
    files: dict[str, str | bytes] = {f"{path_}.yaml": render(document)}
    if not table:
        files[f"{path_}.evidence.csv"] = csv
    return files


def _identity(unit: str, version: int, role: str) -> dict[str, Any]:
    provider, name = unit.split("/")
    return {
        "apiVersion": "fedfuse/v1",
        "kind": "Manifest",
        "provider": provider,
        "unit": name,
        "version": version,
        "id": f"acme/{name}-v{version}",
        "role": role,
    }


def _contract(role: str, version: int) -> dict[str, Any]:
    path = TOOL / f"schemas/contract/{role}/v{version}.json"
    digest = sha256(path.read_bytes()) if path.exists() else "0" * 63 + "1"
    return {"contract": {"version": version, "sha256": digest}}


_TRAINING: dict[str, Any] = {
    "system": "autotrain",
    "run": "https://example.org/runs/1",
    "code": {"repo": "https://example.org/code", "commit": "c" * 40},
    "dataset": {
        "id": "acme/instructions",
        "sha256": "d" * 64,
        "splits": {"train": 8000, "val": 1000, "test": 1000},
    },
}


def row(item: Item, level: float, latency_ms: float) -> Row:
    """The result of an item, right when the level is above its difficulty."""
    difficulty = int(hashlib.sha256(item.id.encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
    return Row(
        item.id,
        ok=True,
        score=float(difficulty < level),
        latency_ms=round(latency_ms, 1),
        input_tokens=40,
        output_tokens=20,
    )


def _artifact(
    provider: str, name: str, version: int, artifacts: Path, salt: str, *, report: bool
) -> dict[str, Any]:
    file = "report.json" if report else "model.safetensors"
    content = f"{provider} {name} {version} {salt}\n".encode()
    place = f"{provider}/{name}-v{version}"
    folder = artifacts / place
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file).write_bytes(content)
    return {
        "uri": f"dir:{place}",
        "revision": sha256(f"{sha256(content)}  {file}\n".encode()),
        "format": "report" if report else "safetensors",
        "files": [{"path": file, "size": len(content), "sha256": sha256(content)}],
    }


def evaluation(path: str, csv: bytes, items: int) -> dict[str, Any]:
    """The section of a manifest or an Evaluation whose evidence has a name."""
    return {
        "suite": {"name": "canonical", "version": 1, "sha256": SUITE.sha256},
        "evidence": {"path": path, "sha256": sha256(csv), "items": items},
        "hardware": {"accelerator": "2 cores", "region": "local", "concurrency": 1},
        "pricing": {"currency": "USD", "per_hour": MACHINE.per_hour, "as_of": "2026-09-01"},
        "seed": 7,
    }
