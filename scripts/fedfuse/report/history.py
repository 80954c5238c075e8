"""What served when and why, for people and for programs. Everything foreign is made inert."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from fedfuse.model.event_kinds import KINDS
from fedfuse.model.release import timestamp
from fedfuse.model.serving import Event, Serving
from fedfuse.model.timeline import Moment, Turn
from fedfuse.report.escape import log_line, phrase, table_row, visible

Said: TypeAlias = tuple[Turn, ...] | Moment
"""The turns of a history, oldest first, or one moment of it."""

_NOTHING = "nothing yet"
_MOST = 800
"""Characters of one story: a reason alone may have 500."""


def text(said: Said) -> str:
    """A line per event that landed, or the facts of a moment, as lines of printable ASCII."""
    if isinstance(said, Moment):
        lines = [f"{name:11}  {visible(value, limit=_MOST)}" for name, value in _facts(said)]
    else:
        lines = [
            f"{at}  {number}  {visible(story, limit=_MOST)}" for at, number, story in _rows(said)
        ]
    return "".join(f"{log_line(line)}\n" for line in lines or ["no event has landed yet"])


def markdown(said: Said) -> str:
    """The same as a table."""
    head: tuple[str, ...] = ("since", "event", "what happened")
    rows: Iterable[tuple[str, ...]] = _rows(said) if isinstance(said, tuple) else _facts(said)
    if isinstance(said, Moment):
        head = ("what", "then")
    cells = ((*row[:-1], phrase(row[-1], limit=_MOST)) for row in rows)
    table = (head, ("---",) * len(head), *cells)
    return "".join(f"{table_row(row)}\n" for row in table)


def fields(said: Said) -> dict[str, Any]:
    """The same as JSON values."""
    if isinstance(said, Moment):
        return {
            "at": timestamp(said.at),
            "since": timestamp(said.since) if said.since else None,
            "since_commit": said.commit or None,
            "cause": dict(said.cause.fields) if said.cause else None,
            "members": _refs(said.members),
            **_state(said.state),
        }
    return {
        "turns": [
            {
                "at": timestamp(turn.at),
                "commit": turn.commit,
                "events": [dict(event.fields) for event in turn.events],
                "void": turn.is_void,
                "members": _refs(turn.members),
                **_state(turn.state),
            }
            for turn in said
        ]
    }


def numbered(event: Event) -> str:
    """An event in a few words, foreign ones among them."""
    return f"event {event.number:04}: {_story(event)}"


def _refs(members: Mapping[str, int]) -> list[str]:
    return [f"{unit}@v{version}" for unit, version in sorted(members.items())]


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
    if moment.since:
        yield "since", f"{timestamp(moment.since)}, commit {moment.commit[:12]}"
        yield "why", numbered(moment.cause) if moment.cause else "an event was taken off main"
    for ref in _refs(moment.members):
        yield "serves", ref
    yield "warm", ", ".join(state.warm) or "none"
    if state.holds:
        yield "held by", f"event {', '.join(f'{number:04}' for number in sorted(state.holds))}"
    if state.quarantined:
        yield "quarantined", ", ".join(sorted(state.quarantined))


def _rows(turns: Iterable[Turn]) -> Iterator[tuple[str, str, str]]:
    for turn in turns:
        if not turn.events:
            yield timestamp(turn.at), "----", "an event file that is none, or was taken off main"
        for event in turn.events:
            is_void = turn.is_void and KINDS[event.kind].moves
            void = "void, nothing moved: " if is_void else ""
            serves = "".join(f", so {unit}@v{n} serves" for unit, n in turn.members.items())
            yield timestamp(turn.at), f"{event.number:04}", f"{void}{_story(event)}{serves}"


def _story(event: Event) -> str:
    fields = {"unit": event.fields.get("manifest_sha256"), **event.fields}  # old waivers name none
    reason = f": {fields['reason']}" if "reason" in fields else ""
    return f"{KINDS[event.kind].story.format_map(fields)}{reason}"
