"""What pull requests come to when they are judged as if merged together."""

from dataclasses import dataclass
from datetime import datetime

from fedfuse.model.change import Shape
from fedfuse.model.report import IfMerged


@dataclass(frozen=True, slots=True)
class Candidate:
    """One pull request among those that were named, or that are open."""

    ref: str
    """How it is called: a ref, or `#7` for a pull request of the code host."""
    head: str
    kind: Shape | None
    """None for one that was not judged with the others, because it is not green by itself."""
    problems: tuple[str, ...]
    """Why it cannot be merged with the others; empty for one that joins."""
    number: int = 0
    """Of the pull request on the code host; 0 for a ref."""
    url: str = ""
    """Its page."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a set of pull requests comes to."""

    base: str
    at: datetime
    candidates: tuple[Candidate, ...]
    """By ref, numbers in it as numbers."""
    together: IfMerged
    """What those without problems make; merged one by one, each may cut a release of its own."""

    @property
    def exit_code(self) -> int:
        """1 when one that was judged is left out, else 0."""
        return 1 if any(one.kind is not None and one.problems for one in self.candidates) else 0
