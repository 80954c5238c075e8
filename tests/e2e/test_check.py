"""`fedfuse check` from the command line: what machines read, and that everyone reads the same."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.git_repositories import Sandbox
from tests.support.registry import ACTORS, RegistrySandbox


@pytest.fixture(scope="module")
def proposed(tmp_path_factory: pytest.TempPathFactory) -> RegistrySandbox:
    """A registry with a first release and a better version on a branch."""
    box = RegistrySandbox.create(tmp_path_factory.mktemp("proposed") / "registry")
    box.land_first_release()
    box.branch("better")
    box.land("hf/textgen-lora", 2, quality=0.95)
    return box


def check(
    root: Path, *words: str, env: dict[str, str] | None = None, base: str = "main"
) -> subprocess.CompletedProcess[str]:
    """Run `fedfuse check` on the branch in a clone."""
    return subprocess.run(
        [sys.executable, "-m", "fedfuse", "check", "--base", base, "--head", "better", *words],
        cwd=root,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )


def report(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_good_pull_request_ends_with_0_and_a_complete_report(proposed: RegistrySandbox) -> None:
    done = check(proposed.root, "--actor-id", str(ACTORS["hf"]), "--format", "json")
    found = report(done)
    assert (done.returncode, found["verdict"], found["complete"]) == (0, "pass", True)
    assert set(found) == {"verdict", "complete", "deterministic", "identity", "remote"}
    content = found["deterministic"]
    assert (content["kind"], content["findings"]) == ("manifest", [])
    assert {gate["gate"] for gate in content["gates"]} == {
        "quality",
        "latency",
        "safety",
        "compatibility",
        "set",
    }
    assert content["if_merged"]["tag"] == "acme-ai-federated-v1.0.1"
    assert content["if_merged"]["diff"] == [{"unit": "hf/textgen-lora", "old": 1, "new": 2}]


def test_offline_says_what_it_did_not_check(proposed: RegistrySandbox) -> None:
    done = check(proposed.root, "--offline", "--format", "json")
    found = report(done)
    assert (done.returncode, found["complete"]) == (0, False)
    assert found["remote"]["status"] == found["identity"]["status"] == "not checked"


def test_every_machine_computes_the_same_bytes(proposed: RegistrySandbox, tmp_path: Path) -> None:
    copy = Sandbox.clone(proposed.root, tmp_path / "a path with a space")
    copy.git("branch", "-q", "main", "origin/main")
    here = check(proposed.root, "--format", "json", "--offline")
    elsewhere = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7", "HOME": str(tmp_path)}
    there = check(copy.root, "--format", "json", "--offline", env=elsewhere)
    assert here.stdout == there.stdout
    assert report(here)["verdict"] == "pass"


def test_the_reproduce_line_reproduces(proposed: RegistrySandbox) -> None:
    said = check(proposed.root, "--offline", "--format", "text").stdout
    command = said.split("reproduce:\n")[1].replace("\\\n", " ").split()
    assert command[:2] == ["fedfuse", "check"]
    again = subprocess.run(
        [sys.executable, "-m", *command, "--offline"],
        cwd=proposed.root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert again.stdout == said


def test_a_store_that_is_down_ends_with_3(proposed: RegistrySandbox) -> None:
    proposed.git("switch", "-q", "better")

    def on_the_hub(document: dict[str, Any]) -> None:
        document["artifact"] |= {"uri": "hf://acme/embedder-v2", "revision": "a" * 40}

    proposed.git("switch", "-q", "-c", "hub", "main")
    proposed.land("hf/textgen-lora", 2, quality=0.95, edit=on_the_hub)
    done = subprocess.run(
        [sys.executable, "-m", "fedfuse", "check", "--base", "main", "--head", "hub"],
        cwd=proposed.root,
        env={**os.environ, "HF_ENDPOINT": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "remote: error" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_base_that_does_not_exist_ends_with_2_and_one_fix(proposed: RegistrySandbox) -> None:
    done = check(proposed.root, base="origin/main")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "error: 'origin/main' names no commit here",
        "fix: git fetch origin, or name a sha",
    ]


@pytest.mark.parametrize(
    "at", ["yesterday", "2026-11-24", "2026-11-24T00:00:00", "0001-01-01T00:00:00+05:00"]
)
def test_a_clock_that_names_no_moment_is_refused(proposed: RegistrySandbox, at: str) -> None:
    done = check(proposed.root, "--at", at)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
