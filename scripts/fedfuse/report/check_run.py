"""A report as GitHub takes it: the check run with its annotations, and the comment."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

from fedfuse.model.canonical import sha256
from fedfuse.model.finding import Finding
from fedfuse.model.github import MAX_ANNOTATIONS, Annotation, CheckRun, Comment, conclusion
from fedfuse.model.release import timestamp
from fedfuse.model.report import Report
from fedfuse.report import pull_request, summary
from fedfuse.report.escape import MAX_SENTENCE, visible

_MAX_PATH = 1_000
_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def check_run(report: Report) -> CheckRun:
    """The check run of a report on its head; at most 5,000 problems become annotations.

    Those are findings and refusing gates. What is about the change as a whole has no line to stand
    on and is in the summary only. Never raises.
    """
    return CheckRun(
        head=report.head,
        title=visible(f"{summary.verdict(report)}: {summary.headline(report)}"),
        summary=pull_request.comment(report),
        conclusion=conclusion(report),
        annotations=tuple(islice(_annotations(_problems(report)), MAX_ANNOTATIONS)),
    )


def comment(report: Report) -> Comment:
    """The comment of a report. Its digest leaves out when it was judged, as that is no news."""
    timeless = pull_request.comment(_timeless(report))
    return Comment(
        verdict=report.verdict,
        digest=sha256(timeless.encode("utf-8")),
        text=pull_request.comment(report),
    )


def _timeless(report: Report) -> Report:
    """The report without its clock, and without what only counts how long ago something was."""
    now = timestamp(report.at)
    return replace(
        report,
        at=_ANY_TIME,
        findings=tuple(replace(f, message=f.message.replace(now, "")) for f in report.findings),
        gates=tuple(
            replace(gate, observed=None, reason="") if gate.unit == "days" else gate
            for gate in report.gates
        ),
    )


def _problems(report: Report) -> Iterable[Finding]:
    yield from summary.findings(report)
    for gate in summary.refusing(report.gates):
        yield summary.gate_finding(gate, report)


def _annotations(findings: Iterable[Finding]) -> Iterable[Annotation]:
    for finding in findings:
        if finding.path:
            yield Annotation(
                path=visible(finding.path, limit=_MAX_PATH),
                line=max(1, finding.line),
                column=finding.column,
                title=visible(finding.code),
                message="\n".join(_lines(finding)),
            )


def _lines(finding: Finding) -> Iterable[str]:
    yield visible(finding.message, limit=MAX_SENTENCE)
    quoted = (("expected", finding.expected), ("found", finding.found), ("fix", finding.fix))
    yield from (f"{word}: {visible(value, limit=MAX_SENTENCE)}" for word, value in quoted if value)
