"""Promotion windows: the wall clock of their own place decides, also when clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedfuse.model.cadence import DAYS, Window, is_open, next_opening, windows

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
YEARS = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
moments = st.integers(*(int(year.timestamp()) for year in YEARS)).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)
clocks = st.builds(time, st.integers(0, 23), st.integers(0, 59))
any_window = st.builds(Window, st.integers(0, 6), clocks, clocks, st.sampled_from(ZONES))
BERLIN = Window(1, time(9), time(15), "Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-24T07:59:59Z", False),
        ("2026-11-24T08:00:00Z", True),
        ("2026-11-24T13:59:59Z", True),
        ("2026-11-24T14:00:00Z", False),
        ("2026-11-25T09:00:00Z", False),
        ("2026-07-07T07:00:00Z", True),  # summer time: an hour earlier in UTC
        ("2026-07-07T13:00:00Z", False),
    ],
)
def test_the_clock_of_the_windows_place_decides(moment: str, *, expected: bool) -> None:
    assert BERLIN.is_open(at(moment), ZoneInfo) is expected


def test_the_day_is_the_windows_own() -> None:
    tokyo = Window(0, time(0), time(23, 59), "Asia/Tokyo")
    assert tokyo.is_open(at("2026-11-22T15:00:00Z"), ZoneInfo)  # still Sunday in UTC
    assert not tokyo.is_open(at("2026-11-23T15:00:00Z"), ZoneInfo)


def test_the_next_opening_is_a_week_away_right_after_the_last_one() -> None:
    assert next_opening([BERLIN], at("2026-11-24T14:00:00Z"), ZoneInfo) == at(
        "2026-12-01T08:00:00Z"
    )
    thursday = Window(3, time(13), time(15), "UTC")
    found = next_opening([BERLIN, thursday], at("2026-11-24T14:00:00Z"), ZoneInfo)
    assert found == at("2026-11-26T13:00:00Z")


def test_while_it_is_open_the_next_opening_is_now() -> None:
    now = at("2026-11-24T10:00:00Z")
    assert next_opening([BERLIN], now, ZoneInfo) == now


def test_a_window_without_a_minute_never_opens() -> None:
    never = Window(1, time(9), time(9), "UTC")
    assert next_opening([never], at("2026-11-24T09:00:00Z"), ZoneInfo) is None
    assert next_opening([], at("2026-11-24T09:00:00Z"), ZoneInfo) is None


@given(any_window, moments)
def test_an_opening_is_open_in_the_future_and_none_is_missed(window: Window, now: datetime) -> None:
    found = window.next_opening(now, ZoneInfo)
    if window.opens >= window.closes:
        assert found is None
        return
    if found is None:  # the one hour of the year that clocks skip
        assert window.opens.hour in {1, 2, 3}
        return
    assert found >= now
    assert window.is_open(found, ZoneInfo)
    hours = int((found - now) / timedelta(hours=1))
    between = (now + timedelta(hours=n) for n in range(hours - 1))
    assert not any(window.is_open(moment, ZoneInfo) for moment in between)


@given(any_window, moments)
def test_a_window_is_open_exactly_in_its_own_stretch_of_its_own_day(
    window: Window, now: datetime
) -> None:
    there = now.astimezone(ZoneInfo(window.time_zone))
    day = date(there.year, there.month, there.day).strftime("%A").lower() == DAYS[window.day]
    minute = there.hour * 60 + there.minute
    opens = window.opens.hour * 60 + window.opens.minute
    closes = window.closes.hour * 60 + window.closes.minute
    assert window.is_open(now, ZoneInfo) is (day and opens <= minute < closes)


def test_windows_are_read_as_registry_yaml_writes_them() -> None:
    raw = [{"day": "tuesday", "from": "09:00", "to": "15:00", "time_zone": "Europe/Berlin"}]
    assert windows(raw) == (BERLIN,)
    assert str(BERLIN) == "tuesday 09:00 to 15:00 Europe/Berlin"
    assert is_open(windows(raw), at("2026-11-24T09:00:00Z"), ZoneInfo)
