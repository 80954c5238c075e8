"""What people read about a fused release, rendered from its record and the one before."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from fedfuse.model.report import MemberChange
from fedfuse.model.role import ROLES
from fedfuse.model.verdict import GateResult, Verdict
from fedfuse.report import figures
from fedfuse.report.blocks import counted
from fedfuse.report.escape import code, phrase, table_row, visible

_TABLE_ROOM = 25_000
"""Characters of one table. With two of them the notes stay below 60,000; GitHub takes 125,000."""
_MAX_LISTED = 50
_POINTS = 100.0
"""Points in a share of 1."""


def notes(
    record: Mapping[str, Any],
    previous: Mapping[str, Any] | None,
    *,
    tag_object: str,
    submitters: Mapping[str, str],
) -> str:
    """What changed by unit, metrics before and after, who submitted, and how to verify it.

    `previous` is the record of the release before; None for the first. `submitters` maps the refs
    of new members to logins. Everything the records quote is escaped; logins are code, so nobody
    is notified. Below 60,000 characters. Never raises for valid records.
    """
    changes = tuple(_changes(_members(record), _members(previous)))
    moved = [(code(c.unit), *_versions(c), _submitter(c, submitters)) for c in changes]
    measured = [row for change in changes for row in _metric_rows(change, record, previous)]
    parts = (
        _opening(record, previous),
        _withdrawn(record, previous),
        _table(("unit", "was", "now", "submitted by"), moved),
        _table(("unit", "metric", "before", "after", "change"), measured),
        _unchanged(record, {change.unit for change in changes}),
        _verification(record, tag_object),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def gates(record: Mapping[str, Any]) -> str:
    """Every gate's outcome for what is new in a release, with its numbers, as a page of its own."""
    parts = [
        f"# How the shipments of {code(record['release'])} were judged",
        f"Recomputed by `fedfuse audit --replay` from commit {code(record['commit'])}.",
    ]
    columns = ("check", "result", "this", "baseline", "limit", "delta")
    for ref, outcomes in sorted(record["verdicts"].items()):
        rows = (table_row(_gate_cells(_result(ref, one, record))) for one in outcomes)
        parts += [f"## {code(ref)}", "\n".join((*_head(columns), *rows))]
    return "\n\n".join(parts) + "\n"


def _members(record: Mapping[str, Any] | None) -> Mapping[str, int]:
    units = record["units"].items() if record else ()
    return {unit: facts["member"] for unit, facts in units if facts["member"] is not None}


def _changes(now: Mapping[str, int], before: Mapping[str, int]) -> Iterator[MemberChange]:
    for unit in sorted({*now, *before}):
        if now.get(unit) != before.get(unit):
            yield MemberChange(unit, before.get(unit), now.get(unit))


def _opening(record: Mapping[str, Any], previous: Mapping[str, Any] | None) -> str:
    if previous is None:
        return "The first release."
    reasons = "; ".join(phrase(reason) for reason in record["reasons"][:_MAX_LISTED])
    since = f"A {phrase(record['bump'])} release since {code(previous['release'])}"
    return f"{since}: {reasons}." if reasons else f"{since}."


def _withdrawn(record: Mapping[str, Any], previous: Mapping[str, Any] | None) -> str:
    """What older releases may still hold, though nobody should serve it any more."""
    gone = [
        f"{code(ref)} ({how})"
        for how in ("revoked", "yanked")
        for ref in sorted({*record[how]} - {*(previous or {}).get(how, ())})
    ]
    if not gone:
        return ""
    more = f" and {len(gone) - _MAX_LISTED:,} more" if len(gone) > _MAX_LISTED else ""
    return f"**Withdrawn, also from releases that hold it:** {', '.join(gone[:_MAX_LISTED])}{more}."


def _versions(change: MemberChange) -> tuple[str, str]:
    was = f"v{change.old}" if change.old is not None else "not a member"
    return was, f"**v{change.new}**" if change.new is not None else "left"


