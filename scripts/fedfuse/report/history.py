"""What served when, and why."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from fedfuse.model.event_kinds import KINDS
from fedfuse.model.release import timestamp
from fedfuse.model.serving import Event, Serving
from fedfuse.model.timeline import Moment, Turn
from fedfuse.report.blocks import Block, Paragraph, Table
from fedfuse.report.json_values import json_value, members

Served: TypeAlias = tuple[Turn, ...] | Moment
"""The turns of a history, oldest first, or one moment of it."""

_NOTHING = "nothing yet"


def blocks(served: Served) -> tuple[Block, ...]:
    """A row per event that landed, or the facts of a moment."""
    if isinstance(served, Moment):
        return (Table(("what", "then"), [*_facts(served)]),)
    rows = [*_rows(served)]
    nothing = "" if rows else "no event has landed yet"
    return Paragraph(nothing), Table(("since", "event", "what happened"), rows)


def fields(served: Served) -> dict[str, Any]:
    """The same as JSON values."""
    if isinstance(served, Moment):
        return {
            "at": timestamp(served.at),
            "since": json_value(served.since),
            "since_commit": served.commit or None,
            "cause": dict(served.cause.fields) if served.cause else None,
            "members": members(served.members),
            **_state(served.state),
        }
    return {"turns": [_turn(turn) for turn in served]}


def numbered(event: Event) -> str:
    """An event in a few words, foreign ones among them."""
    return f"event {event.number:04}: {_story(event)}"


def beginning(moment: Moment) -> Iterator[tuple[str, str]]:
    """Since when production serves, and why; nothing before the first promotion."""
    if moment.since:
        yield "since", f"{timestamp(moment.since)}, commit {moment.commit[:12]}"
        yield "why", numbered(moment.cause) if moment.cause else "an event was taken off main"


def _turn(turn: Turn) -> dict[str, Any]:
    return {
        "at": timestamp(turn.at),
        "commit": turn.commit,
        "events": [dict(event.fields) for event in turn.events],
        "void": turn.is_void,
        "members": members(turn.members),
        **_state(turn.state),
    }


def _state(state: Serving) -> dict[str, Any]:
    return {
        "production": state.production or None,
        "warm": list(state.warm),
        "holds": sorted(state.holds),
        "quarantined": sorted(state.quarantined),
    }


def _facts(moment: Moment) -> Iterator[tuple[str, str]]:
    state = moment.state
    yield "at", timestamp(moment.at)
    yield "production", state.production or _NOTHING
    yield from beginning(moment)
    for ref in members(moment.members):
        yield "serves", ref
    yield "warm", ", ".join(state.warm) or "none"
    if state.holds:
        yield "held by", f"event {', '.join(f'{number:04}' for number in sorted(state.holds))}"
    if state.quarantined:
        yield "quarantined", ", ".join(sorted(state.quarantined))


def _rows(turns: tuple[Turn, ...]) -> Iterator[tuple[str, str, str]]:
    for turn in turns:
        at = timestamp(turn.at)
        if not turn.events:
            yield at, "----", "an invalid event file, or one that was taken off main"
        for event in turn.events:
            is_void = turn.is_void and KINDS[event.kind].moves
            void = "void, nothing moved: " if is_void else ""
            serves = "".join(f", so {unit}@v{n} serves" for unit, n in turn.members.items())
            yield at, f"{event.number:04}", f"{void}{_story(event)}{serves}"


def _story(event: Event) -> str:
    fields = {"unit": event.fields.get("manifest_sha256"), **event.fields}  # old waivers name none
    reason = f": {fields['reason']}" if "reason" in fields else ""
    return f"{KINDS[event.kind].story.format_map(fields)}{reason}"
