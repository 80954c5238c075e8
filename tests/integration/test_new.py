"""`fedfuse new`, run as a provider runs it, in a small registry of its own."""

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters import yaml_strict
from fedfuse.adapters.document import Document
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.cli.main import main
from fedfuse.flows.validate import validate
from tests.bench import content

TOP = Path(__file__).resolve().parents[2]
REVISION = "1" + "a" * 39
DIGEST = "5" * 64
FIRST = {
    "--revision": REVISION,
    "--license": "apache-2.0",
    "--hardware": "1xL4@us-east-1",
    "--pricing": "0.80@2026-11-20",
    "--training-system": "autotrain",
    "--training-run": "https://jobs.acme.invalid/runs/7",
    "--training-code": "https://code.acme.invalid/training@" + "c" * 40,
    "--training-dataset": "acme/instructions@" + DIGEST,
    "--training-splits": "train=8000,val=1000,test=1000",
}
"""What a provider says about a unit's first version."""
TEXTGEN, POLICY, EMBEDDER = "hf/textgen-lora-000", "hf/policy-adapter-000", "gcp/embedder-000"
EVAL, DATA = "gcp/retrieval-eval-000", "gcp/dataset-quality"


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
        self.root = root / "registry"
        self.artifact = root / "artifact"
        files = content.tool_files(2)
        policy = files["registry.yaml"].replace(
            b"units:\n", b"units:\n  gcp/dataset-quality: {role: dataset-quality}\n"
        )
        self.write({**files, **schemas(), "registry.yaml": policy})
        self.artifact.mkdir()
        (self.artifact / "model.safetensors").write_bytes(b"weights")
        (self.artifact / "config.json").write_bytes(b"{}")
        self.evidence = root / "run.csv"
        self.evidence.write_bytes(content.evidence("textgen"))

    def write(self, files: Mapping[str, bytes]) -> None:
        """Put files into the registry."""
        for path, data in files.items():
            place = self.root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)

    def new(self, unit: str = TEXTGEN, *more: str, without: str = "", **options: str) -> Done:
        """Run the command with the options of a first version, some of them replaced."""
        said = {**FIRST, "--evidence": str(self.evidence)}
        said |= {f"--{name.replace('_', '-')}": value for name, value in options.items()}
        words = [f"{name}={value}" for name, value in said.items() if name != without]
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
        """Every file under manifests/, also hidden ones."""
        below = (self.root / "manifests").rglob("*")
        return sorted(p.relative_to(self.root).as_posix() for p in below if p.is_file())


def schemas() -> dict[str, bytes]:
    folder = TOP / "schemas"
    return {f"schemas/{path.name}": path.read_bytes() for path in folder.glob("*.json")}


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    return Desk(tmp_path, monkeypatch, capsys)


def test_a_first_version_is_written_with_its_evidence_and_is_valid(desk: Desk) -> None:
    done = desk.new()
    stem = f"manifests/{TEXTGEN}/v1"
    assert (done.returncode, done.stdout) == (0, f"{stem}.evidence.csv\n{stem}.yaml\n"), done.stderr
    assert desk.manifests() == [f"{stem}.evidence.csv", f"{stem}.yaml"]
    assert validate(WorkTree(desk.root), paths=("manifests",))[1] == ()
    manifest = desk.read(f"{stem}.yaml")
    assert manifest["artifact"] == {
        "uri": "hf://acme/textgen-lora-000-v1",
        "revision": REVISION,
        "format": "safetensors",
        "files": [
            {"path": "config.json", "size": 2, "sha256": hashlib.sha256(b"{}").hexdigest()},
            {
                "path": "model.safetensors",
                "size": 7,
                "sha256": hashlib.sha256(b"weights").hexdigest(),
            },
        ],
    }
    assert manifest["metrics"]["quality"] == 0.8
    assert manifest["evaluation"]["evidence"]["items"] == 540
    assert manifest["submitted_by"] == {"login": "hf-shipper", "id": 1001}
    assert f"git add {stem}.evidence.csv {stem}.yaml" in done.stderr


def test_a_next_version_needs_only_what_is_new(desk: Desk) -> None:
    assert desk.new().returncode == 0
    changed = content.evidence("textgen").replace(b",90,", b",91,", 1)
    desk.evidence.write_bytes(changed)
    done = desk.run(
        *("new", TEXTGEN, str(desk.artifact), "--revision", "2" + "b" * 39),
        *("--evidence", str(desk.evidence), "--training-run", "https://jobs.acme.invalid/runs/8"),
    )
    assert done.returncode == 0, done.stderr + done.stdout
    before, after = (desk.read(f"manifests/{TEXTGEN}/v{n}.yaml") for n in (1, 2))
    assert (after["version"], after["id"]) == (2, "acme/textgen-lora-000-v2")
    for key in ("license", "contract"):
        assert after[key] == before[key]
    for key in ("hardware", "pricing", "seed"):
        assert after["evaluation"][key] == before["evaluation"][key]
    assert after["training"] == before["training"] | {"run": "https://jobs.acme.invalid/runs/8"}


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
    desk.evidence.write_bytes(content.evidence("embed"))
    gcp = {"revision": "17", "uri": "gs://acme-models/x"}
    assert desk.new(EMBEDDER, **gcp).returncode == 0
    desk.evidence.write_bytes(content.evidence("retrieval-eval").replace(b",90,", b",91,", 1))
    asked = desk.new(EVAL, **gcp)
    assert (asked.returncode, "--subject" in asked.stderr) == (2, True)
    done = desk.new(EVAL, **gcp, subject=f"{EMBEDDER}@v1")
    assert done.returncode == 0, done.stderr + done.stdout
    manifest = desk.read(f"manifests/{EVAL}/v1.yaml")
    assert (manifest["subject"], manifest["artifact"]["format"]) == (f"{EMBEDDER}@v1", "report")
    assert validate(WorkTree(desk.root), paths=("manifests",))[1] == ()


