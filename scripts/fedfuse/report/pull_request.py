"""The report on a pull request: the comment on GitHub, and what a terminal shows."""

from collections.abc import Iterable, Iterator, Sequence

from fedfuse.model.release import timestamp
from fedfuse.model.report import IfMerged, Measurement, Report, Trend
from fedfuse.model.verdict import GateResult, Verdict
from fedfuse.report import gate_figures, markdown, summary, trend_chart
from fedfuse.report.blocks import (
    Block,
    Code,
    Content,
    Details,
    Fence,
    Heading,
    Items,
    Lines,
    Own,
    Paragraph,
    Strong,
    Table,
    Words,
    counted,
)
from fedfuse.report.findings import FIX, problem, problems

MARKER = "<!-- fedfuse:check -->"
"""First bytes of the comment, by which its author finds it again."""
MAX_SHOWN = 200
"""Problems, and manifests with their gates, that a terminal shows."""

_MARKS = {Verdict.PASS: "✅", Verdict.FAIL: "❌"}
_REST = "`fedfuse check --format json` has all of it."


def comment(report: Report) -> str:
    """The comment as Markdown of at most 60,000 characters, in which nothing foreign is active.

    Verdict, gates, numbered fixes, details, and the command that computes it again. Never raises.
    """
    blocks = (*_opening(report), *_figures(report), *_problems(report), *_closing(report))
    room = markdown.MAX_CHARS - len(MARKER) - 1
    return f"{MARKER}\n{markdown.render(blocks, room=room, rest=_REST)}"


def terminal(report: Report) -> tuple[Block, ...]:
    """The verdict, every gate with its reason, the problems, and the command to compute it again.

    Of more than `MAX_SHOWN` problems, or manifests, the first are shown, those that are refused
    before the others, and a sentence counts the rest. Never raises.
    """
    found = summary.findings(report)
    merged = report.if_merged
    return (
        Heading(f"{summary.verdict(report)}: {summary.headline(report)}"),
        *_subjects(report),
        *_counted(len(summary.subjects_of_gates(report)), "manifest"),
        *(block for one in report.measurements[:MAX_SHOWN] for block in _measured(one)),
        *_counted(len(report.measurements), "Evaluation"),
        problems(found[:MAX_SHOWN]),
        *_counted(len(found), "problem"),
        Paragraph(Lines(tuple((Code(one.unit, ":"), summary.trend(one)) for one in report.trends))),
        Paragraph(("if merged:", summary.release(merged)) if merged else ""),
        Items(summary.effects(merged) if merged else ()),
        Paragraph(Lines(summary.sides(report))),
        Paragraph("reproduce:"),
        Fence(_command(report), "sh"),
    )


def _counted(total: int, noun: str) -> Iterator[Block]:
    if total > MAX_SHOWN:
        more = counted(total - MAX_SHOWN, f"more {noun}")
        yield Paragraph(f"... and {more}; fedfuse check --format json has all of it")


def _subjects(report: Report) -> Iterator[Block]:
    """The gates of each subject; of too many subjects, those that are refused come first."""
    subjects: Sequence[str] = summary.subjects_of_gates(report)
    if len(subjects) > MAX_SHOWN:
        refused = {gate.subject for gate in summary.refusing(report.gates)}
        subjects = sorted(subjects, key=lambda one: one not in refused)[:MAX_SHOWN]
    rows: dict[str, list[tuple[Content, ...]]] = {subject: [] for subject in subjects}
    for gate in report.gates:
        if gate.subject in rows:
            rows[gate.subject].append(_row(gate, report))
    for subject in subjects:
        yield Paragraph(Code(subject))
        yield Table(("gate", "result", "reason"), rows[subject])


def _row(gate: GateResult, report: Report) -> tuple[Content, ...]:
    reason = gate.reason or gate.check
    if gate.verdict.admits:
        return gate.gate, gate.verdict.value, reason
    found = summary.gate_finding(gate, report)
    at: tuple[Words, ...] = (("at", Code(found.place)),) if found.path else ()
    return gate.gate, gate.verdict.value, Lines((reason, *at, (FIX, found.fix)))


def _measured(one: Measurement) -> Iterator[Block]:
    yield Paragraph((Code(one.path, ":"), one.effect))
    yield Table(
        ("gate", "result", "reason"),
        [(gate.gate, gate.verdict.value, gate.reason or gate.check) for gate in one.results],
    )


def _opening(report: Report) -> Iterator[Block]:
    title = Own(f"{_mark(report)} fedfuse: {summary.verdict(report)} —", "")
    yield Heading((title, summary.headline(report)))
    yield Items(
        [(Code(one.path), f"{one.effect}.") for one in report.measurements], noun="Evaluation"
    )
    yield Paragraph(summary.if_merged(report))
    if not _settled(report):
        sides = ", ".join(summary.sides(report))
        yield Paragraph((Own("⚠️", ""), f"Not everything was checked: {sides}."))


def _mark(report: Report) -> str:
    if report.verdict == Verdict.FAIL.value:
        return _MARKS[Verdict.FAIL]
    admitted = report.exit_code == 0 and report.complete
    return _MARKS[Verdict.PASS] if admitted else "⚠️"


def _settled(report: Report) -> bool:
    return report.complete and "error" not in {report.identity.status, report.remote.status}


