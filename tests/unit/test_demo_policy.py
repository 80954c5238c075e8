"""The demonstration's registry: real rules, with thresholds and a window that suit it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from fedfuse.model import cadence
from fedfuse_demo.policy import with_demonstration_thresholds, with_window_open
from tests.support.registry import TOOL

POLICY = (TOOL / "registry.yaml").read_text()
SHORT = POLICY[POLICY.index("cadence:") : POLICY.index("slo:")]
"""What the windows are in."""
START = datetime(2026, 11, 23, tzinfo=UTC)
moments = st.integers(0, 7 * 24 * 60 * 60 - 1).map(lambda seconds: START + timedelta(0, seconds))


def window_made_at(now: datetime) -> cadence.Window:
    """The only window for promotions of a policy that is made at a moment."""
    made = yaml.load(with_window_open(SHORT, now), Loader=yaml.CSafeLoader)
    (window,) = cadence.windows(made["cadence"]["production"])
    return window


@given(moments)
def test_the_window_is_open_for_the_two_hours_that_follow_any_moment(now: datetime) -> None:
    window = window_made_at(now)
    assert all(window.is_open(now + timedelta(minutes=m), ZoneInfo) for m in range(121))


@given(moments)
def test_the_window_is_one_of_three_hours_a_week(now: datetime) -> None:
    window = window_made_at(now)
    quarters = (START + timedelta(minutes=15 * step) for step in range(7 * 24 * 4))
    assert sum(window.is_open(quarter, ZoneInfo) for quarter in quarters) == 3 * 4
    assert not window.is_open(now + timedelta(days=3), ZoneInfo)


def test_nothing_but_the_window_and_the_thresholds_of_the_roles_differs() -> None:
    given_, made = (
        yaml.safe_load(text)
        for text in (POLICY, with_demonstration_thresholds(with_window_open(POLICY, START)))
    )
    assert made["roles"].keys() == given_["roles"].keys() - {"policy"}
    for both in (given_, made):
        del both["roles"], both["cadence"]["production"]
    assert made == given_


def test_a_registry_without_the_section_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^registry\.yaml has no section roles$"):
        with_demonstration_thresholds("engine: 1\n")
    with pytest.raises(ValueError, match=r"^registry\.yaml has no windows for production$"):
        with_window_open("engine: 1\n", START)
