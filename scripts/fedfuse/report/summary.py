"""What a report says, before anyone decides how it looks.

The sentences are plain text that quotes foreign names: each renderer escapes them.
"""

from collections.abc import Iterable

from fedfuse import engine
from fedfuse.model.change import Shape
from fedfuse.model.finding import Finding
from fedfuse.model.number_text import number_text
from fedfuse.model.report import IfMerged, MemberChange, Report, Side, Trend
from fedfuse.model.verdict import GateResult, Verdict
from fedfuse.report.blocks import Code, Words, counted

_MAX_NAMED = 3
"""Members named in a sentence; more are counted."""
_GATE_FIXES = {
    Verdict.FAIL: "change what the reason names",
    Verdict.INCONCLUSIVE: "ship a clearer difference, or let the suite grow",
    Verdict.NO_EVIDENCE: "ship the evidence that the reason names",
}
_MAY_LAND = {
    Shape.MANIFEST: "this change is valid",
    Shape.EVENT: "this event may land",
    Shape.TOOL: "this tool change may land",
}


def verdict(report: Report) -> str:
    """The report's verdict, which says so when a pass speaks of a part only."""
    incomplete = report.verdict == Verdict.PASS.value and not report.complete
    return f"{report.verdict} (incomplete)" if incomplete else report.verdict


def headline(report: Report) -> str:
    """What stands behind the verdict, in a few words."""
    problems = len(report.all_findings) + len(refusing(report.gates))
    if problems:
        return f"{counted(problems, 'problem')} in {_subject(report)}"
    if report.identity.status == "error":
        return "the author's identity could not be decided"
    if report.remote.status == "error":
        return "the artifacts could not be checked"
    return _good_news(report)


def findings(report: Report) -> tuple[Finding, ...]:
    """Every finding, by place."""
    return tuple(sorted(report.all_findings))


def refusing(gates: Iterable[GateResult]) -> tuple[GateResult, ...]:
    """The results that do not admit."""
    return tuple(gate for gate in gates if not gate.verdict.admits)


def gate_fix(result: GateResult) -> str:
    """What to do after a gate refused, and the command that says more."""
    fix = _GATE_FIXES[result.verdict]
    if result.verdict is Verdict.FAIL:
        guide = engine.newest().GUIDES.get(result.gate)
        fix = guide.next_step if guide else fix
    return f"{fix}; `fedfuse explain {result.gate}` says what would pass"


def gate_finding(result: GateResult, report: Report) -> Finding:
    """A result that refuses, as a finding: its code is the gate's name, which `explain` knows."""
    place = report.place(result)
    return Finding(
        path=place.path if place else "",
        line=place.line if place else 0,
        column=0,
        code=result.gate,
        message=f"{result.check}: {result.reason}",
        fix=gate_fix(result),
    )


def trend(one: Trend) -> str:
    """The figures of a trend as a sentence without its unit."""
    figures = [f"v{version} {value:.4f}" for version, value in one.points]
    floor = "" if one.floor is None else f", floor {number_text(one.floor)}"
    return f"{one.metric} {', '.join(figures)} (this){floor}"


def if_merged(report: Report) -> str:
    """The release that merging would cut and which of these manifests would wait, in sentences.

    Empty when none was composed.
    """
    merged = report.if_merged
    if merged is None:
        return ""
    named = [change(member) for member in merged.diff]
    if len(named) > _MAX_NAMED:
        named = [f"{len(named)} members change"]
    what = f": {', '.join(named)}" if named and merged.tag else ""
    judged = subjects(report)
    waits = [f"{ref} waits: {reason}." for ref, reason in merged.waiting if ref in judged]
    gone = [f"{ref} is withdrawn with it: it has the same bytes." for ref in merged.withdrawn]
    return " ".join((f"Merging would cut {release(merged)}{what}.", *gone, *waits[:_MAX_NAMED]))


def release(merged: IfMerged) -> str:
    """The release that merging would cut, or why it would cut none."""
    if merged.tag:
        return f"{merged.tag} ({merged.bump})"
    why = merged.note or "the members stay the same"
    return why if why.startswith("no release") else f"no release: {why}"


def effects(merged: IfMerged) -> tuple[Words, ...]:
    """How the members would change, and what would wait."""
    return (*map(change, merged.diff), *waiting(merged))


def waiting(merged: IfMerged) -> tuple[Words, ...]:
    """The versions that would not join yet, each with its reason."""
    return tuple((Code(ref), "waits:", reason) for ref, reason in merged.waiting)


def change(member: MemberChange) -> str:
    """How one unit's membership would change."""
    if member.old is None:
        return f"{member.unit} joins as v{member.new}"
    if member.new is None:
        return f"{member.unit} leaves (was v{member.old})"
    return f"{member.unit} v{member.old} -> v{member.new}"


def sides(report: Report) -> tuple[str, str, str]:
    """What was checked beside the repository's own content, and whether that is all."""
    return (
        f"identity: {_side(report.identity)}",
        f"remote: {_side(report.remote)}",
        f"complete: {str(report.complete).lower()}",
    )


def subjects(report: Report) -> tuple[str, ...]:
    """The refs that were judged, in order of their names."""
    judged = {gate.subject for gate in report.gates if "@" in gate.subject}
    return tuple(sorted(judged | set(report.metrics)))


def subjects_of_gates(report: Report) -> tuple[str, ...]:
    """What the results are about, in the order of the results."""
    return tuple(dict.fromkeys(gate.subject for gate in report.gates))


def has_several_subjects(report: Report) -> bool:
    """Whether results have to name the manifest they are about."""
    return len(subjects(report)) > 1


def _side(side: Side) -> str:
    return f"{side.status} ({side.message})" if side.message else side.status


def _subject(report: Report) -> str:
    names = subjects(report)
    if len(names) == 1:
        return names[0]
    if names:
        return counted(len(names), "manifest")
    paths = sorted({finding.path for finding in report.all_findings})
    if len(paths) > 1:
        return counted(len(paths), "file")
    return paths[0] if paths and paths[0] else "this change"


def _good_news(report: Report) -> str:
    names = subjects(report)
    if not names:
        return _MAY_LAND[report.kind]
    who = names[0] if len(names) == 1 else counted(len(names), "manifest")
    if not report.gates:
        return f"every rule holds for {who}"
    waived = sum(gate.verdict is Verdict.WAIVED for gate in report.gates)
    every = "all " if len(report.gates) > 1 else ""
    checks = f"{every}{counted(len(report.gates), 'check')} of {who}"
    return f"{checks}, {waived} of them waived" if waived else checks
