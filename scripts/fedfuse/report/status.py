"""A registry's status for people and for programs. Everything foreign is made inert."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fedfuse.model.release import timestamp
from fedfuse.model.serving import Event
from fedfuse.model.status import Promotion, Status
from fedfuse.report.escape import log_line, phrase, table_row, visible
from fedfuse.report.history import numbered

_NONE = "none yet"
_OWED = "not tagged here: git fetch --tags, or fedfuse release"
_MOST = 800
"""Characters of one fact: the reason of a hold alone may have 500."""


def text(found: Status) -> str:
    """A line per fact, then a line per release with its members, as printable ASCII."""
    lines = [f"{name:12} {visible(value, limit=_MOST)}" for name, value in _facts(found)]
    if found.releases:
        lines.append("")
    for one in found.releases:
        owed = "" if one.tagged else f"  ({_OWED})"
        lines.append(f"{one.tag}  {one.created}  {visible(one.bump)}{owed}")
        lines += [f"    {visible(member)}" for member in _refs(one.members)]
    if hidden := found.total - len(found.releases):
        lines.append(f"... {hidden} older (--limit N)")
    return "".join(f"{log_line(line)}\n" for line in lines)


def markdown(found: Status) -> str:
    """The same as two tables."""
    tables = [_table(("what", "now"), _facts(found))]
    if found.releases:
        rows = (
            (
                one.tag,
                one.created,
                one.bump,
                "yes" if one.tagged else _OWED,
                ", ".join(_refs(one.members)),
            )
            for one in found.releases
        )
        tables.append(_table(("release", "created", "bump", "tagged here", "members"), rows))
    return "\n".join(tables)


def fields(found: Status) -> dict[str, Any]:
    """The same as JSON values."""
    serves, cause = found.serves, found.serves.cause
    return {
        "commit": found.commit,
        "candidate": _candidate(found),
        "production": serves.state.production or None,
        "since": timestamp(serves.since) if serves.since else None,
        "since_commit": serves.commit or None,
        "cause": dict(cause.fields) if cause else None,
        "members": _refs(serves.members),
        "warm": list(serves.state.warm),
        "holds": [event.number for event in found.holds],
        "promotion": _promotion_fields(found.promotion),
        "due": {"promote": found.due.promote or None, "candidates": found.due.candidates},
        "quarantined": sorted(serves.state.quarantined),
        "yanked": list(found.yanked),
        "revoked": list(found.revoked),
        "releases": [
            {
                "tag": one.tag,
                "tag_object": one.tag_object,
                "commit": one.commit,
                "created": one.created,
                "bump": one.bump,
                "tagged": one.tagged,
                "members": _refs(one.members),
            }
            for one in found.releases
        ],
        "total_releases": found.total,
        "waiting": [{"ref": ref, "reason": reason} for ref, reason in found.waiting],
        "missing_roles": list(found.missing_roles),
        "withheld": found.withheld or None,
        "ailments": list(found.ailments),
        "refused": list(found.refused),
    }


def _promotion_fields(promotion: Promotion) -> dict[str, Any]:
    return {
        "at": timestamp(promotion.now),
        "open": promotion.is_open,
        "opens_at": timestamp(promotion.opens) if promotion.opens else None,
        "window": promotion.window or None,
    }


def _candidate(found: Status) -> str | None:
    return found.releases[0].tag if found.releases else None


def _facts(found: Status) -> Iterator[tuple[str, str]]:
    serves = found.serves
    yield "candidate", _candidate(found) or _NONE
    yield "production", serves.state.production or _NONE
    if serves.since:
        yield "  since", f"{timestamp(serves.since)}, commit {serves.commit[:12]}"
        yield "  why", numbered(serves.cause) if serves.cause else "an event was taken off main"
    yield "warm", ", ".join(serves.state.warm) or _NONE
    yield from (("unhealthy", ailment) for ailment in found.ailments)
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
    """A hold; a rollback's, which is why production serves, is told there already."""
    return f"event {event.number:04}, the rollback above" if event == cause else numbered(event)


def _opening(promotion: Promotion) -> str:
    if promotion.opens is None:
        return "none opens within four weeks"
    if not promotion.window:
        return "open at any time: registry.yaml names none"
    when = "open now" if promotion.is_open else f"opens {timestamp(promotion.opens)}"
    return f"{when} ({promotion.window})"


def _refs(members: Mapping[str, int]) -> list[str]:
    return [f"{unit}@v{version}" for unit, version in sorted(members.items())]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    cells = (tuple(phrase(cell, limit=_MOST) for cell in row) for row in rows)
    table = (head, ("---",) * len(head), *cells)
    return "".join(f"{table_row(row)}\n" for row in table)
