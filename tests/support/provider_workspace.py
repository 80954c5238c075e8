"""A provider's desk: a small registry, an artifact folder, the evidence of a run, and fedfuse."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters import yaml_strict
from fedfuse.adapters.run_file import path_of
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.cli.main import main
from fedfuse.flows.history import snapshots
from fedfuse.model.canonical import sha256
from fedfuse.model.document import Document
from fedfuse.model.run_record import Asked, Hardware, Measured, Pricing, RunRecord, Tool, dumps
from tests.support.registry import RegistrySandbox, shipment

REVISION = "1" + "a" * 39
DIGEST = "5" * 64
FIRST = {
    "--revision": REVISION,
    "--license": "apache-2.0",
    "--hardware": "1xL4@us-east-1",
    "--concurrency": "1",
    "--pricing": "0.80@2026-09-01",
    "--seed": "7",
    "--training-system": "autotrain",
    "--training-run": "https://jobs.acme.invalid/runs/7",
    "--training-code": "https://code.acme.invalid/training@" + "c" * 40,
    "--training-dataset": "acme/instructions@" + DIGEST,
    "--training-splits": "train=8000,val=1000,test=1000",
}
"""What a provider says about a unit's first version."""
TEXTGEN, EMBEDDER = "hf/textgen-lora", "gcp/embedder"
EVAL, DATA = "gcp/retrieval-eval", "gcp/dataset-quality"
GCP = {"uri": "gs://acme/x", "revision": "17"}
STEM = f"manifests/{TEXTGEN}/v1"


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    returncode: object
    stdout: str
    stderr: str


class Desk:
    """A registry, an artifact folder and the evidence of a run."""

    def __init__(
        self, root: Path, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]
    ) -> None:
        self._patch, self._captured = patch, captured
        self.box = RegistrySandbox.create(root / "registry")
        self.root = self.box.root
        self.artifact = root / "artifact"
        self.artifact.mkdir()
        (self.artifact / "model.safetensors").write_bytes(b"weights")
        (self.artifact / "config.json").write_bytes(b"{}")
        self.evidence = root / "run.csv"
        self.measure(TEXTGEN)

    def measure(self, unit: str, version: int = 1, subject: str = "") -> bytes:
        """Write the evidence of a run."""
        elsewhere = self.root.parent / "elsewhere"
        made = shipment(unit, version, artifacts=elsewhere, subject=subject)
        data = made[f"manifests/{unit}/v{version}.evidence.csv"]
        assert isinstance(data, bytes)
        self.evidence.write_bytes(data)
        return data

    def ran(self, evidence: bytes = b"", **facts: Any) -> None:
        """Write the run file of the evidence (or of other evidence), some facts replaced."""
        suite = snapshots.of(WorkTree(self.root)).suite()
        record = RunRecord(
            evidence_sha256=sha256(evidence or self.evidence.read_bytes()),
            suite=Measured(suite.name, suite.version, suite.sha256),
            role="textgen",
            candidate=Asked("tiny", DIGEST),
            baseline=None,
            seed=11,
            concurrency=1,
            hardware=Hardware("8xH100", "eu-west-1"),
            pricing=Pricing(2.48, "2026-09-02"),
            run=Tool("lm-eval", "0.4.13"),
            started_at="2026-09-02T10:00:00Z",
            ended_at="2026-09-02T10:20:00Z",
        )
        path_of(self.evidence).write_bytes(dumps(replace(record, **facts)))

    def new(
        self, unit: str = TEXTGEN, *more: str, without: Sequence[str] = (), **options: str
    ) -> Done:
        """Run the command with the options of a first version, some of them replaced."""
        said = {**FIRST, "--evidence": str(self.evidence)}
        said |= {f"--{name.replace('_', '-')}": value for name, value in options.items()}
        words = [f"{name}={value}" for name, value in said.items() if name not in without]
        return self.run("new", unit, str(self.artifact), *words, *more)

    def run(self, *arguments: str) -> Done:
        """Run fedfuse on the registry."""
        self._patch.setattr(sys, "argv", ["fedfuse", *arguments, f"--root={self.root}"])
        with pytest.raises(SystemExit) as end:
            main()
        stdout, stderr = self._captured.readouterr()
        return Done(end.value.code, stdout, stderr)

    def read(self, path: str) -> dict[str, Any]:
        """A manifest that was written."""
        loaded = yaml_strict.load((self.root / path).read_bytes(), path=path)
        assert isinstance(loaded, Document), loaded
        return loaded.value

    def manifests(self) -> list[str]:
        """Every file under manifests/ but the README, also hidden ones."""
        below = (self.root / "manifests").rglob("*")
        files = (p.relative_to(self.root).as_posix() for p in below if p.is_file())
        return sorted(path for path in files if path != "manifests/README.md")
