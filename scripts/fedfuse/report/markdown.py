"""The pull-request comment, which is also what `fedfuse check --format markdown` prints."""

from collections.abc import Iterable

from fedfuse.model.finding import Finding
from fedfuse.model.report import Report
from fedfuse.model.verdict import GateResult, Verdict
from fedfuse.report import figures, measurements, summary
from fedfuse.report.details import in_words, sections
from fedfuse.report.escape import MAX_VALUE, code, phrase, table_row, visible
from fedfuse.report.fitting import SENTENCE, fitted

MARKER = "<!-- fedfuse:check -->"
"""First bytes of the comment, by which its author finds it again."""
MAX_CHARS = 60_000
"""GitHub refuses a comment above 65,536 characters."""

_MAX_COMMAND = 1_000
_MARKS = {Verdict.PASS: "✅", Verdict.FAIL: "❌"}
_JSON = "`fedfuse check --format json` has all of it."


def render(report: Report, *, reproduce: str) -> str:
    """The comment: verdict, gates, numbered fixes, folded details, the command to reproduce it.

    At most `MAX_CHARS` characters: details are left out first, then the last problems, and a
    sentence says so. `reproduce` holds the shell lines that compute the same report from a clone.
    Everything foreign is inert. Never raises.
    """
    opening, closing = _opening(report), _closing(report, reproduce)
    room = MAX_CHARS - len(opening) - len(closing) - SENTENCE
    gates = _gates(report, room=room // 3)
    problems = _problems(report, room=room - len(gates))
    details = _details(report, room=room - len(gates) - len(problems))
    parts = (opening, gates, problems, details, closing)
    return "\n\n".join(part for part in parts if part) + "\n"


def _opening(report: Report) -> str:
    title = f"fedfuse: {summary.verdict(report)} — {phrase(summary.headline(report))}"
    paragraphs = [f"{MARKER}\n### {_mark(report)} {title}"]
    paragraphs += measurements.sentences(report)
    if merged := summary.if_merged(report):
        paragraphs.append(phrase(merged))
    if not _settled(report):
        paragraphs.append(f"⚠️ Not everything was checked: {_sides(report)}.")
    return "\n\n".join(paragraphs)


def _mark(report: Report) -> str:
    if report.verdict == Verdict.FAIL.value:
        return _MARKS[Verdict.FAIL]
    admitted = report.exit_code == 0 and report.complete
    return _MARKS[Verdict.PASS] if admitted else "⚠️"


def _settled(report: Report) -> bool:
    return report.complete and "error" not in {report.identity.status, report.remote.status}


def _closing(report: Report, reproduce: str) -> str:
    shown = (visible(line, limit=_MAX_COMMAND) for line in reproduce.splitlines())
    command = "\n".join(shown).replace("`", r"\u0060")
    block = f"**Reproduce** in a clone:\n\n```sh\n{command}\n```"
    return f"{block}\n\n{_sides(report)}" if _settled(report) else block


def _sides(report: Report) -> str:
    return phrase(", ".join(summary.sides(report)))


def _gates(report: Report, *, room: int) -> str:
    gates = report.gates
    if not gates:
        return ""
    several = summary.has_several_subjects(report)
    first = ("unit",) if several else ()
    columns = (*first, "gate", "result", "this", "baseline", "limit", "delta")
    rules = (*("---" for _ in first), "---", "---", "--:", "--:", "--:", "--:")
    head = f"{table_row(columns)}\n{table_row(rules)}\n"
    rows = (table_row(_cells(gate, several=several)) for gate in gates)
    return fitted(head, rows, total=len(gates), noun="check", room=room, rest=_JSON)


def _cells(gate: GateResult, *, several: bool) -> tuple[str, ...]:
    return (
        *((code(gate.subject),) if several else ()),
        phrase(figures.label(gate), limit=MAX_VALUE),
        f"{_MARKS.get(gate.verdict, '⚠️')} {gate.verdict}",
        *(phrase(cell, limit=MAX_VALUE) for cell in figures.cells(gate)),
    )


def _problems(report: Report, *, room: int) -> str:
    findings, gates = summary.findings(report), summary.refusing(report.gates)
    total = len(findings) + len(gates)
    if not total:
        return ""
    head = "Push the fixes to this branch and the check runs again"
    if findings:
        command = code(f"fedfuse explain {findings[0].code}")
        head += f"; {command} prints the rule behind a code"
    problems = (
        *map(_finding_lines, findings),
        *(_gate_lines(gate, report) for gate in gates),
    )
    items = (f"{n}. " + "\\\n   ".join(lines) for n, lines in enumerate(problems, 1))
    return fitted(f"{head}.\n\n", items, total=total, noun="problem", room=room, rest=_JSON)


def _gate_lines(gate: GateResult, report: Report) -> Iterable[str]:
    found = summary.gate_finding(gate, report)
    place = f"{code(found.place)} " if found.path else ""
    yield f"{place}{in_words(gate, several=not place)}"
    yield f"**Fix:** {phrase(found.fix)}"


def _finding_lines(finding: Finding) -> Iterable[str]:
    yield f"{code(summary.place(finding))} **{code(finding.code)}** {phrase(finding.message)}"
    quoted = (("expected", finding.expected), ("found", finding.found))
    if said := [f"{word} {phrase(value, limit=MAX_VALUE)}" for word, value in quoted if value]:
        yield ", ".join(said)
    if finding.fix:
        yield f"**Fix:** {phrase(finding.fix)}"


def _details(report: Report, *, room: int) -> str:
    """The folded sections that fit, most important first."""
    kept: list[str] = []
    dropped: list[str] = []
    for title, body in sections(report):
        section = f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"
        if len(section) <= room:
            kept.append(section)
            room -= len(section) + 2
        else:
            dropped.append(title)
    if dropped:
        names = ", ".join(dropped)
        kept.append(f"Left out, as GitHub limits a comment's length: {names}. {_JSON}")
    return "\n\n".join(kept)
