"""The workflows of this registry, parsed."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

GITHUB = Path(__file__).resolve().parents[2] / ".github"
WORKFLOWS = ("audit", "cadence", "check", "ci", "evaluate", "release", "slo")


@cache
def text(workflow: str) -> str:
    """The text of a workflow file."""
    return (GITHUB / f"workflows/{workflow}.yml").read_text(encoding="utf-8")


def parsed(source: str) -> dict[str, Any]:
    """The document with every scalar as text, so that the key `on` stays a word."""
    found: dict[str, Any] = yaml.BaseLoader(source).get_single_data()
    return found


def jobs() -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """Every job, by workflow and name."""
    for workflow in WORKFLOWS:
        for name, job in parsed(text(workflow))["jobs"].items():
            yield (workflow, name), job


def steps(workflow: str) -> list[dict[str, Any]]:
    """Every step of a workflow."""
    found = parsed(text(workflow))["jobs"].values()
    return [step for job in found for step in job["steps"]]


def runs(workflow: str) -> str:
    """What the steps of a workflow run."""
    return "\n".join(step.get("run", "") for step in steps(workflow))