def test_a_report_about_data_is_made_from_its_table(desk: Desk, tmp_path: Path) -> None:
    table = tmp_path / "table.json"
    table.write_text(json.dumps({"duplicates": 0.01, "rows": 10_000}))
    gcp = {"revision": "17", "uri": "gs://acme-models/x", "table": str(table)}
    asked = desk.new(DATA, **gcp)
    assert (asked.returncode, "--table" in asked.stderr) == (2, True)
    done = desk.new(DATA, without="--evidence", **gcp)
    assert done.returncode == 0, done.stderr + done.stdout
    assert desk.read(f"manifests/{DATA}/v1.yaml")["table"] == {"duplicates": 0.01, "rows": 10_000}
    assert desk.manifests() == [f"manifests/{DATA}/v1.yaml"]


def test_the_latencies_of_a_baseline_need_the_name_of_the_baseline(desk: Desk) -> None:
    assert desk.new().returncode == 0
    header, *rows = content.evidence("textgen").decode().splitlines()
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


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ({"revision": "main"}, 1, "artifact.revision"),
        ({"uri": "hf://somebody-else/textgen"}, 1, "hf://acme/"),
        ({"uri": "gs://acme-models/x", "revision": "17"}, 1, "hf://acme/"),
        ({"license": "Apache 2.0"}, 1, "license"),
        ({"io": "embedding_dim=x"}, 1, "contract.io.embedding_dim"),
        ({"io": "embedding_dim=NaN"}, 2, "finite"),
        ({"io": "embedding_dim=1e999"}, 2, "finite"),
        ({"training_run": "https://jobs.acme.invalid/runs/\x1b[2J"}, 1, "E106"),
        ({"contract": "7"}, 2, "no contract v7"),
        ({"baseline": "hf/x@v1"}, 2, "--baseline"),
        ({"hardware": "1xL4"}, 2, "--hardware"),
        ({"pricing": "cheap@2026-11-20"}, 2, "--pricing"),
        ({"pricing": "0.8@yesterday"}, 1, "as_of"),
        ({"training_splits": "train:8000"}, 2, "--training-splits"),
        ({"login": "mallory"}, 2, "mallory"),
        ({"evidence": "missing.csv"}, 3, "missing.csv"),
        ({"table": "table.json"}, 2, "--evidence"),
    ],
)
def test_what_check_would_refuse_is_refused_before_anything_is_written(
    desk: Desk, options: dict[str, str], code: int, words: str
) -> None:
    done = desk.new(**options)
    assert done.returncode == code, done.stdout + done.stderr
    assert words in done.stdout + done.stderr
    assert "fix: " in done.stdout + done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert desk.manifests() == []


def test_a_unit_that_the_registry_does_not_list_is_refused_with_those_it_lists(desk: Desk) -> None:
    done = desk.new("hf/unknown")
    assert (done.returncode, TEXTGEN in done.stderr) == (2, True)


def test_evidence_that_is_not_the_suites_is_refused_at_its_line(desk: Desk) -> None:
    desk.evidence.write_bytes(content.evidence("textgen").replace(b"\nq1,", b"\nq2,", 1))
    done = desk.new()
    assert (done.returncode, f"{desk.evidence}:3:1: E405" in done.stdout) == (1, True), done.stdout
    assert desk.manifests() == []


@pytest.mark.parametrize("name", ["pytorch_model.bin", "weights.pt", "tokenizer.PKL"])
def test_a_file_that_may_hold_a_pickle_is_refused(desk: Desk, name: str) -> None:
    (desk.artifact / name).write_bytes(b"\x80\x04.")
    done = desk.new()
    assert (done.returncode, "pickle" in done.stdout) == (1, True), done.stdout + done.stderr


def test_a_link_in_the_artifact_folder_is_refused(desk: Desk) -> None:
    (desk.artifact / "tokenizer.json").symlink_to(desk.evidence)
    done = desk.new()
    assert (done.returncode, "tokenizer.json" in done.stderr) == (1, True)


def test_weights_of_two_formats_are_refused(desk: Desk) -> None:
    (desk.artifact / "model.gguf").write_bytes(b"GGUF")
    done = desk.new()
    assert (done.returncode, "gguf, safetensors" in done.stderr) == (1, True)


def test_a_run_that_was_killed_between_its_files_is_finished_by_the_next(desk: Desk) -> None:
    desk.write({f"manifests/{TEXTGEN}/v1.evidence.csv": desk.evidence.read_bytes()})
    assert desk.new().returncode == 0
    assert validate(WorkTree(desk.root), paths=("manifests",))[1] == ()


def test_other_evidence_that_lies_there_is_never_overwritten(desk: Desk) -> None:
    left = f"manifests/{TEXTGEN}/v1.evidence.csv"
    desk.write({left: b"other"})
    done = desk.new()
    assert (done.returncode, f"rm {desk.root / left}" in done.stderr) == (1, True), done.stderr
    assert desk.manifests() == [left]
    assert (desk.root / left).read_bytes() == b"other"
