"""What an audit found."""

from collections.abc import Iterator
from typing import Any

from fedfuse.model.audit import AuditReport
from fedfuse.report.blocks import Block, Code, Heading, Items, Lines, Paragraph, Words, counted
from fedfuse.report.findings import FIX, problems
from fedfuse.report.json_values import json_value


def blocks(report: AuditReport, *, quiet: bool = False, is_page: bool = True) -> tuple[Block, ...]:
    """The problems; unless `quiet`, also notes and a summary.

    A page, such as a job's summary, begins with its title and has what stays unknown too. On a
    terminal the summary comes last, and standard error has what stays unknown.
    """
    notes = Items([] if quiet else [*_notes(report)])
    if not is_page:
        return problems(report.findings), notes, Paragraph("" if quiet else _summary(report))
    unknown = [
        Lines(((Code(one.about, ":"), "no answer:", one.what), (FIX, one.fix)))
        for one in report.unanswered
    ]
    title = Heading(f"Audit: {_summary(report)}")
    return title, problems(report.findings), Items(unknown, noun="question"), notes


def fields(report: AuditReport) -> dict[str, Any]:
    """The same as JSON values. `changed` names the versions that a yank would withdraw."""
    return {
        "complete": report.complete,
        "commits": report.commits,
        "releases": report.releases,
        "replayed": report.replayed,
        "artifacts": report.artifacts,
        "changed": list(report.changed),
        "findings": json_value(report.findings),
        "incomplete": json_value(report.unanswered),
        "refused": list(report.refused),
        "revoked": [{"version": ref, "evaluation": path} for ref, path in report.revoked],
        "void_events": list(report.void_events),
    }


def _summary(report: AuditReport) -> str:
    """What was asked, what came of it, and who did not answer."""
    asked = f", {counted(report.artifacts, 'artifact')}" if report.artifacts is not None else ""
    about = ", ".join(dict.fromkeys(one.about for one in report.unanswered))
    return (
        f"{counted(report.commits, 'commit')}, {counted(report.releases, 'release tag')} "
        f"({counted(report.replayed, 'release')} computed anew){asked}: "
        f"{counted(len(report.findings), 'problem')}"
        f"{f'; not complete, no answer about {about}' if about else ''}"
    )


def _notes(report: AuditReport) -> Iterator[Words]:
    for ref in report.refused:
        yield "note:", Code(ref, ":"), "E808", "is on main though it did not pass"
    for ref, path in report.revoked:
        yield "note:", Code(ref, ":"), "revoked by", Code(path, ","), "never serves again"
    for path in report.void_events:
        why = "is void: it is no valid event, or nothing could follow from it"
        yield "note:", Code(path, ":"), "E813", why
