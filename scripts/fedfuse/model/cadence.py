"""Windows of the week in which something may happen, each in its own time zone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Zones = Callable[[str], tzinfo]
"""Name to time zone: whoever may read the machine's time zone data brings it."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of one day of every week: open from the first minute, closed at the last."""

    day: int
    """0 is Monday, as in `datetime.weekday`."""
    opens: time
    closes: time
    time_zone: str
    """As in the IANA database: `Europe/Berlin`, `UTC`."""

    def __str__(self) -> str:
        return f"{DAYS[self.day]} {self.opens:%H:%M} to {self.closes:%H:%M} {self.time_zone}"

    def is_open(self, now: datetime, zones: Zones) -> bool:
        """Whether the window's own wall clock shows a time in it."""
        there = now.astimezone(zones(self.time_zone))
        return there.weekday() == self.day and self.opens <= there.time() < self.closes

    def next_opening(self, now: datetime, zones: Zones) -> datetime | None:
        """The next moment (UTC) at which it opens, up to four weeks ahead; now while it is open.

        None for a window that never opens. One whose first minute a change of clocks skips opens
        by this account as much later as the clocks jump.
        """
        if self.is_open(now, zones):
            return now.astimezone(UTC)
        zone = zones(self.time_zone)
        today = now.astimezone(zone).date()
        dates = (today + timedelta(days=days) for days in range(29))
        moments = (datetime.combine(d, self.opens, zone).astimezone(UTC) for d in dates)
        return next((m for m in moments if m > now and self.is_open(m, zones)), None)


def windows(raw: Sequence[Mapping[str, Any]]) -> tuple[Window, ...]:
    """The windows of a list that the registry's schema accepts."""
    return tuple(
        Window(
            DAYS.index(one["day"]),
            time.fromisoformat(one["from"]),
            time.fromisoformat(one["to"]),
            one["time_zone"],
        )
        for one in raw
    )


def is_open(among: Iterable[Window], now: datetime, zones: Zones) -> bool:
    """Whether any of the windows is open."""
    return any(window.is_open(now, zones) for window in among)


def next_opening(among: Iterable[Window], now: datetime, zones: Zones) -> datetime | None:
    """When the first of the windows opens next (UTC); `now` while one is open, None for none."""
    openings = (window.next_opening(now, zones) for window in among)
    return min((moment for moment in openings if moment is not None), default=None)
