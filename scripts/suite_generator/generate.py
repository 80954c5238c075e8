"""The published suites, version 1 each: the same bytes on every machine."""

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from suite_generator import (
    adversarial,
    benign,
    language,
    numbers,
    policy,
    reading,
    retrieval,
    routing,
)
from suite_generator.family import Draft

NAME = "canonical"
VERSION = 1
SEED = 20261124


class Source(Protocol):
    """What items are drawn from: a `Family` or a `Topic`."""

    def drafts(self, part: str, seed: int, *, per_phrasing: int) -> Iterator[Draft]:
        """The source's items in order."""
        ...


_QUALITY = (*reading.FAMILIES, *language.FAMILIES, *numbers.FAMILIES)
_PARTS: tuple[tuple[str, tuple[Source, ...], int], ...] = (
    ("quality", _QUALITY, 8),
    ("policy", policy.FAMILIES, 7),
    ("adversarial", adversarial.FAMILIES, 7),
    ("benign", benign.FAMILIES, 7),
    ("retrieval", retrieval.TOPICS, 6),
)
"""Part, its sources, and how many items each phrasing gets. Ids start with the part's letter."""


def files(seed: int = SEED) -> Mapping[str, bytes]:
    """All files of the suite folder but its README: `suite.yaml` and one JSONL file a part.

    The published version is the default seed's. Never raises.
    """
    parts = {part: tuple(_items(part, sources, per, seed)) for part, sources, per in _PARTS}
    written = {f"{part}.jsonl": _lines(items) for part, items in parts.items()}
    counts = {part: len(items) for part, items in parts.items()}
    return {"suite.yaml": _suite_yaml(NAME, counts, written, seed), **written}


def routing_files(seed: int = routing.SEED) -> Mapping[str, bytes]:
    """All files of the routing suite's folder but its README. Never raises."""
    parts = {
        part: tuple(routing.rows(families, letter=letter, seed=seed))
        for part, (letter, families) in routing.PARTS.items()
    }
    written = {f"{part}.jsonl": _lines(items) for part, items in parts.items()}
    counts = {part: len(items) for part, items in parts.items()}
    return {"suite.yaml": _suite_yaml(routing.NAME, counts, written, seed), **written}


SUITES = {NAME: files, routing.NAME: routing_files}
"""Suite name to what writes it."""


def _items(
    part: str, sources: Iterable[Source], per_phrasing: int, seed: int
) -> Iterator[Mapping[str, Any]]:
    drafts = (source.drafts(part, seed, per_phrasing=per_phrasing) for source in sources)
    for number, draft in enumerate(itertools.chain.from_iterable(drafts), start=1):
        item = {
            "id": f"{part[0]}{number}",
            "category": draft.category,
            "cluster": draft.cluster,
            "critical": draft.critical,
            "rules": draft.rules,
            "prompt": draft.prompt,
            "passages": list(draft.passages),
            "answer": draft.answer,
        }
        yield {key: value for key, value in item.items() if value}


def _lines(items: Iterable[Mapping[str, Any]]) -> bytes:
    dumped = (json.dumps(item, ensure_ascii=True, separators=(",", ":")) for item in items)
    return "".join(f"{line}\n" for line in dumped).encode("ascii")


def _suite_yaml(
    name: str, counts: Mapping[str, int], written: Mapping[str, bytes], seed: int
) -> bytes:
    parts = "".join(
        f"  {part}: {{file: {part}.jsonl, items: {items}, "
        f'sha256: "{hashlib.sha256(written[f"{part}.jsonl"]).hexdigest()}"}}\n'
        for part, items in counts.items()
    )
    return (
        "# yaml-language-server: $schema=../../../suite.v1.schema.json\n"
        "apiVersion: fedfuse/v1\n"
        "kind: Suite\n"
        f"name: {name}\n"
        f"version: {VERSION}\n"
        "license: apache-2.0\n"
        f"generator: {{name: fedfuse-suite, seed: {seed}}}\n"
        f"parts:\n{parts}"
    ).encode("ascii")
