"""`fedfuse new`, run as a provider runs it: what it writes."""

import hashlib
import json
from pathlib import Path

import pytest

from fedfuse.adapters import yaml_strict
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.flows.checking.validate import validate
from fedfuse.model.document import Document
from tests.support.provider_workspace import (
    DATA,
    DIGEST,
    EMBEDDER,
    EVAL,
    FIRST,
    GCP,
    REVISION,
    STEM,
    TEXTGEN,
    Desk,
    Done,
)
from tests.support.registry import ACTORS


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    return Desk(tmp_path, monkeypatch, capsys)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_a_first_version_is_written_with_its_evidence_and_is_valid(desk: Desk) -> None:
    done = desk.new()
    assert (done.returncode, done.stdout) == (0, f"{STEM}.evidence.csv\n{STEM}.yaml\n"), done.stderr
    assert desk.manifests() == [f"{STEM}.evidence.csv", f"{STEM}.yaml"]
    assert validate(WorkTree(desk.root), paths=("manifests",))[1] == ()
    manifest = desk.read(f"{STEM}.yaml")
    weights = {"path": "model.safetensors", "size": 7, "sha256": sha256(b"weights")}
    assert manifest["artifact"] == {
        "uri": "hf://acme/textgen-lora-v1",
        "revision": REVISION,
        "format": "safetensors",
        "files": [{"path": "config.json", "size": 2, "sha256": sha256(b"{}")}, weights],
    }
    assert manifest["metrics"]["latency_ms_p95"] == 120.1
    assert manifest["evaluation"]["evidence"]["items"] == 600
    assert manifest["submitted_by"] == {"login": "hf-bot", "id": ACTORS["hf"]}
    assert "next: git add" in done.stderr


NEXT = ("--revision", "2" + "b" * 39, "--training-run", "https://jobs.acme.invalid/runs/8")
TAKEN_OVER = {
    "license": "apache-2.0",
    "contract.version": 1,
    "training.system": "autotrain",
    "training.code": {"repo": "https://code.acme.invalid/training", "commit": "c" * 40},
    "training.dataset.id": "acme/instructions",
    "training.dataset.sha256": DIGEST,
    "training.dataset.splits": {"train": 8000, "val": 1000, "test": 1000},
}


def next_version(desk: Desk, *more: str) -> Done:
    evidence = ("--evidence", str(desk.evidence))
    return desk.run("new", TEXTGEN, str(desk.artifact), *evidence, *NEXT, *more)


def test_a_next_version_needs_only_what_is_new(desk: Desk) -> None:
    assert desk.new().returncode == 0
    desk.measure(TEXTGEN, version=2)
    desk.ran()
    done = next_version(desk)
    assert done.returncode == 0, done.stderr + done.stdout
    before, after = (desk.read(f"manifests/{TEXTGEN}/v{n}.yaml") for n in (1, 2))
    assert (after["version"], after["id"]) == (2, "acme/textgen-lora-v2")
    for key in ("license", "contract"):
        assert after[key] == before[key]
    assert after["training"] == before["training"] | {"run": "https://jobs.acme.invalid/runs/8"}


def test_what_a_version_has_from_the_one_before_is_said_line_by_line(desk: Desk) -> None:
    assert "as in the version before" not in desk.new().stderr
    desk.measure(TEXTGEN, version=2)
    desk.ran()
    said = [
        f"as in the version before: {name} {value if isinstance(value, str) else json.dumps(value)}"
        for name, value in TAKEN_OVER.items()
    ]
    assert next_version(desk, "--dry-run").stderr.splitlines()[:-1] == said
    answer = json.loads(next_version(desk, "--dry-run", "--format=json").stdout)
    assert answer["taken_over"] == TAKEN_OVER
    done = next_version(desk, "--license=mit", "--training-system=vertex", "--contract=1")
    assert done.stderr.splitlines()[:-1] == said[3:]


def test_check_passes_what_new_wrote(desk: Desk) -> None:
    desk.box.branch("mine")
    assert desk.new().returncode == 0
    desk.box.commit("hf/textgen-lora: v1")
    done = desk.run("check", "--base=main", "--head=mine", "--offline")
    assert done.returncode == 0, done.stdout


