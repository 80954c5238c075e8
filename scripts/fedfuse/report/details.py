"""The folded sections of the comment: what few readers need, and nobody should have to ask for."""

from collections.abc import Iterable

from fedfuse.model.release import timestamp
from fedfuse.model.report import IfMerged, Report, Trend
from fedfuse.model.verdict import GateResult
from fedfuse.report import chart, measurements, summary
from fedfuse.report.escape import code, phrase, table_row

_MAX_METRICS = 4_000
"""Characters shown of one shipment's metrics; a dataset-quality table has up to 50."""


def sections(report: Report) -> Iterable[tuple[str, str]]:
    """Title and Markdown body of each section, most important first; titles are our own words."""
    if report.if_merged is not None:
        yield "If merged: members, and what waits", _merged(report.if_merged)
    if report.trends:
        yield "Metric over the versions", "\n\n".join(map(_trend, report.trends))
    several = summary.has_several_subjects(report)
    contract = [gate for gate in report.gates if gate.gate == "compatibility"]
    others = [gate for gate in report.gates if gate.gate != "compatibility"]
    if contract:
        yield "Contract comparison", _reasons(contract, several=several)
    if others:
        yield "Every check in words", _reasons(others, several=several)
    if report.measurements:
        yield "Evaluations: every check in words", measurements.details(report)
    if report.metrics:
        yield "Declared metrics", _metrics(report)
    yield "Provenance", _provenance(report)


def in_words(gate: GateResult, *, several: bool) -> str:
    """One result as a sentence, which names its subject where there are several."""
    subject = f" of {code(gate.subject)}" if several else ""
    return f"**{phrase(f'{gate.gate} {gate.check}')}**{subject}: {phrase(gate.reason)}"


def _merged(merged: IfMerged) -> str:
    versions = {unit: (version, version) for unit, version in map(_split, merged.members)}
    versions |= {
        change.unit: (_version(change.old), _version(change.new)) for change in merged.diff
    }
    rows = [
        table_row((code(unit), old, new if old == new else f"**{new}**"))
        for unit, (old, new) in sorted(versions.items())
    ]
    head = [table_row(("unit", "newest release", "if merged")), table_row(("---", "---", "---"))]
    table = "\n".join(head + rows) if rows else "No unit is a member yet."
    waiting = [f"- {code(ref)} waits: {phrase(reason)}" for ref, reason in merged.waiting]
    return "\n\n".join((table, "\n".join(waiting))) if waiting else table


def _split(member: str) -> tuple[str, str]:
    unit, _, version = member.rpartition("@")
    return unit, phrase(version)


def _version(number: int | None) -> str:
    return "not a member" if number is None else f"v{number}"


def _trend(trend: Trend) -> str:
    """The figures in words, for who cannot see the chart that follows them."""
    words = f"Of {code(trend.unit)}: {phrase(summary.trend(trend), limit=summary.MAX_TREND)}."
    drawn = chart.mermaid(trend)
    if not drawn:
        return words
    legend = "" if trend.floor is None else " The flat line is the floor."
    return f"{words}{legend}\n\n```mermaid\n{drawn}\n```"


def _reasons(gates: Iterable[GateResult], *, several: bool) -> str:
    return "\n".join(f"- {in_words(gate, several=several)}" for gate in gates)


def _metrics(report: Report) -> str:
    lines = []
    for ref, metrics in sorted(report.metrics.items()):
        listed = ", ".join(f"{name} {value}" for name, value in metrics.items())
        lines.append(f"- {code(ref)}: {phrase(listed, limit=_MAX_METRICS)}")
    return "\n".join(lines)


def _provenance(report: Report) -> str:
    return "\n".join(
        (
            f"- base {code(report.base)}: its rules, thresholds, schemas and suites judged",
            f"- head {code(report.head)}: read as data, never run",
            f"- at {code(timestamp(report.at))}: the clock of this judgement",
            *(f"- {code(one.name)}: {code(one.value)}" for one in report.digests),
        )
    )
