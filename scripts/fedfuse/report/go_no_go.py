"""The go/no-go list of a release with its evidence. Everything foreign is made inert."""

from collections.abc import Iterator
from typing import Any

from fedfuse.model.checklist import Answered, Checklist, Status
from fedfuse.model.release import timestamp
from fedfuse.report.escape import code, log_line, phrase, table_row, visible

_MOST = 800
"""Characters of one item's evidence."""
_MARKS = {Status.YES: "✅", Status.NO: "❌", Status.PERSON: "👤"}


def text(judged: Checklist) -> str:
    """The verdict, then every item with its answer, as lines of printable ASCII."""
    width = max((len(visible(one.item.id)) for one in judged.items), default=0)
    lines = [f"{judged.verdict}  {visible(judged.release)}  at {timestamp(judged.at)}"]
    for one in judged.items:
        said = one.item.title if one.answer.status is Status.PERSON else _evidence(one)
        shown = visible(said, limit=_MOST)
        lines.append(f"  {one.answer.status:11}  {visible(one.item.id):{width}}  {shown}")
        if one.answer.fix and one.answer.status is not Status.YES:
            lines.append(f"  {'':11}  {'':{width}}  fix: {visible(one.answer.fix, limit=_MOST)}")
    lines += _for_the_approver(judged)
    return "".join(f"{log_line(line)}\n" for line in lines)


def markdown(judged: Checklist) -> str:
    """The same as a heading and a table."""
    rows = [
        (
            f"{_MARKS.get(one.answer.status, '⚠️')} {one.answer.status}",
            phrase(one.item.title),
            phrase(_evidence(one), limit=_MOST),
        )
        for one in judged.items
    ]
    table = (("answer", "item", "evidence"), ("---",) * 3, *rows)
    title = f"### {judged.verdict}: {code(judged.release)}\n\n"
    notes = "".join(f"\n{phrase(line)}\n" for line in _for_the_approver(judged))
    return title + "".join(f"{table_row(row)}\n" for row in table) + notes


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
    }


def _evidence(one: Answered) -> str:
    needed = one.item.required or one.answer.vetoes
    return f"{one.answer.evidence}{'' if needed else ' (not required)'}"


def _for_the_approver(judged: Checklist) -> Iterator[str]:
    left = [one.item.id for one in judged.items if one.answer.status is Status.PERSON]
    if left and judged.go:
        yield f"Approving the promotion affirms: {', '.join(map(visible, left))}"
