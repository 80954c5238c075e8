"""Keeps one issue on GitHub that shows what the open pull requests make together."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from fedfuse.adapters.github import GitHub
from fedfuse.flows.operating.issues import oldest, open_once
from fedfuse.model.candidates import Candidates
from fedfuse.model.pull_request import Issue
from fedfuse.report import candidates as report

LABEL = "fedfuse-candidates"
TITLE = "Merge candidates"


class Step(StrEnum):
    """What became of the issue."""

    NONE = "none, as nothing is open"
    OPENED = "opened"
    REOPENED = "opened again"
    EDITED = "edited"
    CLOSED = "closed"
    KEPT = "unchanged"


@dataclass(frozen=True, slots=True)
class Posted:
    """The step, and the page of the issue; empty while there is none."""

    step: Step
    url: str = ""


def post(
    github: GitHub,
    found: Candidates,
    *,
    maintainers: Collection[str] = (),
    dry_run: bool = False,
) -> Posted:
    """Make the issue say what was found: open while pull requests are, closed while none is.

    The issue is known again by its label, by the first line of its text and by its author, an App
    or a maintainer, and written only when more than the clock has changed. There is one however
    often this runs or is killed. Raises RemoteError when GitHub cannot be used.
    """

    def is_ours(issue: Issue) -> bool:
        return bool(report.digest_in(issue.body)) and issue.is_by(maintainers)

    wanted = report.issue(found)
    state = "open" if found.candidates else "closed"
    there = oldest(github, LABEL, is_it=is_ours)
    step = _step(there, wanted, is_open=bool(found.candidates))
    if dry_run or step in {Step.NONE, Step.KEPT}:
        return Posted(step, there.url if there else "")
    if there is None:
        there = open_once(github, LABEL, is_it=is_ours, title=TITLE, body=wanted)
    else:
        github.edit_issue(there.number, body=wanted, state=state)
    return Posted(step, there.url)


def _step(there: Issue | None, wanted: str, *, is_open: bool) -> Step:
    if there is None:
        return Step.OPENED if is_open else Step.NONE
    if there.is_open != is_open:
        return Step.REOPENED if is_open else Step.CLOSED
    same = report.digest_in(there.body) == report.digest_in(wanted)
    return Step.KEPT if same else Step.EDITED