def _figures(report: Report) -> Iterator[Block]:
    several = summary.has_several_subjects(report)
    columns = ("gate", "result", "this", "baseline", "limit", "delta")
    rows = [
        (
            *((Code(gate.subject),) if several else ()),
            gate_figures.label(gate),
            Own(f"{_MARKS.get(gate.verdict, '⚠️')} {gate.verdict}", gate.verdict),
            *gate_figures.cells(gate),
        )
        for gate in report.gates
    ]
    yield Table(("unit", *columns) if several else columns, rows, noun="check", numbers=4)


def _problems(report: Report) -> Iterator[Block]:
    found, gates = summary.findings(report), summary.refusing(report.gates)
    if not found and not gates:
        return
    how: Words = "Push the fixes to this branch and the check runs again"
    if found:
        command = Code(f"fedfuse explain {found[0].code}")
        yield Paragraph((f"{how};", command, "prints the rule behind a code."))
    else:
        yield Paragraph(f"{how}.")
    refused = (_refusal(gate, report) for gate in gates)
    yield Items([*map(problem, found), *refused], noun="problem", numbered=True)


def _refusal(gate: GateResult, report: Report) -> Lines:
    found = summary.gate_finding(gate, report)
    words = _in_words(gate, several=not found.path)
    return Lines(((Code(found.place), words) if found.path else words, (FIX, found.fix)))


def _in_words(gate: GateResult, *, several: bool) -> Words:
    """One result as a sentence, which names its subject where there are several."""
    name = f"{gate.gate} {gate.check}"
    if several:
        return Strong(name), "of", Code(gate.subject, ":"), gate.reason
    return Strong(name, ":"), gate.reason


def _closing(report: Report) -> Iterator[Block]:
    """The folded details, most important first, and how to compute the report again."""
    yield from (Details(title, tuple(blocks)) for title, blocks in _details(report))
    yield Paragraph((Strong("Reproduce"), "in a clone:"))
    yield Fence(_command(report), "sh")
    if _settled(report):
        yield Paragraph(", ".join(summary.sides(report)))


def _details(report: Report) -> Iterator[tuple[str, Iterable[Block]]]:
    if report.if_merged is not None:
        yield "If merged: members, and what waits", _members(report.if_merged)
    if report.trends:
        drawn = (block for one in report.trends for block in _trend(one))
        yield "Metric over the versions", drawn
    several = summary.has_several_subjects(report)
    for title, contract in (("Contract comparison", True), ("Every check in words", False)):
        gates = [gate for gate in report.gates if (gate.gate == "compatibility") is contract]
        if gates:
            words = [_in_words(gate, several=several) for gate in gates]
            yield title, (Items(words, noun="check"),)
    if report.measurements:
        checks = (block for one in report.measurements for block in _checks(one))
        yield "Evaluations: every check in words", checks
    if report.metrics:
        yield "Declared metrics", (Items(_metrics(report), noun="manifest"),)
    yield "Provenance", (Items(_provenance(report), noun="digest"),)


def _members(merged: IfMerged) -> Iterator[Block]:
    versions: dict[str, tuple[str, str]] = {}
    for unit, _, version in (member.rpartition("@") for member in merged.members):
        versions[unit] = version, version
    versions |= {one.unit: (_version(one.old), _version(one.new)) for one in merged.diff}
    if not versions:
        yield Paragraph("No unit is a member yet.")
    rows: list[tuple[Words, ...]] = [
        (Code(unit), old, new if old == new else Strong(new))
        for unit, (old, new) in sorted(versions.items())
    ]
    yield Table(("unit", "newest release", "if merged"), rows, noun="unit")
    yield Items([*summary.waiting(merged)])


def _version(number: int | None) -> str:
    return "not a member" if number is None else f"v{number}"


def _trend(trend: Trend) -> Iterator[Block]:
    """The figures in words, for people who cannot see the chart that follows them."""
    drawn = trend_chart.mermaid(trend)
    legend = "The flat line is the floor." if drawn and trend.floor is not None else ""
    yield Paragraph(("Of", Code(trend.unit, ":"), f"{summary.trend(trend)}.", legend))
    yield Fence(drawn, "mermaid")


def _checks(one: Measurement) -> Iterator[Block]:
    yield Paragraph(Code(one.path))
    checks = [(f"{g.gate} {g.check}", f"{g.verdict}:", g.reason) for g in one.results]
    yield Items(checks, noun="check")


def _metrics(report: Report) -> list[Words]:
    return [
        (Code(ref, ":"), *_separated(f"{name} {value}" for name, value in metrics.items()))
        for ref, metrics in sorted(report.metrics.items())
    ]


def _separated(words: Iterable[str]) -> Iterator[str]:
    """Each with a comma behind it but the last."""
    *most, last = [*words] or [""]
    yield from (f"{one}," for one in most)
    yield last


def _provenance(report: Report) -> list[Words]:
    return [
        ("base", Code(report.base, ":"), "its rules, thresholds, schemas and suites judged"),
        ("head", Code(report.head, ":"), "read as data, never run"),
        ("at", Code(timestamp(report.at), ":"), "the clock of this judgement"),
        *((Code(one.name, ":"), Code(one.value)) for one in report.digests),
    ]


def _command(report: Report) -> tuple[str, ...]:
    """The shell lines that compute the report again from a clone."""
    return (
        "fedfuse check \\",
        f"  --base {report.base} \\",
        f"  --head {report.head} \\",
        f"  --at {timestamp(report.at)}",
    )
