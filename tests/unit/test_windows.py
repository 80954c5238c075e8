"""The promotion windows that registry.yaml names, and time zones that nobody knows."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from fedfuse.adapters import yaml_strict
from fedfuse.errors import RegistryError
from fedfuse.flows.history import windows
from fedfuse.model.document import Document
from fedfuse.model.yaml_text import render
from tests.unit.test_fold import registry

TUESDAY = {"day": "tuesday", "from": "09:00", "to": "15:00", "time_zone": "Europe/Berlin"}
OPEN, SHUT = (datetime(2026, 11, day, 9, tzinfo=UTC) for day in (24, 25))


def cadence(*listed: dict[str, str]) -> dict[str, Any]:
    return {"production": [dict(one) for one in listed]} if listed else {}


def test_without_windows_promotions_are_open_at_any_time() -> None:
    assert windows.closed(registry(), SHUT) == ""


def test_outside_the_windows_the_next_opening_is_named() -> None:
    policy = replace(registry(), cadence=cadence(TUESDAY))
    assert windows.closed(policy, OPEN) == ""
    assert windows.closed(policy, SHUT) == (
        "at 2026-11-25T09:00:00Z no promotion window is open; "
        "the next window opens at 2026-12-01T08:00:00Z"
    )


def test_a_window_that_never_opens_promises_nothing() -> None:
    policy = replace(registry(), cadence=cadence(TUESDAY | {"to": "09:00"}))
    assert windows.closed(policy, OPEN).endswith("no promotion window is open")


@pytest.mark.parametrize("name", ["Europe/Atlantis", "Europe", "localtime", "../etc/x", "utc"])
def test_a_zone_that_is_no_place_is_refused_with_its_line(name: str) -> None:
    with pytest.raises(RegistryError, match="time zone"):
        windows.zone(name)
    text = render({"cadence": cadence(TUESDAY, TUESDAY | {"time_zone": name})})
    document = yaml_strict.load(text.encode(), path="registry.yaml")
    assert isinstance(document, Document)
    (finding,) = windows.zone_findings(document)
    assert (finding.code, finding.line, finding.found) == ("E716", 4, name)


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/Argentina/Ushuaia"])
def test_places_of_the_world_are_known(name: str) -> None:
    assert SHUT.astimezone(windows.zone(name)) == SHUT