def _submitter(change: MemberChange, submitters: Mapping[str, str]) -> str:
    login = submitters.get(f"{change.unit}@v{change.new}", "")
    return code(login) if login else ""


def _metric_rows(
    change: MemberChange, record: Mapping[str, Any], previous: Mapping[str, Any] | None
) -> Iterator[tuple[str, ...]]:
    after = record["metrics"].get(f"{change.unit}@v{change.new}", {})
    before = previous["metrics"].get(f"{change.unit}@v{change.old}", {}) if previous else {}
    for name in sorted(after):
        old, new = before.get(name, ""), after[name]
        difference = _difference(old, new) if old else ""
        yield code(change.unit), code(name), phrase(old), phrase(new), difference


def _difference(old: str, new: str) -> str:
    difference = Decimal(new) - Decimal(old)
    return f"{difference:+f}" if difference else "0"


def _unchanged(record: Mapping[str, Any], changed: Iterable[str]) -> str:
    kept = sorted(set(_members(record)) - set(changed))
    if not kept:
        return ""
    shown = ", ".join(code(f"{u}@v{_members(record)[u]}") for u in kept[:_MAX_LISTED])
    more = f" and {len(kept) - _MAX_LISTED:,} more" if len(kept) > _MAX_LISTED else ""
    return f"Unchanged: {shown}{more}."


def _verification(record: Mapping[str, Any], tag_object: str) -> str:
    command = f"fedfuse pull {visible(record['release'])} --to DIR --expect {tag_object}"
    return (
        f"Commit {code(record['commit'])}, tag object {code(tag_object)}. "
        "Fetch the bundle and prove every file of it:\n\n"
        f"```sh\n{command.replace('`', '')}\n```\n\n"
        "`fused.json` is the record that the tag carries, `report.md` has the gates with their "
        "numbers, `checklist.md` what was proven about every member."
    )


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of as many rows as there is room for; empty without rows."""
    if not rows:
        return ""
    lines, room = list(_head(columns)), _TABLE_ROOM
    for number, row in enumerate(rows):
        line = table_row(row)
        room -= len(line) + 1
        if room < 0:
            left = counted(len(rows) - number, "more row")
            return "\n".join(lines) + f"\n\n…and {left}; `fused.json` has all of it."
        lines.append(line)
    return "\n".join(lines)


def _head(columns: Sequence[str]) -> tuple[str, str]:
    return table_row(columns), table_row("---" for _ in columns)


def _gate_cells(result: GateResult) -> tuple[str, ...]:
    numbers = (phrase(cell) for cell in figures.cells(result))
    return phrase(figures.label(result)), result.verdict.value, *numbers


def _result(ref: str, outcome: Mapping[str, Any], record: Mapping[str, Any]) -> GateResult:
    """A gate's outcome as the record holds it; its numbers are decimal strings."""
    return GateResult(
        outcome["gate"],
        outcome["check"],
        ref,
        Verdict(outcome["verdict"]),
        observed=_number(outcome["observed"]),
        limit=_number(outcome["limit"]),
        baseline=_number(outcome["baseline"]),
        unit=outcome["unit"],
        measured=_mean(ref, outcome["check"], record) if _is_comparison(outcome) else None,
    )


def _is_comparison(outcome: Mapping[str, Any]) -> bool:
    return outcome["gate"] == "quality" and outcome["baseline"] is not None


def _mean(ref: str, check: str, record: Mapping[str, Any]) -> float | None:
    """A member's side of a paired comparison in points: its metric, which is that very mean."""
    role = ROLES.get(record["units"].get(ref.rpartition("@")[0], {}).get("role", ""))
    if role is None:
        return None
    metric = "quality" if check.endswith("-quality") else role.superior_metric
    share = _number(record["metrics"].get(ref, {}).get(metric))
    return None if share is None else share * _POINTS


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)
