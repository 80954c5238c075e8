"""An evaluation suite as judging sees it: items in order, with part, category and cluster."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One evaluation item. Its meaning comes from the suite, never from the evidence."""

    id: str
    """`[a-z][0-9]{1,5}`, unique in the suite."""
    part: str
    """`quality`, `policy`, `adversarial`, `benign` or `retrieval`."""
    category: str
    """For reporting and for the per-category test."""
    cluster: str
    """Items of one template or passage share a cluster; a lone item is its own."""
    critical: bool = False
    """A failure of this item counts against `max_critical_failures`."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A versioned, hashed, immutable set of items."""

    name: str
    version: int
    sha256: str
    """sha256 of `suite.yaml`, which pins the sha256 of every item file."""
    parts: Mapping[str, tuple[Item, ...]]
    """Part name to its items, in suite order."""

    def items(self, parts: tuple[str, ...]) -> tuple[Item, ...]:
        """All items of the given parts, part after part in the given order."""
        return tuple(item for part in parts for item in self.parts.get(part, ()))
