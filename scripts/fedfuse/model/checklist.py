"""The go/no-go list of a fused release: its items, how each is answered, and what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from fedfuse.model.voting_figures import VotingFigures

MANUAL = "manual"
"""The check of an item that only a person can answer."""
OUTSIDE = frozenset({"audit", "artifacts", "mirror", "warm", "slo"})
"""Checks that ask more than main's history: other clones, stores, the mirror, production."""


class Status(StrEnum):
    """How an item stands."""

    YES = "yes"
    NO = "no"
    ERROR = "error"
    """What it needs could not be asked: never a yes."""
    NOT_CHECKED = "not checked"
    """What it needs was not asked on purpose, as with `--offline`: no yes either."""
    PERSON = "person"
    """Whoever approves the promotion affirms it; no machine can know."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of `releases/checklist.yaml`."""

    id: str
    title: str
    """The item as a true sentence."""
    check: str
    """Name of the check that answers it, or `manual`."""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check found out."""

    status: Status
    evidence: str
    """What the answer rests on, one sentence."""
    fix: str = ""
    """What makes it a yes; empty for a yes, or when only time does."""
    vetoes: bool = False
    """Whether it is in the way even where the list says `required: false`."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An item with its answer."""

    item: Item
    answer: Answer

    @property
    def unmet(self) -> str:
        """How a finding says that the answer is no."""
        return f"the checklist's item `{self.item.id}` is not met: {self.item.title}"

    @property
    def blocks(self) -> bool:
        """Whether the release may not be promoted because of it."""
        missing = self.answer.status not in {Status.YES, Status.PERSON}
        return missing and (self.item.required or self.answer.vetoes)


@dataclass(frozen=True, slots=True)
class Checklist:
    """The whole list for one release at one moment."""

    release: str
    commit: str
    """The commit of main that it was judged against."""
    at: datetime
    items: tuple[Answered, ...]
    voting: VotingFigures | None = None
    """What the release's voting rule is worth; it informs, and decides nothing here."""

    @property
    def go(self) -> bool:
        """Whether nothing that is required is missing. An empty list is no GO."""
        return bool(self.items) and not self.blocking

    @property
    def blocking(self) -> tuple[Answered, ...]:
        """The items that are no yes though they are required, or whose answer vetoes."""
        return tuple(one for one in self.items if one.blocks)

    @property
    def verdict(self) -> str:
        """`GO` or `NO-GO`."""
        return "GO" if self.go else "NO-GO"

    @property
    def exit_code(self) -> int:
        """0 for GO, 3 when nothing but what could not be asked stands in its way, else 1."""
        statuses = {one.answer.status for one in self.blocking}
        return 0 if self.go else 3 if statuses == {Status.ERROR} else 1


def items(raw: Sequence[Mapping[str, Any]]) -> tuple[Item, ...]:
    """The items of a list that the checklist's schema accepts."""
    return tuple(
        Item(one["id"], one["title"], one["check"], required=one.get("required", True))
        for one in raw
    )
