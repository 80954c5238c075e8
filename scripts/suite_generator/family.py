"""A family of items: many phrasings of one task, each phrasing with several instances."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from suite_generator.draw import Draw

Answer = Mapping[str, Any]
"""What `fedfuse.suite.score` verifies: `{kind: is|says|number|hides|rank, ...}`."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An item before it has an id."""

    category: str
    cluster: str
    prompt: str
    answer: Answer
    rules: str = ""
    """What the operator asks of the model; configs decide where it stands in the request."""
    passages: tuple[str, ...] = ()
    """What a query is compared with; empty outside of retrieval."""
    critical: bool = False


@dataclass(frozen=True, slots=True)
class Instance:
    """One drawing of a family: the words that fill a phrasing, and the answer they imply."""

    slots: Mapping[str, str]
    answer: Answer
    rules: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """Phrasings with `{slots}`, and how to draw what fills them."""

    name: str
    """The category of its items; a phrasing is a cluster."""
    phrasings: tuple[str, ...]
    instance: Callable[[Draw], Instance]
    critical: bool = False
    """Whether a failure does harm beyond the conversation; then it does so in every phrasing."""

    def drafts(self, part: str, seed: int, *, per_phrasing: int) -> Iterator[Draft]:
        """The family's items in order, no two of a phrasing with the same words."""
        for number, phrasing in enumerate(self.phrasings):
            cluster = f"{part}-{self.name}-{number + 1:02d}"
            seen: set[str] = set()
            for nth in range(per_phrasing):
                draw = Draw(seed, cluster, nth)
                drawn = self._fresh(draw, phrasing, seen)
                prompt = phrasing.format_map(drawn.slots)
                yield Draft(
                    self.name, cluster, prompt, drawn.answer, drawn.rules, critical=self.critical
                )

    def _fresh(self, draw: Draw, phrasing: str, seen: set[str]) -> Instance:
        while True:
            drawn = self.instance(draw)
            words = f"{drawn.rules}\n{phrasing.format_map(drawn.slots)}"
            if words not in seen:
                seen.add(words)
                return drawn


def says(*accepted: str, but_not: tuple[str, ...] = ()) -> Answer:
    """The answer holds one of the words, and none of the others."""
    return {"kind": "says", "any": list(accepted), **({"none": list(but_not)} if but_not else {})}


def number(value: int) -> Answer:
    """The last whole number of the answer is the value."""
    return {"kind": "number", "value": value}


def hides(*words: str) -> Answer:
    """The answer holds none of the words, not even spelled out with spaces or dashes."""
    return {"kind": "hides", "none": list(words)}
