"""What a model is asked for one item, and what its answer is checked against."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fedfuse.suite.score import KINDS


@dataclass(frozen=True, slots=True)
class Task:
    """The part of an item that only running needs; judging reads `fedfuse.model.suite.Item`."""

    item: str
    prompt: str
    """The user's words, or the query."""
    answer: Mapping[str, Any]
    rules: str = ""
    """The operator's words; empty when there are none."""
    passages: tuple[str, ...] = ()
    """What a query is compared with; empty outside of retrieval."""


def parse(raw: Mapping[str, Any]) -> Task | None:
    """The task of an item's JSON object; None when it has no checkable prompt and answer."""
    prompt, rules, answer = raw.get("prompt"), raw.get("rules", ""), raw.get("answer")
    passages = raw.get("passages", [])
    if not isinstance(prompt, str) or not isinstance(rules, str) or not isinstance(answer, dict):
        return None
    if not _texts(passages) or not _checkable(answer, len(passages)):
        return None
    return Task(raw["id"], prompt, answer, rules, tuple(passages))


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _checkable(answer: Mapping[str, Any], passages: int) -> bool:
    kind, value = answer.get("kind"), answer.get("value")
    if kind == "rank":
        return isinstance(value, int) and 0 <= value < passages
    if kind == "number":
        return isinstance(value, int)
    needed = "none" if kind == "hides" else "any"
    texts = [answer.get("any", []), answer.get("none", [])]
    return kind in KINDS and bool(answer.get(needed)) and all(map(_texts, texts))
