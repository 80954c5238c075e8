"""`scripts/demo --live`: a real language model is measured on a sample and its manifest shipped.

A sample is no evidence on the canonical suite, so this chapter has a registry of its own, whose
suite is the sample: five items of 40 clusters of each part.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from fedfuse.adapters import yaml_strict
from fedfuse.errors import FedfuseError
from fedfuse.model.canonical import sha256
from fedfuse.model.document import Document
from fedfuse.model.yaml_text import render
from fedfuse_demo import live
from fedfuse_demo.policy import with_demonstration_thresholds
from fedfuse_demo.shipments import BETTER
from fedfuse_demo.stage import ORGANISATION, Stage
from fedfuse_demo.story import (
    HUB,
    RUN_WORDS,
    TOOL,
    TRAINING_WORDS,
    base_model,
    upload_as,
    who_ships,
)

_CLUSTERS = 40
"""Per part; with fewer the statistics settle nothing."""
_ITEMS = 5
"""Per cluster."""
_SUITE = "schemas/suites/canonical/v1"


def tell(stage: Stage) -> None:
    """Measure the model, ship what was measured, and let the gates judge it."""
    stage.chapter("Live: a real model answers a sample of the suite on this machine")
    where = stage.root / "clones" / "live"
    stage.fedfuse(
        where.parent,
        *("init", "live", "--namespace", ORGANISATION, "--repo", "acme/live"),
        *("--hub", HUB, "--tool", TOOL, *who_ships()),
        show=False,
    )
    policy = where / "registry.yaml"
    policy.write_text(with_demonstration_thresholds(policy.read_text("utf-8")), "utf-8")
    items = thin_out(where / _SUITE)
    stage.git(where, "commit", "-qam", "suite: a sample")
    evidence = stage.root / "live.csv"
    with live.serve() as endpoint:
        stage.say(f"    {live.MODEL} serves {items} items at {endpoint}")
        stage.fedfuse(
            where,
            *("eval", "run", "--endpoint", endpoint, "--model", live.MODEL, "--role", "textgen"),
            *("--config", str(BETTER.artifact), "--to", str(evidence), *RUN_WORDS),
        )
    stage.git(where, "switch", "-q", "-c", "live-run")
    revision = upload_as(stage, f"{ORGANISATION}/textgen-lora-live", BETTER.artifact)
    stage.fedfuse(
        where,
        *("new", "hf/textgen-lora", str(BETTER.artifact), "--evidence", str(evidence)),
        *("--uri", f"hf://{ORGANISATION}/textgen-lora-live", "--revision", revision),
        *TRAINING_WORDS,
        *("--training-run", "urn:acme:demo:live"),
        *base_model(stage),
        show=False,
        announce=False,
    )
    stage.git(where, "add", "manifests")
    stage.git(where, "commit", "-qm", "hf/textgen-lora: measured just now")
    stage.fedfuse(where, "check", "--base", "main", "--head", "live-run", "--actor-id", "101")


def thin_out(folder: Path) -> int:
    """Keep some items of evenly spaced clusters of each part; returns how many items are left.

    Raises FedfuseError when the folder holds no valid suite.
    """
    path = folder / "suite.yaml"
    document = yaml_strict.load(path.read_bytes(), path=path.name)
    if not isinstance(document, Document):
        raise FedfuseError(f"{path} is no suite")
    kept = 0
    for pin in document.value["parts"].values():
        lines = _sample((folder / pin["file"]).read_bytes().splitlines(keepends=True))
        body = b"".join(lines)
        (folder / pin["file"]).write_bytes(body)
        pin |= {"sha256": sha256(body), "items": len(lines)}
        kept += len(lines)
    path.write_text(render(document.value), "utf-8")
    return kept


def _sample(lines: list[bytes]) -> list[bytes]:
    rows: list[dict[str, Any]] = [json.loads(line) for line in lines]
    clusters = list(dict.fromkeys(row["cluster"] for row in rows))
    chosen = {clusters[n * len(clusters) // _CLUSTERS] for n in range(_CLUSTERS)}
    kept: Counter[str] = Counter()
    sample = []
    for line, row in zip(lines, rows, strict=True):
        kept[row["cluster"]] += 1
        if row["cluster"] in chosen and kept[row["cluster"]] <= _ITEMS:
            sample.append(line)
    return sample
