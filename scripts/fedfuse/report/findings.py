"""Findings as a list of problems, the same wherever they are shown."""

from collections.abc import Iterable, Iterator

from fedfuse.model.finding import Finding
from fedfuse.report.blocks import Code, Items, Lines, Own, Strong, Words

FIX = Own("**Fix:**", "fix:")


def problems(findings: Iterable[Finding]) -> Items:
    """Each finding with its place, its code and its fix, by place."""
    return Items([problem(one) for one in sorted(findings)], noun="problem", numbered=True)


def problem(finding: Finding) -> Lines:
    """Where and what; what was expected and found; the fix."""
    return Lines(tuple(_lines(finding)))


def place(finding: Finding) -> str:
    """Where the finding is; some are about the change as a whole."""
    return finding.place or "this change"


def _lines(finding: Finding) -> Iterator[Words]:
    yield Code(place(finding), on_terminal=":"), Strong(Code(finding.code)), finding.message
    if finding.expected and finding.found:
        yield f"expected {finding.expected},", f"found {finding.found}"
    elif finding.expected or finding.found:
        yield f"expected {finding.expected}" if finding.expected else f"found {finding.found}"
    if finding.fix:
        yield FIX, finding.fix
