"""What people read about a fused release, made from its record and the one before."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from fedfuse import engine
from fedfuse.model.report import MemberChange
from fedfuse.model.verdict import GateResult, Verdict
from fedfuse.report import gate_figures, markdown
from fedfuse.report.blocks import (
    Block,
    Code,
    Details,
    Fence,
    Heading,
    Items,
    Paragraph,
    Strong,
    Table,
    Words,
)

_REST = "`fused.json` has all of it."
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
    is notified. At most 60,000 characters. Never raises for valid records.
    """
    now, before = _members(record), _members(previous)
    changes = [
        MemberChange(unit, before.get(unit), now.get(unit))
        for unit in sorted({*now, *before})
        if now.get(unit) != before.get(unit)
    ]
    moved = [(Code(one.unit), *_versions(one), _submitter(one, submitters)) for one in changes]
    measured = [row for change in changes for row in _metric_rows(change, record, previous)]
    kept = [Code(f"{unit}@v{n}") for unit, n in sorted(now.items()) if before.get(unit) == n]
    blocks = (
        *_opening(record, previous),
        *_withdrawn(record, previous),
        Table(("unit", "was", "now", "submitted by"), moved),
        Table(("unit", "metric", "before", "after", "change"), measured),
        Details("Unchanged units", (Items(kept, noun="unit"),) if kept else ()),
        *_verification(record, tag_object),
    )
    return markdown.render(blocks, room=markdown.MAX_CHARS, rest=_REST)


def gates(record: Mapping[str, Any]) -> str:
    """Every gate's outcome for what is new in a release, with its numbers, as a page of its own."""
    blocks: list[Block] = [
        Heading(("How the shipments of", Code(record["release"]), "were judged"), level=1),
        Paragraph(
            ("Recomputed by `fedfuse audit --replay` from commit", Code(record["commit"], "."))
        ),
    ]
    columns = ("check", "result", "this", "baseline", "limit", "delta")
    for ref, outcomes in sorted(record["verdicts"].items()):
        results = [_result(ref, one, record) for one in outcomes]
        rows = [(gate_figures.label(r), r.verdict.value, *gate_figures.cells(r)) for r in results]
        blocks += [Heading(Code(ref), level=2), Table(columns, rows)]
    return markdown.render(blocks)


def _members(record: Mapping[str, Any] | None) -> Mapping[str, int]:
    units = record["units"].items() if record else ()
    return {unit: facts["member"] for unit, facts in units if facts["member"] is not None}


def _opening(record: Mapping[str, Any], previous: Mapping[str, Any] | None) -> Iterator[Block]:
    if previous is None:
        yield Paragraph("The first release.")
        return
    yield Paragraph((f"A {record['bump']} release since", Code(previous["release"], ".")))
    yield Items(record["reasons"], noun="reason")


def _withdrawn(record: Mapping[str, Any], previous: Mapping[str, Any] | None) -> Iterator[Block]:
    """What older releases may still hold, though it must not serve any more."""
    gone = [
        (Code(ref), f"({how})")
        for how in ("revoked", "yanked")
        for ref in sorted({*record[how]} - {*(previous or {}).get(how, ())})
    ]
    if gone:
        yield Paragraph(Strong("Withdrawn, also from releases that hold it:"))
        yield Items(gone, noun="version")


def _versions(change: MemberChange) -> tuple[Words, Words]:
    was = f"v{change.old}" if change.old is not None else "not a member"
    return was, Strong(f"v{change.new}") if change.new is not None else "left"


def _submitter(change: MemberChange, submitters: Mapping[str, str]) -> Words:
    login = submitters.get(f"{change.unit}@v{change.new}", "")
    return Code(login) if login else ""


def _metric_rows(
    change: MemberChange, record: Mapping[str, Any], previous: Mapping[str, Any] | None
) -> Iterator[tuple[Words, ...]]:
    after = record["metrics"].get(f"{change.unit}@v{change.new}", {})
    before = previous["metrics"].get(f"{change.unit}@v{change.old}", {}) if previous else {}
    for name, new in sorted(after.items()):
        old = before.get(name, "")
        difference = Decimal(new) - Decimal(old) if old else None
        changed = "" if difference is None else f"{difference:+f}" if difference else "0"
        yield Code(change.unit), Code(name), old, new, changed


def _verification(record: Mapping[str, Any], tag_object: str) -> Iterator[Block]:
    proven = "Fetch the bundle and prove every file of it:"
    yield Paragraph(
        ("Commit", Code(record["commit"], ","), "tag object", Code(tag_object, "."), proven)
    )
    yield Fence((f"fedfuse pull {record['release']} --to DIR --expect {tag_object}",), "sh")
    yield Paragraph(
        "`fused.json` is the record that the tag carries, `report.md` has the gates with their "
        "numbers, `checklist.md` what was proven about every member."
    )


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
    roles = engine.newest().ROLES
    role = roles.get(record["units"].get(ref.rpartition("@")[0], {}).get("role", ""))
    if role is None:
        return None
    metric = "quality" if check.endswith("-quality") else role.superior_metric
    share = _number(record["metrics"].get(ref, {}).get(metric))
    return None if share is None else share * _POINTS


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)
