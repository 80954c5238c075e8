"""Posts a judgement on its pull request: the check run on the head that was judged, the comment."""

import secrets
from dataclasses import dataclass

from fedfuse.adapters.github import GitHub
from fedfuse.errors import RemoteError, UsageError
from fedfuse.model.github import (
    CHECK_NAME,
    CheckRun,
    CheckState,
    Comment,
    PostedComment,
    Step,
    next_step,
)
from fedfuse.model.pull_request import PullRequest
from fedfuse.model.registry import Person
from fedfuse.model.report import Report
from fedfuse.report import check_run
from fedfuse.report.pull_request import MARKER

_DOUBTS = 5
"""Lost answers that one check run or comment survives."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What was posted."""

    moved_to: str = ""
    """The newer head, when the judgement came too late; empty when it did not."""
    is_closed: bool = False
    """The pull request was merged or closed before: nothing was posted."""
    left_to: int = 0
    """Number of the pull request whose author decides about this head: nothing was posted."""
    check: str = ""
    """The conclusion of the check run; empty when none was posted."""
    comment: Step | None = None
    """What became of the comment; None when it was left alone for a newer head, or in a dry run."""


def post(
    github: GitHub, number: int, report: Report, *, actor_id: int, dry_run: bool = False
) -> Posted:
    """Publish the check run on the judged head, and the comment, unless the head has moved on.

    Nothing for a closed pull request: once merged, a change is no longer one against main. Nothing
    for an author who may not ship a head that somebody else proposes too: the check belongs to the
    commit, so that anybody could take the verdict from a rollback. The head is read again before
    each of the two. A dry run asks GitHub and tells it nothing: what becomes of the comment is not
    known then. Raises UsageError when the judged actor is not the pull request's author,
    RemoteError when GitHub cannot be used.
    """
    there = github.pull_request(number)
    if there.author_id != actor_id:
        raise UsageError(
            f"pull request {number} is by account {there.author_id}, not by {actor_id}",
            fix="pass the author's id: --actor-id ${{ github.event.pull_request.user.id }}",
        )
    if not there.is_open:
        return Posted(is_closed=True)
    if there.head != report.head:
        return Posted(moved_to=there.head)
    if other := _proposed_by_others(github, there, report):
        return Posted(left_to=other)
    check = check_run.check_run(report)
    if dry_run:
        return Posted(check=check.conclusion.value)
    state = _publish_check(github, check)
    there = github.pull_request(number)
    if there.head != report.head:
        return Posted(moved_to=there.head, check=check.conclusion.value)
    step = _publish_comment(github, number, check_run.comment(report), author=state.author)
    return Posted(check=check.conclusion.value, comment=step)


def _proposed_by_others(github: GitHub, pull: PullRequest, report: Report) -> int:
    """Number of another author's pull request with the head of this one, if its author is refused.

    When all of them are refused none posts, and without a verdict nothing is merged.
    """
    if report.identity.status != "refused":
        return 0
    same = (one for one in github.pull_requests() if one.head == pull.head)
    return next((one.number for one in same if one.author_id != pull.author_id), 0)


def newest_verdict(github: GitHub, head: str, app: Person | None) -> CheckState | None:
    """The newest verdict on a commit: the App's, or anybody's while there is no App."""
    runs = github.check_runs(head, CHECK_NAME)
    return next((run for run in runs if app is None or run.author == app.login), None)


def _publish_check(github: GitHub, check: CheckRun) -> CheckState:
    """Send the run in its batches. A lost answer is looked up, as annotations only ever add up."""
    external_id = secrets.token_hex(16)
    bodies = check.requests(external_id=external_id)
    state: CheckState | None = None
    sent = doubts = 0
    while state is None or sent < len(bodies):
        if state is None:
            done = github.create_check(bodies[0])
        else:
            done = github.update_check(state.id, bodies[sent])
        if done.value is not None:
            state, sent = done.value, sent + 1
            continue
        doubts += 1
        if doubts > _DOUBTS:
            raise _given_up("check run", done.problem)
        state = _own_check(github, check.head, external_id)
        sent = state.sent if state else 0
    return state


def _own_check(github: GitHub, head: str, external_id: str) -> CheckState | None:
    runs = github.check_runs(head, CHECK_NAME)
    return next((run for run in runs if run.external_id == external_id), None)


def _publish_comment(github: GitHub, number: int, comment: Comment, *, author: str) -> Step:
    step, problem = None, ""
    for _ in range(_DOUBTS):
        there = _own_comment(github, number, author)
        planned = next_step(there, comment, was_reviewed=lambda: github.has_settled_review(number))
        if planned is Step.KEEP:
            return step or planned
        if planned is Step.EDIT and there is not None:
            github.edit_comment(there.id, comment.body)
            return planned
        done = github.create_comment(number, comment.body)
        if done.value is not None:
            return planned
        step, problem = planned, done.problem
    raise _given_up("comment", problem)


def _own_comment(github: GitHub, number: int, author: str) -> PostedComment | None:
    ours = (one for one in github.comments(number) if one.is_ours(author=author, marker=MARKER))
    return max(ours, key=lambda one: one.id, default=None)


def _given_up(what: str, problem: str) -> RemoteError:
    return RemoteError(
        f"GitHub keeps losing the {what} ({problem})", fix="run the same command again later"
    )
