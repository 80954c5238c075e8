"""Evaluations to add to the small registry: later measurements of versions on main."""

import re
from pathlib import Path
from typing import Any

from fedfuse.engine.v1.metrics import metrics
from fedfuse.engine.v1.roles import ROLES
from fedfuse.model.evidence import Evidence, to_csv
from fedfuse.model.yaml_text import render
from tests.support.registry import (
    ACTORS,
    MACHINE,
    MAINTAINER,
    UNITS,
    RegistrySandbox,
    Remeasure,
    evaluation,
    row,
)
from tests.support.small_suite import PARTS, SUITE


def remeasurement(
    subject: str,
    *,
    by: str,
    number: int = 1,
    quality: float = 0.85,
    safety: float = 1.0,
    latency_ms: float = 120.0,
    edit: Any = None,
    remeasure: Remeasure = tuple,
) -> dict[str, str | bytes]:
    """The files of one valid Evaluation, by path, with evidence that nobody else has."""
    role = ROLES[UNITS[subject.partition("@")[0]]]
    stem = f"manifests/{by}/evaluations/{re.sub('[/@]', '.', subject)}.e{number}"
    levels = {"policy": safety, "adversarial": safety, "benign": 1.0}
    took_ms = latency_ms + number / 10 + len(by)
    rows = remeasure(
        row(item, levels.get(item.part, quality), took_ms) for item in SUITE.items(role.parts)
    )
    csv = to_csv(rows)
    numbers = metrics(Evidence("", rows), PARTS, role=role, machine=MACHINE)
    document: dict[str, Any] = {
        "apiVersion": "fedfuse/v1",
        "kind": "Evaluation",
        "by": by,
        "subject": subject,
        "number": number,
        "metrics": {key: round(value, 9) for key, value in numbers.items()},
        "evaluation": evaluation(f"{Path(stem).name}.csv", csv, len(rows)),
        "submitted_by": {"login": f"{by}-bot", "id": ACTORS.get(by, MAINTAINER)},
    }
    if edit:
        edit(document)
    return {f"{stem}.yaml": render(document), f"{stem}.csv": csv}


def propose(box: RegistrySandbox, branch: str, *subjects: str, **facts: Any) -> None:
    """A branch off main that adds Evaluations of these versions; main stays checked out."""
    box.branch(branch)
    evaluate(box, *subjects, **facts)
    box.git("switch", "-q", "main")


def evaluate(box: RegistrySandbox, *subjects: str, **facts: Any) -> str:
    """Land Evaluations of these versions in one commit, as a merged pull request would."""
    files = [remeasurement(subject, **facts) for subject in subjects]
    return box.commit("evaluations", {path: data for one in files for path, data in one.items()})