def test_the_revision_of_a_folder_artifact_is_its_content(desk: Desk) -> None:
    done = desk.new(without=("--revision",), uri="dir:hf/textgen-lora-v1")
    assert done.returncode == 0, done.stderr
    lines = f"{sha256(b'{}')}  config.json\n{sha256(b'weights')}  model.safetensors\n"
    listing = "".join(sorted(lines.splitlines(keepends=True)))
    assert desk.read(f"{STEM}.yaml")["artifact"]["revision"] == sha256(listing.encode())


def test_everything_that_was_not_said_is_asked_for_at_once(desk: Desk) -> None:
    done = desk.run("new", TEXTGEN, str(desk.artifact), "--evidence", str(desk.evidence))
    assert done.returncode == 2
    assert all(option in done.stderr for option in FIRST)
    assert desk.manifests() == []


def test_the_first_version_of_an_adapter_has_to_name_its_base_model(desk: Desk) -> None:
    (desk.artifact / "adapter_config.json").write_bytes(b"{}")
    asked = desk.new()
    assert (asked.returncode, "--base-model" in asked.stderr) == (2, True)
    done = desk.new(base_model="acme/base@" + "d" * 40)
    assert done.returncode == 0, done.stderr
    artifact = desk.read(f"manifests/{TEXTGEN}/v1.yaml")["artifact"]
    assert artifact["format"] == "lora-safetensors"
    assert artifact["base_model"] == {"id": "acme/base", "revision": "d" * 40}


def test_a_report_is_measured_on_its_subjects_primary_part(desk: Desk) -> None:
    desk.measure(EMBEDDER)
    assert desk.new(EMBEDDER, **GCP).returncode == 0
    desk.measure(EVAL, version=2, subject=f"{EMBEDDER}@v1")
    asked = desk.new(EVAL, **GCP)
    assert (asked.returncode, "--subject" in asked.stderr) == (2, True)
    done = desk.new(EVAL, **GCP, subject=f"{EMBEDDER}@v1")
    assert done.returncode == 0, done.stderr + done.stdout
    manifest = desk.read(f"manifests/{EVAL}/v1.yaml")
    assert (manifest["subject"], manifest["artifact"]["format"]) == (f"{EMBEDDER}@v1", "report")
    assert validate(WorkTree(desk.root), paths=("manifests",))[1] == ()


def test_a_report_about_data_is_made_from_its_table(desk: Desk, tmp_path: Path) -> None:
    table = tmp_path / "table.json"
    table.write_text(json.dumps({"duplicates": 0.01, "rows": 10_000}))
    asked = desk.new(DATA, **GCP, table=str(table))
    assert (asked.returncode, "--table" in asked.stderr) == (2, True)
    done = desk.new(DATA, without=("--evidence",), **GCP, table=str(table))
    assert done.returncode == 0, done.stderr + done.stdout
    assert desk.read(f"manifests/{DATA}/v1.yaml")["table"] == {"duplicates": 0.01, "rows": 10_000}
    assert desk.manifests() == [f"manifests/{DATA}/v1.yaml"]


def test_the_latencies_of_a_baseline_need_the_name_of_the_baseline(desk: Desk) -> None:
    assert desk.new().returncode == 0
    header, *rows = desk.measure(TEXTGEN, version=2).decode().splitlines()
    cells = [row.split(",") for row in (header, *rows)]
    paired = [",".join((*c[:4], "baseline_latency_ms" if i == 0 else "95", *c[4:])) for i, c in
              enumerate(cells)]  # fmt: skip
    desk.evidence.write_text("\n".join(paired) + "\n")
    asked = desk.new()
    assert (asked.returncode, "--baseline" in asked.stderr) == (2, True)
    done = desk.new(baseline=f"{TEXTGEN}@v1")
    assert done.returncode == 0, done.stderr
    evaluation = desk.read(f"manifests/{TEXTGEN}/v2.yaml")["evaluation"]
    assert evaluation["baseline"] == f"{TEXTGEN}@v1"


def test_a_dry_run_prints_the_manifest_and_writes_nothing(desk: Desk) -> None:
    done = desk.new(TEXTGEN, "--dry-run")
    assert done.returncode == 0
    assert isinstance(yaml_strict.load(done.stdout.encode(), path="x.yaml"), Document)
    assert done.stdout.startswith("# yaml-language-server: $schema=../../../schemas/manifest.v1")
    assert desk.manifests() == []
