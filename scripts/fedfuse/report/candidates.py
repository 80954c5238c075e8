"""What pull requests make together, for people and for programs; everything foreign is inert."""

from collections.abc import Iterable
from typing import Any

from fedfuse.model.candidates import Candidate, Candidates
from fedfuse.model.release import timestamp
from fedfuse.report import summary
from fedfuse.report.escape import (
    MAX_SENTENCE,
    MAX_VALUE,
    code,
    item,
    log_line,
    phrase,
    table_row,
    visible,
)
from fedfuse.report.fitting import SENTENCE, fitted
from fedfuse.report.markdown import MAX_CHARS

NOTHING = "No pull request into main is open."
_JSON = "`fedfuse candidates --format json` has all of it."
_COLUMNS = ("pull request", "head", "kind", "result", "why")
_LEAST = 2_000
"""Characters for which it is worth to fold something."""
_FOLD, _END = "<details><summary>All problems</summary>\n\n", "\n\n</details>"


def text(found: Candidates) -> str:
    """A line per pull request with its problems below, then the release, as printable ASCII."""
    lines: list[str] = []
    for one in found.candidates:
        words = (f"{_state(one):8}", one.ref, _kind(one), one.head[:12], one.url)
        lines.append("  ".join(visible(word) for word in words if word))
        lines += [f"  {visible(problem, limit=MAX_SENTENCE)}" for problem in one.problems]
    together = found.together
    lines.append(f"together: {visible(_sentence(found), limit=MAX_SENTENCE)}")
    lines += [f"  {visible(summary.change(change))}" for change in together.diff]
    lines += [f"  {visible(f'{ref} waits: {why}', limit=500)}" for ref, why in together.waiting]
    return "".join(f"{log_line(line)}\n" for line in lines)


def markdown(found: Candidates, *, room: int = MAX_CHARS) -> str:
    """The same as a headline and a table, then all problems that the table has no place for.

    At most `room` characters: the problems are left out first, and a sentence says so.
    """
    opening, closing = _opening(found), _closing(found)
    if not found.candidates:
        return f"{opening}\n\n{closing}\n"
    room -= len(opening) + len(closing) + 4 * len("\n\n")
    effects = _effects(found, room=room // 4)
    table = _table(found.candidates, room=room - len(effects) - SENTENCE)
    details = _details(found.candidates, room=room - len(effects) - len(table))
    parts = (opening, effects, table, details, closing)
    return "\n\n".join(part for part in parts if part) + "\n"


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
            "diff": [{"unit": d.unit, "old": d.old, "new": d.new} for d in together.diff],
            "waiting": [{"ref": ref, "reason": reason} for ref, reason in together.waiting],
        },
    }


def _sentence(found: Candidates) -> str:
    return summary.release(found.together) if found.candidates else "no pull request is open"


def _opening(found: Candidates) -> str:
    if not found.candidates:
        return NOTHING
    joining = sum(not one.problems for one in found.candidates)
    said = f"{joining:,} of {len(found.candidates):,} can be merged together: {_sentence(found)}"
    return f"### {phrase(said)}"


def _closing(found: Candidates) -> str:
    moment = code(timestamp(found.at))
    if not found.candidates:
        return f"Seen at {moment}."
    rest = "Merged one by one, each may cut a release of its own."
    return f"Judged at {moment} as if merged into {code(found.base[:12])}. {rest}"


def _effects(found: Candidates, *, room: int) -> str:
    together = found.together
    lines = (
        *(item(summary.change(change)) for change in together.diff),
        *(f"- {code(ref)} waits: {phrase(why)}" for ref, why in together.waiting),
    )
    return fitted("", lines, total=len(lines), noun="change", room=room, rest=_JSON)


def _table(candidates: tuple[Candidate, ...], *, room: int) -> str:
    head = f"{table_row(_COLUMNS)}\n{table_row(('---',) * len(_COLUMNS))}\n"
    rows = (table_row(_cells(one)) for one in candidates)
    total = len(candidates)
    return fitted(head, rows, total=total, noun="pull request", room=room, rest=_JSON)


def _cells(one: Candidate) -> tuple[str, ...]:
    why = phrase(one.problems[0], limit=MAX_VALUE) if one.problems else ""
    more = len(one.problems) - 1
    if more > 0:
        why += f" and {summary.counted(more, 'more problem')}"
    return (_name(one), code(one.head[:12]), _kind(one), _state(one), why)


def _name(one: Candidate) -> str:
    """A number is ours, and GitHub makes a link of it; a ref is not."""
    return f"#{one.number}" if one.number else code(one.ref)


def _details(candidates: Iterable[Candidate], *, room: int) -> str:
    """The problems of those that have more than their row tells."""
    told = [(one, problem) for one in candidates if _has_more(one) for problem in one.problems]
    if not told:
        return ""
    if room < _LEAST:
        return f"Left out: {summary.counted(len(told), 'problem')} in full. {_JSON}"
    room -= len(_END)
    lines = (f"- {_name(one)}: {phrase(problem)}" for one, problem in told)
    return fitted(_FOLD, lines, total=len(told), noun="problem", room=room, rest=_JSON) + _END


def _has_more(one: Candidate) -> bool:
    return len(one.problems) > 1 or any(len(problem) > MAX_VALUE for problem in one.problems)


def _state(one: Candidate) -> str:
    return "left out" if one.problems else "joins"


def _kind(one: Candidate) -> str:
    return one.kind.value if one.kind else "not judged"
