"""What the open pull requests make together: the report, and the issue that shows it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from fedfuse.model.candidates import Candidate, Candidates
from fedfuse.model.canonical import sha256
from fedfuse.model.release import timestamp
from fedfuse.report import markdown, summary
from fedfuse.report.blocks import (
    Block,
    Code,
    Details,
    Heading,
    Items,
    Own,
    Paragraph,
    Table,
    Words,
    counted,
)
from fedfuse.report.escape import MAX_VALUE, visible
from fedfuse.report.json_values import json_value, waiting

NOTHING = "No pull request into main is open."
_REST = "`fedfuse candidates --format json` has all of it."
_LATER = "Merged one by one, each may cut a release of its own."
_COLUMNS = ("pull request", "head", "kind", "result", "why")
_FIRST_LINE = re.compile(r"<!-- fedfuse:candidates ([0-9a-f]{64}) -->")
_FIRST_LINE_CHARS = 100
_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def blocks(found: Candidates) -> tuple[Block, ...]:
    """What would be released, a row per pull request, then the problems that have no room there."""
    moment = timestamp(found.at)
    if not found.candidates:
        return Paragraph(NOTHING), Paragraph(f"Seen at {moment}.")
    together, total = found.together, len(found.candidates)
    joining = sum(not one.problems for one in found.candidates)
    release = summary.release(together)
    long = (one for one in found.candidates if _has_more(one))
    problems = [(_name(one), problem) for one in long for problem in one.problems]
    return (
        Heading(f"{joining:,} of {total:,} can be merged together: {release}"),
        Items(summary.effects(together), noun="change"),
        Table(_COLUMNS, [_row(one) for one in found.candidates], noun="pull request"),
        Details("All problems", (Items(problems, noun="problem"),) if problems else ()),
        Paragraph((f"Judged at {moment} as if merged into", Code(found.base[:12], "."), _LATER)),
    )


def fields(found: Candidates) -> dict[str, Any]:
    """The same as JSON values."""
    together = found.together
    return {
        "base": found.base,
        "at": timestamp(found.at),
        "candidates": [
            {
                "ref": one.ref,
                "number": one.number or None,
                "url": one.url or None,
                "head": one.head,
                "kind": one.kind.value if one.kind else None,
                "joins": not one.problems,
                "problems": list(one.problems),
            }
            for one in found.candidates
        ],
        "together": {
            "release": together.tag or None,
            "bump": together.bump or None,
            "note": together.note or None,
            "members": list(together.members),
            "diff": json_value(together.diff),
            "waiting": waiting(together.waiting),
        },
    }


def issue(found: Candidates) -> str:
    """The report below a line by which a later run knows its issue, and whether it is news.

    At most 60,000 characters. When it was judged is no news.
    """
    digest = sha256(_markdown(_timeless(found)).encode())
    return f"<!-- fedfuse:candidates {digest} -->\n{_markdown(found)}"


def digest_in(text: str) -> str:
    """The digest of what an issue says; empty for one that is not ours."""
    first = text.splitlines()[:1]
    ours = _FIRST_LINE.fullmatch(first[0]) if first else None
    return ours[1] if ours else ""


def _markdown(found: Candidates) -> str:
    room = markdown.MAX_CHARS - _FIRST_LINE_CHARS
    return markdown.render(blocks(found), room=room, rest=_REST)


def _timeless(found: Candidates) -> Candidates:
    now = timestamp(found.at)
    rows = (
        replace(one, problems=tuple(problem.replace(now, "") for problem in one.problems))
        for one in found.candidates
    )
    return replace(found, at=_ANY_TIME, candidates=tuple(rows))


def _row(one: Candidate) -> tuple[Words, ...]:
    kind = one.kind.value if one.kind else "not judged"
    state = "left out" if one.problems else "joins"
    return _name(one), Code(one.head[:12]), kind, state, tuple(_why(one.problems))


def _why(problems: tuple[str, ...]) -> Iterator[str]:
    """The first problem, and how many more there are."""
    if problems:
        yield visible(problems[0])
    if more := len(problems[1:]):
        yield f"and {counted(more, 'more problem')}"


def _name(one: Candidate) -> Words:
    """A number is ours, and GitHub makes a link of it; a ref is not."""
    number = f"#{one.number}"
    return Own(number, f"{number} {visible(one.url)}".strip()) if one.number else Code(one.ref)


def _has_more(one: Candidate) -> bool:
    """Whether its row does not tell all."""
    return len(one.problems) > 1 or any(len(problem) > MAX_VALUE for problem in one.problems)
