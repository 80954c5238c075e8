"""A registry's status: what is released, what serves, what waits."""

from collections.abc import Iterator
from typing import Any

from fedfuse.model.release import timestamp
from fedfuse.model.serving import Event
from fedfuse.model.status import Promotion, Status
from fedfuse.report.blocks import Block, Code, Lines, Paragraph, Table
from fedfuse.report.history import beginning, numbered
from fedfuse.report.json_values import json_value, members, waiting

_NONE = "none yet"
_OWED = "not tagged here: git fetch --tags, or fedfuse release"
_COLUMNS = ("release", "created", "bump", "tagged here", "members")


def blocks(found: Status) -> tuple[Block, ...]:
    """A table of facts and one of releases, newest first."""
    rows = [
        (
            one.tag,
            one.created,
            one.bump,
            "tagged" if one.tagged else _OWED,
            Lines(tuple(map(Code, members(one.members)))),
        )
        for one in found.releases
    ]
    hidden = found.total - len(rows)
    return (
        Table(("what", "now"), [*_facts(found)]),
        Table(_COLUMNS, rows),
        Paragraph(f"... {hidden} older (--limit N)" if hidden else ""),
    )


def fields(found: Status) -> dict[str, Any]:
    """The same as JSON values."""
    serves, cause = found.serves, found.serves.cause
    return {
        "commit": found.commit,
        "candidate": _candidate(found),
        "production": serves.state.production or None,
        "since": json_value(serves.since),
        "since_commit": serves.commit or None,
        "cause": dict(cause.fields) if cause else None,
        "members": members(serves.members),
        "warm": list(serves.state.warm),
        "holds": [event.number for event in found.holds],
        "promotion": _promotion_fields(found.promotion),
        "due": {"promote": found.due.promote or None, "candidates": found.due.candidates},
        "quarantined": sorted(serves.state.quarantined),
        "yanked": list(found.yanked),
        "revoked": list(found.revoked),
        "releases": [
            {**json_value(one), "members": members(one.members)} for one in found.releases
        ],
        "total_releases": found.total,
        "waiting": waiting(found.waiting),
        "missing_roles": list(found.missing_roles),
        "withheld": found.withheld or None,
        "unhealthy": list(found.unhealthy),
        "refused": list(found.refused),
    }


def _promotion_fields(promotion: Promotion) -> dict[str, Any]:
    return {
        "at": timestamp(promotion.now),
        "open": promotion.is_open,
        "opens_at": json_value(promotion.opens),
        "window": promotion.window or None,
    }


def _candidate(found: Status) -> str | None:
    return found.releases[0].tag if found.releases else None


def _facts(found: Status) -> Iterator[tuple[str, str]]:
    serves = found.serves
    yield "candidate", _candidate(found) or _NONE
    yield "production", serves.state.production or _NONE
    yield from beginning(serves)
    yield "warm", ", ".join(serves.state.warm) or _NONE
    yield from (("unhealthy", why_unhealthy) for why_unhealthy in found.unhealthy)
    yield "next window", _opening(found.promotion)
    yield from (("held by", _holding(event, serves.cause)) for event in found.holds)
    lists = (
        ("quarantined", sorted(serves.state.quarantined)),
        ("yanked", found.yanked),
        ("revoked", found.revoked),
    )
    yield from ((name, ", ".join(listed)) for name, listed in lists if listed)
    if found.missing_roles:
        yield "no release", f"while nothing fills {', '.join(found.missing_roles)}"
    if found.withheld:
        yield "no release", f"while {found.withheld}"
    yield from (("waits", f"{ref}: {reason}") for ref, reason in found.waiting)
    yield from (("refused", f"{path}: on main, never a member") for path in found.refused)


def _holding(event: Event, cause: Event | None) -> str:
    """A hold. The rollback that made production serve is described above it already."""
    return f"event {event.number:04}, the rollback above" if event == cause else numbered(event)


def _opening(promotion: Promotion) -> str:
    if promotion.opens is None:
        return "none opens within four weeks"
    if not promotion.window:
        return "open at any time: registry.yaml names none"
    when = "open now" if promotion.is_open else f"opens {timestamp(promotion.opens)}"
    return f"{when} ({promotion.window})"
