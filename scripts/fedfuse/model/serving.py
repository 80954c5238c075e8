"""Which release serves: a fold over the numbered events."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WARM_RELEASES = 2
"""How many stable releases before production stay ready to serve."""


@dataclass(frozen=True, slots=True)
class Event:
    """One schema-valid event file."""

    number: int
    kind: str
    """`promote`, `rollback`, `hold`, `lift`, `yank` or `waive`."""
    fields: Mapping[str, Any]
    """The whole document."""


@dataclass(frozen=True, slots=True)
class Serving:
    """What serves, what stands ready, and what must not serve."""

    production: str = ""
    """Release tag, or empty before the first promotion."""
    stable: tuple[str, ...] = ()
    """The releases that served before production, newest first, as far as they matter."""
    quarantined: frozenset[str] = frozenset()
    holds: frozenset[int] = frozenset()
    """Numbers of the events that hold promotions back."""

    @property
    def warm(self) -> tuple[str, ...]:
        """The last stable releases before production, newest first, at most two."""
        return self.stable[:WARM_RELEASES]
