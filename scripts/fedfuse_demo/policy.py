"""What the demonstration changes in a fresh registry.yaml: the thresholds and one window."""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from fedfuse.model.cadence import DAYS

_ROLES = re.compile(r"^roles:\n(?:(?:  .*)?\n)*", re.MULTILINE)
_PRODUCTION = re.compile(r"^(  production:.*\n)(?:    .*\n)+", re.MULTILINE)
_DEMONSTRATION = Path(__file__).with_name("thresholds.yaml")
_HOURS = 3
_OTHER_ZONE = "Etc/GMT-12"
"""Where it is forenoon when a day ends in UTC, since a window lies within one day."""


def with_demonstration_thresholds(policy: str) -> str:
    """A registry.yaml whose thresholds a model of 135 million parameters can reach at all.

    Raises ValueError when it has no section `roles`.
    """
    return _replaced(_ROLES, policy, _DEMONSTRATION.read_text("utf-8"), "no section roles")


def with_window_open(policy: str, now: datetime) -> str:
    """A registry.yaml whose one weekly window for promotions is open now, for two hours or more.

    The rule stays the real one. Raises ValueError when it has no windows for promotions.
    """
    name = "UTC" if now.astimezone(UTC).hour + _HOURS < 24 else _OTHER_ZONE
    there = now.astimezone(ZoneInfo(name))
    opens, closes = f"{there.hour:02}:00", f"{there.hour + _HOURS:02}:00"
    window = f'{{day: {DAYS[there.weekday()]}, from: "{opens}", to: "{closes}", time_zone: {name}}}'
    kept = _PRODUCTION.search(policy)
    heading = kept[1] if kept else ""
    return _replaced(_PRODUCTION, policy, f"{heading}    - {window}\n", "no windows for production")


def _replaced(pattern: re.Pattern[str], policy: str, section: str, without: str) -> str:
    replaced, count = pattern.subn(lambda _: section, policy)
    if count != 1:
        raise ValueError(f"registry.yaml has {without}")
    return replaced
