"""What pull requests make together, for people and for programs; everything foreign is inert."""

from collections.abc import Iterable
from typing import Any

from fedfuse.model.report import IfMerged
from fedfuse.report import summary
from fedfuse.report.escape import MAX_SENTENCE, code, log_line, phrase, table_row, visible

Row = tuple[str, str, str, tuple[str, ...]]
"""Ref, head commit, kind and problems of one pull request."""


def text(rows: Iterable[Row], together: IfMerged) -> str:
    """A line per pull request with its problems below, then the release, as printable ASCII."""
    lines: list[str] = []
    for ref, head, kind, problems in rows:
        lines.append(f"{_state(problems):8}  {visible(ref)}  {kind}  {visible(head[:12])}")
        lines += [f"  {visible(problem, limit=MAX_SENTENCE)}" for problem in problems]
    lines.append(f"together: {visible(summary.release(together), limit=MAX_SENTENCE)}")
    lines += [f"  {visible(summary.change(change))}" for change in together.diff]
    lines += [f"  {visible(f'{ref} waits: {why}', limit=500)}" for ref, why in together.waiting]
    return "".join(f"{log_line(line)}\n" for line in lines)


def markdown(rows: Iterable[Row], together: IfMerged) -> str:
    """The same as a sentence and a table."""
    changes = "".join(f"- {phrase(summary.change(change))}\n" for change in together.diff)
    waits = "".join(f"- {code(ref)} waits: {phrase(why)}\n" for ref, why in together.waiting)
    cells = (
        (code(ref), kind, _state(problems), "; ".join(phrase(problem) for problem in problems))
        for ref, _, kind, problems in rows
    )
    table = (("pull request", "kind", "result", "why"), ("---",) * 4, *cells)
    return f"### Together: {phrase(summary.release(together))}\n\n{changes}{waits}\n" + "".join(
        f"{table_row(row)}\n" for row in table
    )


def fields(rows: Iterable[Row], together: IfMerged) -> dict[str, Any]:
    """The same as JSON values."""
    return {
        "candidates": [
            {"ref": ref, "head": head, "kind": kind, "joins": not problems, "problems": [*problems]}
            for ref, head, kind, problems in rows
        ],
        "together": {
            "release": together.tag or None,
            "bump": together.bump or None,
            "note": together.note or None,
            "members": list(together.members),
            "diff": [{"unit": d.unit, "old": d.old, "new": d.new} for d in together.diff],
            "waiting": [{"ref": ref, "reason": reason} for ref, reason in together.waiting],
        },
    }


def _state(problems: tuple[str, ...]) -> str:
    return "left out" if problems else "joins"
