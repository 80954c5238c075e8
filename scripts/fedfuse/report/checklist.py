"""The go/no-go list of a release with its evidence."""

from typing import Any

from fedfuse.model.checklist import Answered, Checklist, Status
from fedfuse.model.release import timestamp
from fedfuse.report import voting_figures
from fedfuse.report.blocks import Block, Code, Heading, Lines, Own, Paragraph, Table, Words
from fedfuse.report.findings import FIX

_MARKS = {Status.YES: "✅", Status.NO: "❌", Status.PERSON: "👤"}


def blocks(judged: Checklist) -> tuple[Block, ...]:
    """The verdict, every item with its answer, evidence and fix, then the voting rule."""
    affirmed = [one.item.id for one in judged.items if one.answer.status is Status.PERSON]
    approver = f"Approving the promotion affirms: {', '.join(affirmed)}"
    return (
        Heading((judged.verdict, Code(judged.release), f"at {timestamp(judged.at)}")),
        Table(("answer", "id", "item and evidence"), [_row(one) for one in judged.items]),
        *voting_figures.blocks(judged.voting),
        Paragraph(approver if affirmed and judged.go else ""),
    )


def _row(one: Answered) -> tuple[Words | Lines, ...]:
    status, fix = one.answer.status, one.answer.fix
    needed = one.item.required or one.answer.vetoes
    evidence = f"{one.answer.evidence}{'' if needed else ' (not required)'}"
    lines: tuple[Words, ...] = (one.item.title, evidence)
    if status is Status.PERSON:
        lines = (one.item.title,)
    if fix and status is not Status.YES:
        lines = (*lines, (FIX, fix))
    mark = Own(f"{_MARKS.get(status, '⚠️')} {status}", status)
    return mark, one.item.id, Lines(lines)


def fields(judged: Checklist) -> dict[str, Any]:
    """The same as JSON values."""
    return {
        "release": judged.release,
        "commit": judged.commit,
        "at": timestamp(judged.at),
        "verdict": judged.verdict,
        "items": [
            {
                "id": one.item.id,
                "title": one.item.title,
                "check": one.item.check,
                "required": one.item.required,
                "blocks": one.blocks,
                "status": one.answer.status.value,
                "evidence": one.answer.evidence,
                "fix": one.answer.fix or None,
            }
            for one in judged.items
        ],
        "voting": voting_figures.fields(judged.voting),
    }
