"""What an audit says, for people and for programs. Everything foreign is made inert."""

from collections.abc import Iterator, Sequence
from typing import Any

from fedfuse.model.audit import AuditReport
from fedfuse.model.codes.history import EVENT_VOID, REFUSED
from fedfuse.report.as_json import finding_document
from fedfuse.report.escape import MAX_SENTENCE, code, item, log_line, phrase, table_row, visible
from fedfuse.report.summary import counted
from fedfuse.report.text import render_findings

_RULE = "---"


def text(report: AuditReport, *, quiet: bool = False) -> str:
    """The findings; unless `quiet` the notes and what was asked; as lines of printable ASCII."""
    talk = () if quiet else (*(f"note: {note}" for note in _notes(report)), _summary(report))
    lines = (log_line(visible(line, limit=MAX_SENTENCE)) for line in talk)
    return render_findings(report.findings) + "".join(f"{line}\n" for line in lines)


def markdown(report: AuditReport, *, quiet: bool = False) -> str:
    """The same as a sentence, a table of what is wrong, one of what is unknown, and a list."""
    wrong = [
        (code(one.place), code(one.code), phrase(one.message), code(one.fix, limit=MAX_SENTENCE))
        for one in report.findings
    ]
    unknown = [(code(one.about), phrase(one.what), phrase(one.fix)) for one in report.unanswered]
    blocks = [
        f"### Audit: {phrase(_summary(report))}\n",
        _table(("where", "code", "what", "fix"), wrong),
        _table(("no answer about", "why", "fix"), unknown),
        "" if quiet else "".join(f"{item(note)}\n" for note in _notes(report)),
    ]
    return "\n".join(block for block in blocks if block)


def fields(report: AuditReport) -> dict[str, Any]:
    """The same as JSON values. `changed` names the versions that a yank would withdraw."""
    return {
        "complete": report.complete,
        "commits": report.commits,
        "releases": report.releases,
        "replayed": report.replayed,
        "artifacts": report.artifacts,
        "changed": list(report.changed),
        "findings": [finding_document(one) for one in report.findings],
        "incomplete": [
            {"about": one.about, "what": one.what, "fix": one.fix} for one in report.unanswered
        ],
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


def _notes(report: AuditReport) -> Iterator[str]:
    for ref in report.refused:
        yield f"{ref}: {REFUSED} is on main though it did not pass"
    for ref, path in report.revoked:
        yield f"{ref}: revoked by {path}, never serves again"
    for path in report.void_events:
        yield f"{path}: {EVENT_VOID} is void: it is no valid event, or nothing could follow from it"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    return "".join(f"{table_row(row)}\n" for row in (head, (_RULE,) * len(head), *rows))
