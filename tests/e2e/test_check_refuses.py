"""`fedfuse check` on what is no registry, no change, or hostile: an exit code, a fix, no trace."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.changes import Case, commit_files
from tests.support.corpus import CORPUS, read
from tests.support.git_repositories import Sandbox
from tests.support.registry import RegistrySandbox


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> RegistrySandbox:
    """A registry without any manifest."""
    return RegistrySandbox.create(tmp_path_factory.mktemp("refused") / "registry")


def check(
    root: Path, *words: str, base: str = "main", head: str = "main"
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "fedfuse", "check", f"--base={base}", f"--head={head}", *words],
        cwd=root,
        env={**os.environ, "HF_ENDPOINT": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr
    return done


def test_an_empty_registry_takes_its_first_shipment(empty: RegistrySandbox) -> None:
    case = Case({"ship": {"unit": "hf/textgen-lora", "version": 1}})
    head = commit_files(empty, case.files(empty.root / "artifacts"), parent="main")
    done = check(empty.root, head=head)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_empty_change_of_an_empty_registry_is_refused(empty: RegistrySandbox) -> None:
    done = check(empty.root, "--format", "json")
    (finding,) = json.loads(done.stdout)["deterministic"]["findings"]
    assert (done.returncode, finding["code"], done.stderr) == (1, "E201", "")


@pytest.mark.parametrize("output", ["text", "markdown", "json"])
def test_a_hostile_shipment_is_refused_in_every_format(empty: RegistrySandbox, output: str) -> None:
    case = Case({"ship": {"unit": "hf/textgen-lora", "version": 1}, "set": {"license": "::x"}})
    head = commit_files(empty, case.files(empty.root / "artifacts"), parent="main")
    done = check(empty.root, "--format", output, head=head)
    assert (done.returncode, done.stderr) == (1, "")
    assert "E304" in done.stdout


def test_a_secret_is_not_repeated_by_any_stream(empty: RegistrySandbox) -> None:
    case = Case(read(CORPUS / "evidence/secret-in-a-cell.yaml").bad)
    head = commit_files(empty, case.files(empty.root / "artifacts"), parent="main")
    for output in ("text", "markdown", "json"):
        done = check(empty.root, "--format", output, head=head)
        assert done.returncode == 1
        assert "hf_Fake" not in done.stdout + done.stderr


def test_an_artifact_whose_store_is_down_ends_with_3(empty: RegistrySandbox) -> None:
    elsewhere = {"artifact.uri": "hf://acme/textgen-lora-v1", "artifact.revision": "a" * 40}
    case = Case({"ship": {"unit": "hf/textgen-lora", "version": 1}, "set": elsewhere})
    head = commit_files(empty, case.files(empty.root / "artifacts"), parent="main")
    assert check(empty.root, head=head).returncode == 3
    assert check(empty.root, "--offline", head=head).returncode == 0


@pytest.mark.parametrize(
    "head", ["nowhere", "0" * 40, "main:registry.yaml", "--output=owned", "main..main", "", "a\nb"]
)
def test_a_ref_that_names_no_commit_ends_with_2(empty: RegistrySandbox, head: str) -> None:
    done = check(empty.root, head=head)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1].startswith("fix: ")
    assert not (empty.root / "owned").exists()


def test_a_folder_that_is_no_repository_ends_with_2(tmp_path: Path) -> None:
    done = check(tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "fix: run the command there, or pass --root DIR" in done.stderr


def test_a_folder_inside_a_registry_is_not_its_top(empty: RegistrySandbox) -> None:
    assert check(empty.root / "manifests").returncode == 2


def test_a_repository_without_commits_ends_with_2(tmp_path: Path) -> None:
    assert check(Sandbox(tmp_path / "empty").root).returncode == 2


def test_a_repository_that_is_no_registry_ends_with_3(tmp_path: Path) -> None:
    box = Sandbox(tmp_path / "other")
    box.commit("something else", {"README.md": "# Something else\n"})
    done = check(box.root)
    assert (done.returncode, done.stdout) == (3, "")
    assert "registry.yaml" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("fix: ")


def test_a_repository_whose_objects_are_gone_ends_with_3(tmp_path: Path) -> None:
    box = RegistrySandbox.create(tmp_path / "torn")
    blob = box.git("rev-parse", "main:registry.yaml")
    (box.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    done = check(box.root)
    assert (done.returncode, done.stdout) == (3, "")
