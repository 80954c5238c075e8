"""A trained router as a registry holds it: which files it has, and what `router.json` says."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Any

ROUTER, EVIDENCE = "router.json", "evidence.csv"
EMBEDDING, TOKENIZER, CONFIG = "model.safetensors", "tokenizer.json", "config.json"
HEAD = "head.safetensors"
FILES = (CONFIG, EVIDENCE, HEAD, EMBEDDING, ROUTER, TOKENIZER)
"""The files of a router folder, by name."""
EVIDENCE_HEADER = "item,label,score"
TEST_PART = "test"
"""The part of a routing suite that a router is judged on and never learns from."""
MAX_FILE_BYTES, MAX_FOLDER_BYTES = 2**20, 2 * 2**20


@dataclass(frozen=True, slots=True)
class Router:
    """What `router.json` says."""

    version: int
    labels: tuple[str, ...]
    """Prompt types, in the order of the rows of the head."""
    thresholds: Mapping[str, float]
    """Label to the score from which on it is chosen."""
    abstain_to: str
    """The label that is chosen when the best one is below its threshold."""
    safety: tuple[str, ...]
    """Labels that one sentence or window of a prompt is enough for."""
    suite: str
    """`routing/v1`: what it was trained, fitted and judged on."""
    suite_sha256: str
    macro_f1: float
    """On the part `test` of the suite: a share."""
    files: Mapping[str, str]
    """Name to sha256, of every file but `router.json`."""


def folder_of(version: int) -> str:
    """Where a registry keeps a router."""
    return f"releases/routers/v{version}"


def router_of(document: Mapping[str, Any]) -> Router:
    """Build a router from a document the schema accepts; never raises for such a document."""
    suite = document["suite"]
    return Router(
        version=document["version"],
        labels=tuple(document["labels"]),
        thresholds=document["thresholds"],
        abstain_to=document["abstain_to"],
        safety=tuple(document["safety"]),
        suite=f"{suite['name']}/v{suite['version']}",
        suite_sha256=suite["sha256"],
        macro_f1=document["macro_f1"],
        files=document["files"],
    )


def macro_f1(labels: Sequence[str], pairs: Iterable[tuple[str, str]]) -> float:
    """The mean of every label's F1 over pairs of true and chosen label; a label never met has 0."""
    found = Counter(pairs)
    shares = []
    for label in labels:
        right = found[label, label]
        met = sum(n for pair, n in found.items() for one in pair if one == label)
        shares.append(2 * right / met if met else 0.0)
    return fsum(shares) / len(shares)
