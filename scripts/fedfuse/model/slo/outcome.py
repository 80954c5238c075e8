"""What a check of the objectives found, and what it means for production."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from fedfuse.model.slo.activation import Activation
from fedfuse.model.slo.breach import breach_key, counters_of
from fedfuse.model.slo.burn import Health, ObjectiveVerdict

PATIENCE = timedelta(minutes=5)
"""How long a fresh release may be without counters."""


class Action(StrEnum):
    """What has to happen after a check."""

    NONE = "none"
    TELL = "tell"
    """People are told in an issue; production stays."""
    ROLLBACK = "rollback"
    PAGE = "page"
    """Automation must not go on: a person has to look."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One check of one release."""

    activation: Activation
    at: datetime
    verdicts: tuple[ObjectiveVerdict, ...]
    action: Action
    reason: str
    """Why this action and no other."""
    to: str = ""
    """The release to go back to, for a rollback."""

    @property
    def breach(self) -> ObjectiveVerdict | None:
        """The objective that names the breach: the first in breach; None for none."""
        return next((v for v in self.verdicts if v.health is Health.BREACH), None)

    @property
    def slow_burn(self) -> ObjectiveVerdict | None:
        """The first objective whose budget burns slowly; None for none, and in a breach."""
        return None if self.breach else next((v for v in self.verdicts if v.slow_burn), None)

    @property
    def silent(self) -> tuple[str, ...]:
        """The objectives without counters; empty while the release is too fresh to have any."""
        if self.at - self.activation.at <= PATIENCE:
            return ()
        return tuple(v.objective.name for v in self.verdicts if v.health is Health.SILENT)

    @property
    def breach_key(self) -> str:
        """The name of the breach; empty for none."""
        return breach_key(self.activation.event, self.breach.objective.name) if self.breach else ""

    @property
    def counters(self) -> Mapping[str, int]:
        """What the breach was decided by; empty for none."""
        if self.breach is None:
            return {}
        return counters_of(self.breach, activated_at=self.activation.at, at=self.at)
