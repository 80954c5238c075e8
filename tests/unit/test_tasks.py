"""The tasks of this repository, its hooks before a commit, and which tests run where."""

import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
PRE_COMMIT = ROOT / ".pre-commit-config.yaml"
_CHOICE = re.compile(r'-m "([^"]+)"')


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def hooks() -> list[dict[str, Any]]:
    (local,) = yaml.safe_load(PRE_COMMIT.read_text(encoding="utf-8"))["repos"]
    assert local["repo"] == "local"
    hooks: list[dict[str, Any]] = local["hooks"]
    return hooks


ON_DEMAND = {"litellm"}
"""What takes too much for every run: 743 MB here."""


def test_what_scripts_test_leaves_out_is_what_ci_run_adds_and_what_is_run_on_demand() -> None:
    (quick,), (rest,) = (_CHOICE.findall(text(path)) for path in ("scripts/test", ".ci/run"))
    settings = tomllib.loads(text("pyproject.toml"))["tool"]["pytest"]["ini_options"]
    markers = sorted(marker.split(":")[0] for marker in settings["markers"])
    assert quick == f"not ({' or '.join(markers)})"
    assert rest.split(" or ") == [marker for marker in markers if marker not in ON_DEMAND]


def test_ci_runs_scripts_test_first() -> None:
    lines = [line for line in text(".ci/run").splitlines() if not line.startswith("#")]
    assert lines[lines.index('cd "$(dirname "$0")/.."') + 1] == "scripts/test"


def test_every_hook_before_a_commit_is_a_line_of_scripts_check() -> None:
    lines = text("scripts/check").replace("$bin", ".venv/bin").splitlines()
    commands = [hook["entry"] for hook in hooks()]
    assert len(commands) == 4
    assert [line for line in lines if line in commands] == commands


def test_a_hook_runs_what_scripts_setup_installed_and_downloads_nothing() -> None:
    for hook in hooks():
        assert hook["language"] == "system"
        assert not hook["pass_filenames"]
        assert os.access(ROOT / hook["entry"].split()[0], os.X_OK)


def test_help_lists_every_task_with_its_words() -> None:
    done = subprocess.run([ROOT / "scripts/help"], capture_output=True, text=True, check=True)
    listed = dict(re.findall(r"^(\S+)\n    (.+)$", done.stdout, re.MULTILINE))
    tasks = {f"scripts/{p.name}" for p in (ROOT / "scripts").iterdir() if _is_task(p)}
    assert listed.keys() == {*tasks, ".ci/run"}


def _is_task(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)
