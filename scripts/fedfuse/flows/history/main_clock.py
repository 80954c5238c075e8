"""Nothing goes on from a commit of the future: waivers, prices and windows follow main's dates.

The fold looks at no clock, so every clone folds alike at any time. This gate stands before it, and
opens by itself when the time has come.
"""

from datetime import UTC, datetime, timedelta

from fedfuse.errors import RegistryError
from fedfuse.flows.history.ledger import Ledger
from fedfuse.model.finding import Finding
from fedfuse.model.release import timestamp

SKEW = timedelta(minutes=5)
"""How far the clocks of two machines may differ."""


def ahead(ledger: Ledger, present: datetime | None = None) -> Finding | None:
    """What to say of the commit whose date is later than the present; None for none.

    The present is by default what the clock of this machine says.
    """
    now, clock = present or datetime.now(UTC), ledger.state.clock
    if clock is None or clock - SKEW <= now:
        return None
    return Finding(
        ledger.clock_commit,
        0,
        0,
        "E217",
        f"this commit of main is dated {timestamp(clock)}, later than now",
        expected=f"at most {timestamp(now + SKEW)}",
        found=timestamp(clock),
        fix="wait until then, or take the commit off main: nothing was released from it",
    )


def require_past(ledger: Ledger, present: datetime | None = None) -> None:
    """Raises RegistryError when main is dated later than the present, as `ahead` tells it."""
    if found := ahead(ledger, present):
        raise RegistryError(f"{found.place}: {found.code} {found.message}", fix=found.fix)
