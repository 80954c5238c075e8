"""Runs one workflow with act and reads its JSON log: what happened to every job and step."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_IMAGE = "ubuntu-24.04"
_SECONDS = 120


def executable() -> str | None:
    """Where act is: beside the python of the tests, or on PATH."""
    return shutil.which("act", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")


@dataclass(frozen=True)
class Run:
    """What became of a workflow."""

    jobs: Mapping[str, str]
    """Job to result; jobs that were skipped are missing."""
    steps: frozenset[tuple[str, str, str]]
    """Job, step, result; steps that were skipped are missing."""
    said: str
    """What the steps printed."""


def run(
    workspace: Path,
    workflow: str,
    event: str,
    *,
    payload: Mapping[str, Any],
    secrets: Mapping[str, str],
    settings: Mapping[str, str],
    env: Mapping[str, str],
    stubs: Mapping[str, Path],
) -> Run:
    """Run a workflow file of a clone for an event; of this process's environment only PATH gets in.

    `settings` are the repository's variables, `stubs` maps a pinned action to the folder in its
    place. Fails the test when act itself fails.
    """
    act = executable()
    assert act is not None
    place = workspace.parent / f"{workspace.name}-runner"
    place.mkdir()
    (place / "event.json").write_text(json.dumps(payload), encoding="utf-8")
    done = subprocess.run(
        [
            act,
            event,
            *("--workflows", f".github/workflows/{workflow}.yml"),
            *("--eventpath", str(place / "event.json")),
            *("--platform", f"{_IMAGE}=-self-hosted"),
            *("--action-cache-path", str(place / "runner")),
            *("--action-offline-mode", "--no-cache-server", "--no-skip-checkout", "--json"),
            *_pairs("--local-repository", stubs),
            *_pairs("--secret", secrets),
            *_pairs("--var", settings),
            *_pairs("--env", env),
        ],
        cwd=workspace,
        env={"PATH": os.environ["PATH"], "HOME": str(place)},
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    found = _read(lines)
    sys.stdout.write(found.said)  # pytest shows it when the test fails
    assert found.jobs, done.stderr
    failed = any(result != "success" for result in found.jobs.values())
    assert (done.returncode != 0) == failed, done.stderr
    return found


def _pairs(option: str, values: Mapping[str, object]) -> list[str]:
    return [word for name, value in values.items() for word in (option, f"{name}={value}")]


def _read(lines: Sequence[Mapping[str, Any]]) -> Run:
    return Run(
        jobs={line["jobID"]: line["jobResult"] for line in lines if "jobResult" in line},
        steps=frozenset(
            (line["jobID"], line["step"], line["stepResult"])
            for line in lines
            if "stepResult" in line and line.get("stage") == "Main" and len(line["stepID"]) == 1
        ),
        said="".join(line["msg"] for line in lines if line.get("raw_output")),
    )
