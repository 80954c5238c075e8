"""The suite of the small registry: large enough for every gate, with items in 60 clusters."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fedfuse.model.canonical import sha256
from fedfuse.model.suite import Item, Suite
from fedfuse.model.yaml_text import render
from tests.support.questions import task

SIZES = {"quality": 240, "policy": 120, "adversarial": 120, "benign": 120, "retrieval": 240}


def _items(part: str) -> tuple[Item, ...]:
    plain = (
        Item(f"{part[0]}{n}", part, f"group-{n % 3}", f"{part}-{n % 60}")
        for n in range(SIZES[part])
    )
    return tuple(_sized(item, task("canonical", item)) for item in plain)


def _sized(item: Item, line: Mapping[str, Any]) -> Item:
    texts = (line["prompt"], *line.get("passages", ()))
    return replace(item, texts=len(texts), size_bytes=sum(map(len, texts)))


PARTS = {part: _items(part) for part in SIZES}


def suite_files(name: str = "canonical", version: int = 1) -> dict[str, bytes]:
    """A suite of the small registry's items, by file name; the canonical one by default."""
    files = {}
    for part, items in PARTS.items():
        lines = (json.dumps(task(name, item)) for item in items)
        files[f"{part}.jsonl"] = ("\n".join(lines) + "\n").encode()
    document: dict[str, Any] = {
        "apiVersion": "fedfuse/v1",
        "kind": "Suite",
        "name": name,
        "version": version,
        "license": "apache-2.0",
        "generator": {"name": "tests", "seed": 1},
        "parts": {
            part: {
                "file": f"{part}.jsonl",
                "sha256": sha256(files[f"{part}.jsonl"]),
                "items": len(items),
            }
            for part, items in PARTS.items()
        },
    }
    return {"suite.yaml": render(document).encode(), **files}


SUITE = Suite("canonical", 1, sha256(suite_files()["suite.yaml"]), PARTS)
