"""The report on a terminal or in a log: what `fedfuse check` prints by default."""

from collections.abc import Iterable, Sequence

from fedfuse.model.finding import Finding
from fedfuse.model.report import IfMerged, Report, Trend
from fedfuse.model.verdict import GateResult
from fedfuse.report import measurements, summary
from fedfuse.report.escape import MAX_SENTENCE, log_line, visible

MAX_BLOCKS = 200
"""So many problems are shown, and so many manifests with their gates; nobody reads thousands."""


def render(report: Report, *, reproduce: str) -> str:
    """The whole report as lines of printable ASCII.

    Of more than `MAX_BLOCKS` problems, or manifests, the first are shown, those that are refused
    before the others, and a sentence counts the rest. `reproduce` holds the shell lines that
    compute the same report from a clone. No line can act as a terminal escape or as a workflow
    command. Never raises.
    """
    findings = tuple(_finding(finding) for finding in summary.findings(report))
    blocks = (
        [f"{summary.verdict(report)}: {_sentence(summary.headline(report))}"],
        *_capped(_gates(report), "manifest"),
        *_capped(tuple(measurements.blocks(report)), "Evaluation"),
        *_capped(findings, "problem"),
        [_trend(trend) for trend in report.trends],
        _merged(report.if_merged) if report.if_merged else [],
        [_sentence(side) for side in summary.sides(report)],
        ["reproduce:", *(f"  {_sentence(line)}" for line in reproduce.splitlines())],
    )
    return _joined(blocks)


def render_findings(findings: Iterable[Finding]) -> str:
    """Findings outside a report, by place; empty when there are none."""
    return _joined(_finding(finding) for finding in sorted(findings))


def _joined(blocks: Iterable[list[str]]) -> str:
    """Blocks with an empty line between them, each line inert."""
    texts = ("".join(f"{log_line(line)}\n" for line in block) for block in blocks if block)
    return "\n".join(texts)


def _capped(blocks: Sequence[list[str]], noun: str) -> Iterable[list[str]]:
    """The first blocks, and a sentence that counts the rest."""
    yield from blocks[:MAX_BLOCKS]
    if left := len(blocks[MAX_BLOCKS:]):
        more = summary.counted(left, f"more {noun}")
        yield [f"... and {more}; fedfuse check --format json has all of it"]


def _gates(report: Report) -> Sequence[list[str]]:
    """One block per subject: aligned columns gate, verdict, reason; a fix below what refuses.

    Where there are too many to be shown, those that are refused come first.
    """
    width = max((len(visible(gate.gate)) for gate in report.gates), default=0)
    blocks: dict[str, list[str]] = {}
    for gate in report.gates:
        blocks.setdefault(gate.subject, [visible(gate.subject)]).extend(_gate(gate, report, width))
    if len(blocks) <= MAX_BLOCKS:
        return tuple(blocks.values())
    refused = {gate.subject for gate in summary.refusing(report.gates)}
    return tuple(blocks[subject] for subject in sorted(blocks, key=lambda one: one not in refused))


def _gate(gate: GateResult, report: Report, width: int) -> Iterable[str]:
    reason = _sentence(gate.reason or gate.check)
    yield f"  {visible(gate.gate):{width}}  {gate.verdict:12}  {reason}"
    if not gate.verdict.admits:
        found = summary.gate_finding(gate, report)
        if found.path:
            yield f"  {'':{width}}  {'':12}  at {visible(found.place)}"
        yield f"  {'':{width}}  {'':12}  fix: {_sentence(found.fix)}"


def _trend(trend: Trend) -> str:
    return f"{visible(trend.unit)}: {visible(summary.trend(trend), limit=summary.MAX_TREND)}"


def _finding(finding: Finding) -> list[str]:
    lines = [
        f"{visible(summary.place(finding))}: {visible(finding.code)} {_sentence(finding.message)}"
    ]
    quoted = (("expected", finding.expected), ("found", finding.found))
    if said := [f"{word} {visible(value)}" for word, value in quoted if value]:
        lines.append(f"  {', '.join(said)}")
    if finding.fix:
        lines.append(f"  fix: {_sentence(finding.fix)}")
    return lines


def _merged(merged: IfMerged) -> list[str]:
    return [
        f"if merged: {_sentence(summary.release(merged))}",
        *(f"  {_sentence(summary.change(change))}" for change in merged.diff),
        *(f"  {visible(ref)} waits: {_sentence(reason)}" for ref, reason in merged.waiting),
    ]


def _sentence(text: str) -> str:
    return visible(text, limit=MAX_SENTENCE)
