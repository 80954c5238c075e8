"""What a pull request on GitHub gets: a check run in batches, and a comment kept up to date."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from fedfuse.model.report import Report
from fedfuse.model.verdict import Verdict

CHECK_NAME = "fedfuse/verdict"
"""The required check of the ruleset `main-verdict`."""
BATCH = 50
"""Annotations that GitHub takes in one request."""
MAX_ANNOTATIONS = 5_000
"""A hundred requests; more would let one push use up the rate limit of the whole registry."""

_BEING_SENT = "The annotations are being sent; the report follows."
_STATE = re.compile(r"<!-- fedfuse:state ([a-z-]+) ([0-9a-f]{64}) -->\s*\Z")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Written(Generic[_T]):
    """What came of a write that must not be sent twice blindly."""

    value: _T | None
    """What is there now; None when only another look can tell: the answer was lost, or somebody
    else was first."""
    problem: str = ""


class Conclusion(StrEnum):
    """How a check run ends. Only `success` lets a pull request be merged."""

    SUCCESS = "success"
    FAILURE = "failure"
    ACTION_REQUIRED = "action_required"


def conclusion(report: Report) -> Conclusion:
    """Success only for a pass that is complete; `action_required` when nothing was refused.

    What could not be decided (a store that does not answer) is no failure of the change: its
    author has nothing to mend, somebody has to run the check again.
    """
    if report.verdict == Verdict.PASS.value:
        return Conclusion.SUCCESS if report.complete else Conclusion.ACTION_REQUIRED
    return Conclusion.ACTION_REQUIRED if report.verdict == "error" else Conclusion.FAILURE


@dataclass(frozen=True, slots=True)
class Annotation:
    """One remark on one line of a file; every string is fit to be shown."""

    path: str
    line: int
    """1-based."""
    column: int
    """1-based; 0 for the whole line."""
    title: str
    message: str

    @property
    def fields(self) -> Mapping[str, Any]:
        """As GitHub takes it."""
        columns = {"start_column": self.column, "end_column": self.column} if self.column else {}
        return {
            "path": self.path,
            "start_line": self.line,
            "end_line": self.line,
            **columns,
            "annotation_level": "failure",
            "title": self.title,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class CheckRun:
    """The verdict on one commit, as GitHub shows it."""

    head: str
    title: str
    summary: str
    """Markdown, at most 65,535 characters."""
    conclusion: Conclusion
    annotations: tuple[Annotation, ...]

    def requests(self, *, external_id: str) -> tuple[Mapping[str, Any], ...]:
        """The bodies to send in order: the first creates the run, the last one concludes it."""
        batches = [
            self.annotations[start : start + BATCH]
            for start in range(0, len(self.annotations), BATCH)
        ] or [()]
        bodies = [self._body(batch, last=False) for batch in batches[:-1]]
        bodies.append(self._body(batches[-1], last=True))
        named = {"name": CHECK_NAME, "head_sha": self.head, "external_id": external_id}
        return ({**named, **bodies[0]}, *bodies[1:])

    def _body(self, batch: tuple[Annotation, ...], *, last: bool) -> Mapping[str, Any]:
        ended = {"status": "completed", "conclusion": self.conclusion.value}
        return {
            **(ended if last else {"status": "in_progress"}),
            "output": {
                "title": self.title,
                "summary": self.summary if last else _BEING_SENT,
                "annotations": [annotation.fields for annotation in batch],
            },
        }


@dataclass(frozen=True, slots=True)
class CheckState:
    """A check run as GitHub has it."""

    id: int
    external_id: str
    app_id: int
    app: str
    """Slug of the App that made it."""
    conclusion: str
    """As `Conclusion`; empty while it has none."""
    annotations: int

    @property
    def author(self) -> str:
        """The login under which its App comments; no person's login holds brackets."""
        return f"{self.app}[bot]"

    @property
    def sent(self) -> int:
        """How many of the requests that describe it have been carried out."""
        return max(1, -(-self.annotations // BATCH))


@dataclass(frozen=True, slots=True)
class PostedComment:
    """A comment as GitHub has it."""

    id: int
    author: str
    """Login."""
    body: str

    def is_ours(self, *, author: str, marker: str) -> bool:
        """Whether the author wrote it and its first line is the marker."""
        return self.author == author and self.body.splitlines()[:1] == [marker]

    @property
    def state(self) -> tuple[str, str]:
        """Verdict and digest of the report it holds; two empty texts when it names none."""
        found = _STATE.search(self.body)
        return (found[1], found[2]) if found else ("", "")


@dataclass(frozen=True, slots=True)
class Comment:
    """The comment a report makes."""

    verdict: str
    digest: str
    """sha256 of what the report says, its clock aside."""
    text: str

    @property
    def body(self) -> str:
        """What is posted: the text, and on the last line what a later run compares with."""
        return f"{self.text}\n<!-- fedfuse:state {self.verdict} {self.digest} -->\n"


class Step(StrEnum):
    """What to do about the comment."""

    KEEP = "unchanged"
    EDIT = "edited"
    CREATE = "created"


def next_step(
    there: PostedComment | None, wanted: Comment, *, was_reviewed: Callable[[], bool]
) -> Step:
    """Edit the one comment in silence, except for news that a reviewer must not miss.

    A verdict that turns to `fail` after a review was settled is a new comment, since an edit
    notifies nobody. `was_reviewed` is asked only then. Never raises.
    """
    if there is None:
        return Step.CREATE
    verdict, digest = there.state
    if digest == wanted.digest:
        return Step.KEEP
    turned = wanted.verdict == Verdict.FAIL.value and verdict not in {"", Verdict.FAIL.value}
    return Step.CREATE if turned and was_reviewed() else Step.EDIT
