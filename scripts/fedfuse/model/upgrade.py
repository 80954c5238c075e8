"""What an upgrade would do to a registry, file by file."""

from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What becomes of one file."""

    ADDED = "added"
    CHANGED = "changed"
    MERGED = "merged with your edits"
    REMOVED = "removed"
    CONFLICT = "conflict: yours stays"


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file that the upgrade writes, removes, or leaves to people."""

    path: str
    effect: Effect
    data: bytes | None
    """What the branch holds then; None for no file."""
    marked: bytes = b""
    """Of a conflict: both sides in one text, with git's conflict markers."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The way from the tool and engine of main to others."""

    before: str
    """Version of the pinned tool; empty where the registry holds a copy of its tool."""
    after: str
    engine: int
    """What judges main."""
    raised: int
    """What judges it after the upgrade."""
    newest: int
    """The newest engine of the tool."""
    changes: tuple[FileChange, ...]
    """By path."""
    same_rules: bool
    """Whether the tool has the very engines of the pinned one; else it has computed every release
    of main again, with the same result."""

    @property
    def branch(self) -> str:
        """The branch that holds it."""
        return f"fedfuse/{f'engine-{self.raised}' if self.raises else f'upgrade-{self.after}'}"

    @property
    def title(self) -> str:
        """The subject line of its commit."""
        if self.raises:
            return f"registry: judge by engine {self.raised}"
        return f"registry: upgrade the tool to {self.after}"

    @property
    def raises(self) -> bool:
        """Whether this raises the engine; then it changes nothing else."""
        return self.raised != self.engine

    @property
    def conflicts(self) -> tuple[FileChange, ...]:
        """What is left to people."""
        return tuple(one for one in self.changes if one.effect is Effect.CONFLICT)
