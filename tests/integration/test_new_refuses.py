"""`fedfuse new`, run as a provider runs it: what it refuses, and that it then writes nothing."""

import json
import shutil
from pathlib import Path

import pytest

from fedfuse.adapters.work_tree import WorkTree
from fedfuse.flows.checking.validate import validate
from tests.support.operating_registry import event
from tests.support.provider_workspace import STEM, TEXTGEN, Desk


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    return Desk(tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ({"revision": "main"}, 1, "artifact.revision"),
        ({"uri": "hf://somebody-else/textgen"}, 1, "hf://acme/"),
        ({"uri": "gs://acme/x", "revision": "17"}, 1, "hf://acme/"),
        ({"license": "Apache 2.0"}, 1, "license"),
        ({"io": "embedding_dim=x"}, 1, "contract.io.embedding_dim"),
        ({"io": "embedding_dim=NaN"}, 2, "finite"),
        ({"io": "embedding_dim=1e999"}, 2, "finite"),
        ({"training_run": "https://jobs.acme.invalid/runs/\x1b[2J"}, 1, "E106"),
        ({"contract": "7"}, 2, "no contract v7"),
        ({"baseline": "hf/x@v1"}, 2, "--baseline"),
        ({"hardware": "1xL4"}, 2, "--hardware"),
        ({"pricing": "cheap@2026-11-20"}, 2, "--pricing"),
        ({"pricing": "0.8@yesterday"}, 2, "--pricing"),
        ({"pricing": "0.8@2026-13-40"}, 1, "as_of"),
        ({"training_splits": "train:8000"}, 2, "--training-splits"),
        ({"login": "mallory"}, 2, "mallory"),
        ({"evidence": "missing.csv"}, 2, "missing.csv"),
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


def test_an_unknown_unit_is_refused_with_the_known_ones(desk: Desk) -> None:
    done = desk.new("hf/unknown")
    assert (done.returncode, TEXTGEN in done.stderr) == (2, True)


def test_evidence_that_is_not_the_suites_is_refused_at_its_line(desk: Desk) -> None:
    desk.evidence.write_bytes(desk.measure(TEXTGEN).replace(b"\nq1,", b"\nq2,", 1))
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
    desk.box.write(f"{STEM}.evidence.csv", desk.evidence.read_bytes())
    assert desk.new().returncode == 0
    assert validate(WorkTree(desk.root), paths=("manifests",))[1] == ()


def test_other_evidence_that_lies_there_is_never_overwritten(desk: Desk) -> None:
    left = f"{STEM}.evidence.csv"
    desk.box.write(left, b"other")
    done = desk.new()
    assert (done.returncode, f"rm {desk.root / left}" in done.stderr) == (1, True), done.stderr
    assert desk.manifests() == [left]
    assert (desk.root / left).read_bytes() == b"other"


def test_bytes_that_are_on_main_or_were_withdrawn_are_refused_while_they_are_written(
    desk: Desk,
) -> None:
    assert desk.new().returncode == 0
    desk.box.commit("v1")
    assert "E432" in desk.new().stdout
    desk.box.commit("yank", {**event(1, kind="yank", version=f"{TEXTGEN}@v1", reason="it leaks")})
    done = desk.new()
    assert (done.returncode, "E431" in done.stdout) == (1, True), done.stdout
    assert f"{TEXTGEN}@v1 had these bytes" in done.stdout
    shutil.rmtree(desk.root / ".git")
    done = desk.new(TEXTGEN, "--dry-run")
    assert "E431" not in done.stdout
    assert "not judged here, what main shipped and withdrew: " in done.stderr
    assert "unjudged" in json.loads(desk.new(TEXTGEN, "--dry-run", "--format=json").stdout)
