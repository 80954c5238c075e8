"""The text of the issue that shows what the open pull requests make together."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from fedfuse.model.candidates import Candidate, Candidates
from fedfuse.model.canonical import sha256
from fedfuse.model.release import timestamp
from fedfuse.report import candidates
from fedfuse.report.markdown import MAX_CHARS

_FIRST_LINE = re.compile(r"<!-- fedfuse:candidates ([0-9a-f]{64}) -->")
_MARKER_CHARS = 100
_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def body(found: Candidates) -> str:
    """The report below a line by which a later run knows its issue, and whether it is news.

    At most 60,000 characters. When it was judged is no news.
    """
    room = MAX_CHARS - _MARKER_CHARS
    digest = sha256(candidates.markdown(_timeless(found), room=room).encode())
    return f"<!-- fedfuse:candidates {digest} -->\n{candidates.markdown(found, room=room)}"


def digest_in(text: str) -> str:
    """The digest of what an issue says; empty for one that is not ours."""
    first = text.splitlines()[:1]
    ours = _FIRST_LINE.fullmatch(first[0]) if first else None
    return ours[1] if ours else ""


def _timeless(found: Candidates) -> Candidates:
    now = timestamp(found.at)
    return replace(
        found,
        at=_ANY_TIME,
        candidates=tuple(_without(now, one) for one in found.candidates),
    )


def _without(now: str, one: Candidate) -> Candidate:
    return replace(one, problems=tuple(problem.replace(now, "") for problem in one.problems))
