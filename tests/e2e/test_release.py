"""Releases from the command line: the same tag object everywhere, whatever kills or races it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.git_repositories import Sandbox
from tests.support.registry import RegistrySandbox

TAG = "acme-ai-federated-v1.0.0"
SHIM = """#!/bin/sh
# Stands before git on PATH and kills its caller at the wanted side effect.
for word in "$@"; do
  case "$word" in push|mktag|update-ref) effect=$word; break ;; esac
done
if [ -n "$effect" ]; then
  echo "$effect" >>"$SHIM_LOG"
  if [ "$(wc -l <"$SHIM_LOG")" -eq "$SHIM_AT" ]; then
    [ "$SHIM_WHEN" = after ] && "$SHIM_GIT" "$@"
    kill -9 $PPID
    exit 1
  fi
fi
exec "$SHIM_GIT" "$@"
"""


def fedfuse(
    root: Path, *arguments: str, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a registry."""
    return subprocess.run(
        [sys.executable, "-m", "fedfuse", *arguments],
        cwd=root,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )


def cut(root: Path, *, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return fedfuse(root, "release", "--no-mirror", "--format", "json", env=env)


def releases(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["releases"]
    return found


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bare upstream whose main makes two releases; artifacts lie beside it."""
    root = tmp_path_factory.mktemp("history")
    box = RegistrySandbox.create(root / "registry")
    box.land_first_release()
    box.land("hf/textgen-lora", 2, quality=0.95)
    box.git("clone", "-q", "--bare", ".", str(root / "upstream.git"))
    return root


@pytest.fixture
def clones(history: Path, tmp_path: Path) -> Any:
    """Makes clones of a private copy of the upstream, artifacts included."""
    subprocess.run(["cp", "-r", str(history / "upstream.git"), str(tmp_path)], check=True)

    def clone(name: str) -> Sandbox:
        copy = Sandbox.clone(tmp_path / "upstream.git", tmp_path / name)
        (copy.root / ".git/info/exclude").write_text("artifacts\n")
        subprocess.run(
            ["cp", "-r", str(history / "registry/artifacts"), str(copy.root)], check=True
        )
        return copy

    return clone


def remote_tags(box: Sandbox) -> str:
    return box.git("ls-remote", "--tags", "origin")


def test_two_machines_compute_the_same_tag_objects(clones: Any) -> None:
    one, two = clones("one"), clones("two")
    first = releases(cut(one.root))
    environment = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7", "HOME": str(two.root)}
    second = releases(cut(two.root, env=environment))
    assert [r["tag_object"] for r in first] == [r["tag_object"] for r in second]
    assert [(r["tag"], r["exists"]) for r in first] == [
        (TAG, False),
        ("acme-ai-federated-v1.0.1", False),
    ]
    assert all(r["exists"] for r in second)


def test_a_tag_is_annotated_and_points_at_the_commit_that_cut_it(clones: Any) -> None:
    box = clones("one")
    (first, _) = releases(cut(box.root))
    assert box.git("cat-file", "-t", TAG) == "tag"
    assert box.git("rev-parse", f"{TAG}^{{commit}}") == first["commit"]
    record = json.loads(box.git("cat-file", "tag", TAG).split("\n\n", 2)[2])
    assert record["units"]["gcp/embedder"]["report"] == "gcp/retrieval-eval@v1"


def test_releasing_again_changes_nothing(clones: Any) -> None:
    box = clones("one")
    cut(box.root)
    before = remote_tags(box)
    assert [r["exists"] for r in releases(cut(box.root))] == [True]
    assert remote_tags(box) == before


def test_a_dry_run_creates_no_tag(clones: Any) -> None:
    box = clones("one")
    done = fedfuse(box.root, "release", "--dry-run", "--format", "json")
    assert [r["exists"] for r in releases(done)] == [False, False]
    assert remote_tags(box) == ""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", range(1, 7))
def test_killed_at_any_side_effect_and_run_again_the_end_state_is_the_same(
    clones: Any, tmp_path: Path, at: int, when: str
) -> None:
    undisturbed, box = clones("undisturbed"), clones("killed")
    shims = tmp_path / "shims"
    shims.mkdir()
    (shims / "git").write_text(SHIM)
    (shims / "git").chmod(0o755)
    git = subprocess.run(["which", "git"], capture_output=True, text=True, check=True)
    environment = {
        "PATH": f"{shims}:{os.environ['PATH']}",
        "SHIM_GIT": git.stdout.strip(),
        "SHIM_LOG": str(tmp_path / "effects"),
        "SHIM_AT": str(at),
        "SHIM_WHEN": when,
    }
    assert cut(box.root, env=environment).returncode == -9
    releases(cut(box.root))
    killed = remote_tags(box)
    releases(cut(undisturbed.root))
    assert remote_tags(undisturbed) == killed
    assert killed.count("refs/tags/") == 4
    assert box.git("tag") == undisturbed.git("tag")


def test_eight_racing_runners_agree_and_all_succeed(clones: Any) -> None:
    boxes = [clones(f"runner{n}") for n in range(8)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "fedfuse", "release", "--no-mirror", "--quiet"],
            cwd=box.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for box in boxes
    ]
    outcomes = [(process.communicate(), process.returncode) for process in processes]
    assert [code for _, code in outcomes] == [0] * 8, outcomes
    assert remote_tags(boxes[0]).count("refs/tags/") == 4
    tags = {box.git("for-each-ref", "refs/tags") for box in boxes}
    assert len(tags) == 1


def test_a_tag_forged_on_the_remote_is_never_moved(clones: Any) -> None:
    box = clones("one")
    box.git("tag", TAG, "HEAD")
    box.git("push", "-q", "origin", TAG)
    box.git("tag", "-d", TAG)
    before = remote_tags(box)
    done = cut(box.root)
    assert done.returncode == 3
    assert "fedfuse audit" in done.stderr
    assert remote_tags(box) == before


def test_a_changed_artifact_delays_the_newest_tag_and_says_so(clones: Any) -> None:
    box = clones("one")
    (box.root / "artifacts/hf/textgen-lora-v2/model.safetensors").write_bytes(b"swapped")
    done = cut(box.root)
    assert done.returncode == 1
    assert "acme-ai-federated-v1.0.1 is not tagged" in done.stderr
    assert TAG in remote_tags(box)
    assert "v1.0.1" not in remote_tags(box)


def test_a_refused_manifest_on_main_is_a_warning_and_never_joins(clones: Any) -> None:
    box = clones("one")
    registry = RegistrySandbox.__new__(RegistrySandbox)
    registry.root, registry.clock = box.root, box.clock + 100_000
    registry.land("aws/runtime-distilled", 2, quality=0.5)
    box.git("push", "-q", "origin", "main")
    done = cut(box.root)
    assert [r["tag"] for r in releases(done)] == [TAG, "acme-ai-federated-v1.0.1"]
    assert "though it did not pass" in done.stderr


def test_a_shallow_clone_is_told_to_fetch(clones: Any, tmp_path: Path) -> None:
    clones("one")
    shallow = tmp_path / "shallow"
    url = f"file://{tmp_path / 'upstream.git'}"
    subprocess.run(["git", "clone", "-q", "--depth", "1", url, str(shallow)], check=True)
    done = cut(shallow)
    assert done.returncode == 3
    assert "--unshallow" in done.stderr


def test_outside_a_registry_the_error_says_where_to_go(tmp_path: Path) -> None:
    done = cut(tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 2
    assert "fix:" in done.stderr
