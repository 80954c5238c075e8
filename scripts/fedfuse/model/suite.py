"""An evaluation suite as judging sees it: items in order, with part, category and cluster."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn


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
    texts: int = 1
    """How many texts a model reads for it: the prompt, and the passages to rank."""
    size_bytes: int = 0
    """Of these texts and the rules, in UTF-8; 0 where the suite does not hold them."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A versioned, hashed, immutable set of items."""

    name: str
    version: int
    sha256: str
    """sha256 of `suite.yaml`, which pins the sha256 of every item file."""
    parts: Mapping[str, tuple[Item, ...]]
    """Part name to its items, in suite order."""
    sealed: bool = False
    """Whether maintainers keep the items: the registry only has their outline and digests."""

    @property
    def label(self) -> str:
        """`name/vN`, as its folder is called."""
        return f"{self.name}/v{self.version}"

    def items(self, parts: tuple[str, ...]) -> tuple[Item, ...]:
        """All items of the given parts, part after part in the given order."""
        return tuple(item for part in parts for item in self.parts.get(part, ()))


def lines(data: bytes) -> Iterator[tuple[int, Mapping[str, Any] | None]]:
    """Number every line of a part file and give its JSON object, None for anything else."""
    for number, line in enumerate(data.removesuffix(b"\n").split(b"\n"), start=1):
        yield number, _object(line)


def _object(line: bytes) -> Mapping[str, Any] | None:
    try:
        value = json.loads(line, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
