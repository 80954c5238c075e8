"""Since when a release serves."""

from datetime import UTC, datetime, timedelta
from typing import Any

from fedfuse import engine
from fedfuse.flows.history.serving_history import turns
from fedfuse.model.serving import Event
from fedfuse.model.slo.activation import Activation, activation, rolled_back_at
from fedfuse.model.timeline import EventCommit, Turn

A, B, C = (f"acme-ai-federated-v1.{minor}.0" for minor in range(3))
DAWN = datetime(2026, 11, 24, tzinfo=UTC)


def hour(number: int) -> datetime:
    return DAWN + timedelta(hours=number)


def history(*events: dict[str, Any]) -> tuple[Turn, ...]:
    """Events that land an hour apart, the first one at one o'clock."""
    landed = (
        EventCommit(f"{n:040}", hour(n), {n: Event(n, fields["kind"], {"number": n, **fields})})
        for n, fields in enumerate(events, start=1)
    )
    return turns(landed, engine.newest())


def promote(tag: str) -> dict[str, Any]:
    return {"kind": "promote", "release": tag}


def roll_back(bad: str, to: str, **more: Any) -> dict[str, Any]:
    return {"kind": "rollback", "from": bad, "to": to, "reason": "errors", **more}


def test_what_serves_now_is_meant_when_no_release_is_named() -> None:
    past = history(promote(A), promote(B))
    assert activation(past, "", now=hour(9)) == Activation(B, 2, hour(2))
    assert activation(past, "", now=hour(1)) == Activation(A, 1, hour(1))


def test_a_release_serves_anew_since_production_was_rolled_back_to_it() -> None:
    past = history(promote(A), promote(B), roll_back(B, A))
    assert activation(past, "", now=hour(9)) == Activation(A, 3, hour(3))
    assert activation(past, A, now=hour(2)) == Activation(A, 1, hour(1))


def test_an_event_that_moves_nothing_activates_nothing() -> None:
    past = history(promote(A), promote(B), promote(B), roll_back(C, A))
    assert activation(past, "", now=hour(9)) == Activation(B, 2, hour(2))


def test_nothing_is_active_before_the_first_promotion() -> None:
    assert activation((), "", now=hour(9)) is None
    assert activation(history(promote(A)), "", now=DAWN) is None
    assert activation(history(promote(A)), C, now=hour(9)) is None


def test_only_a_rollback_that_a_breach_asked_for_counts_as_automatic() -> None:
    by_hand = history(promote(A), promote(B), roll_back(B, A))
    assert rolled_back_at(by_hand, now=hour(9)) is None
    by_breach = history(promote(A), promote(B), roll_back(B, A, breach_key="0002:safety"))
    assert rolled_back_at(by_breach, now=hour(9)) == hour(3)
    assert rolled_back_at(by_breach, now=hour(2)) is None


def test_a_rollback_that_moved_nothing_is_none() -> None:
    void = history(promote(A), promote(B), roll_back(A, B, breach_key="0001:safety"))
    assert rolled_back_at(void, now=hour(9)) is None
