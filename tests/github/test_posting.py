"""What a pull request gets: the check run in batches, and one comment, by ourselves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fedfuse.adapters.github import GitHub
from fedfuse.adapters.github_http import Session
from fedfuse.errors import RemoteError, UsageError
from fedfuse.flows.pull_request import Posted, post
from fedfuse.model.github import Step
from fedfuse.model.report import Report, Side
from fedfuse.model.verdict import Verdict
from fedfuse.report.markdown import MARKER, MAX_CHARS
from tests.github.server import Fault, LoopbackGitHub, Seen
from tests.github.store import ACTIONS, APP, PERSON, Account, Check, Pull, Store, token_of
from tests.unit.report.builders import HEAD, finding, gate, report

pytestmark = pytest.mark.npm
NUMBER, AUTHOR = 7, 101
NEWER = "f" * 40
Faults = Callable[[Seen], Fault | None]
PASSES = report()
FAILS = report(findings=(finding(),))


def store(**changes: Any) -> Store:
    """A repository with one pull request."""
    return Store(pulls={NUMBER: Pull(NUMBER, HEAD, AUTHOR)}, **changes)


def posted(
    there: Store, judged: Report, *, faults: Faults = lambda _: None, by: Account = APP
) -> Posted:
    """Post a report as one run does, without the pauses."""
    with (
        LoopbackGitHub(there, faults) as github,
        Session(github.url, token_of(by), pause=lambda _: None) as session,
    ):
        return post(GitHub(there.name, session), NUMBER, judged, actor_id=AUTHOR)


def many(count: int) -> Report:
    """A report with that many findings, each in its own place."""
    return report(findings=tuple(finding(line=line) for line in range(1, count + 1)))


def only_check(there: Store) -> Check:
    (found,) = there.checks
    return found


@pytest.mark.parametrize(
    ("judged", "conclusion"),
    [
        (PASSES, "success"),
        (FAILS, "failure"),
        (report(gates=(gate("quality", "floor", Verdict.INCONCLUSIVE),)), "failure"),
        (report(gates=(gate("quality", "floor", Verdict.NO_EVIDENCE),)), "failure"),
        (report(remote=Side("error", "the store does not answer")), "action_required"),
        (report(remote=Side("not checked")), "action_required"),
        (report(identity=Side("not checked")), "action_required"),
        (report(identity=Side("refused", "", (finding(),))), "failure"),
    ],
)
def test_the_check_succeeds_only_for_a_pass_that_is_complete(
    judged: Report, conclusion: str
) -> None:
    there = store()
    assert posted(there, judged).check == conclusion
    check = only_check(there)
    assert (check.name, check.head) == ("fedfuse/verdict", HEAD)
    assert (check.fields["status"], check.fields["conclusion"]) == ("completed", conclusion)


def test_a_finding_is_an_annotation_on_its_line_and_column() -> None:
    there = store()
    posted(there, report(findings=(finding(), finding(line=0, column=0), finding(path=""))))
    whole_file, exact = only_check(there).annotations
    assert exact == {
        "path": "manifests/hf/textgen-lora/v3.yaml",
        "start_line": 14,
        "end_line": 14,
        "start_column": 3,
        "end_column": 3,
        "annotation_level": "failure",
        "title": "E302",
        "message": "the id does not agree with the path\nexpected: acme/textgen-lora-v3\n"
        "found: acme/textgen-lora-v2\nfix: write `id: acme/textgen-lora-v3`",
    }
    assert whole_file["start_line"] == 1
    assert "start_column" not in whole_file


def test_five_thousand_findings_go_out_in_batches_of_fifty_and_the_comment_fits() -> None:
    there = store()
    posted(there, many(5_200))
    check = only_check(there)
    assert (check.requests, len(check.annotations)) == (100, 5_000)
    assert [one["start_line"] for one in check.annotations] == list(range(1, 5_001))
    assert check.fields["conclusion"] == "failure"
    assert len(check.output["summary"]) <= MAX_CHARS
    (comment,) = there.comments
    assert len(comment.body) <= MAX_CHARS
    assert "more problems" in comment.body


@pytest.mark.parametrize("fault", [Fault(502, done=True), Fault(502), Fault(0, done=True)])
@pytest.mark.parametrize("number", range(1, 5))
def test_a_lost_answer_to_any_batch_doubles_and_loses_no_annotation(
    number: int, fault: Fault
) -> None:
    writes = 0

    def lose(seen: Seen) -> Fault | None:
        nonlocal writes
        writes += seen.writes and "check-runs" in seen.path
        strikes = writes == number and seen.writes
        writes += strikes  # once
        return fault if strikes else None

    there = store()
    posted(there, many(180), faults=lose)
    check = only_check(there)
    assert [one["start_line"] for one in check.annotations] == list(range(1, 181))
    assert check.fields["conclusion"] == "failure"


def test_a_check_whose_answers_are_always_lost_is_given_up() -> None:
    def storm(seen: Seen) -> Fault | None:
        return Fault(502) if seen.writes else None

    there = store()
    with pytest.raises(RemoteError, match="keeps losing the check run") as raised:
        posted(there, PASSES, faults=storm)
    assert raised.value.fix


def test_a_head_that_moved_before_posting_gets_nothing() -> None:
    there = store()
    there.pulls[NUMBER].head = NEWER
    assert posted(there, FAILS) == Posted(moved_to=NEWER)
    assert (there.checks, there.comments) == ([], [])


def test_a_head_that_moves_while_the_check_is_posted_gets_no_comment() -> None:
    there = store()

    def push(seen: Seen) -> None:
        if seen.path.endswith("/check-runs"):
            there.pulls[NUMBER].head = NEWER

    done = posted(there, FAILS, faults=push)
    assert done == Posted(moved_to=NEWER, check="failure")
    assert only_check(there).head == HEAD
    assert there.comments == []


def test_a_judged_actor_who_is_not_the_author_is_a_usage_error_and_nothing_is_posted() -> None:
    there = store()
    there.pulls[NUMBER].author_id = 999
    with pytest.raises(UsageError, match="by account 999, not by 101"):
        posted(there, PASSES)
    assert (there.checks, there.comments) == ([], [])


@pytest.mark.parametrize("author", [APP, ACTIONS])
def test_the_comment_is_edited_by_whoever_wrote_it_app_or_actions(author: Account) -> None:
    there = store()
    assert posted(there, PASSES, by=author).comment is Step.CREATE
    assert posted(there, FAILS, by=author).comment is Step.EDIT
    (comment,) = there.comments
    assert comment.author == author
    assert comment.body.startswith(f"{MARKER}\n### ❌ fedfuse: fail")


def test_a_token_of_a_person_cannot_make_checks_and_the_error_says_so() -> None:
    there = store()
    with pytest.raises(RemoteError, match="authenticate via a GitHub App"):
        posted(there, PASSES, by=PERSON)
    assert there.comments == []


@pytest.mark.parametrize("impostor", [PERSON, ACTIONS, Account("acme-release", 8)])
def test_a_comment_with_our_marker_by_another_author_is_not_touched(impostor: Account) -> None:
    there = store()
    spoof = there.comment(NUMBER, impostor, f"{MARKER}\n### ✅ fedfuse: pass")
    assert posted(there, FAILS).comment is Step.CREATE
    assert spoof.edits == 0
    assert [one.author for one in there.comments] == [impostor, APP]


def test_a_comment_of_ours_whose_marker_is_not_the_first_line_is_not_touched() -> None:
    there = store()
    other = there.comment(NUMBER, APP, f"A release is near.\n{MARKER}\n")
    assert posted(there, FAILS).comment is Step.CREATE
    assert other.edits == 0


def test_the_comment_is_found_behind_hundreds_of_others() -> None:
    there = store()
    posted(there, PASSES)
    for _ in range(250):
        there.comment(NUMBER, PERSON, "me too")
    assert posted(there, FAILS).comment is Step.EDIT
    assert there.comments[0].edits == 1


def test_the_same_report_at_another_time_edits_nothing() -> None:
    there = store()
    posted(there, FAILS)
    later = replace(FAILS, at=FAILS.at + timedelta(hours=1))
    assert posted(there, later).comment is Step.KEEP
    assert there.comments[0].edits == 0


def test_a_report_on_another_base_edits_the_comment() -> None:
    there = store()
    posted(there, FAILS)
    assert posted(there, replace(FAILS, base="e" * 40)).comment is Step.EDIT


@pytest.mark.parametrize(
    ("reviews", "step"),
    [
        ([], Step.EDIT),
        (["COMMENTED", "CHANGES_REQUESTED"], Step.EDIT),
        (["COMMENTED", "APPROVED"], Step.CREATE),
        (["DISMISSED"], Step.CREATE),
    ],
)
def test_a_verdict_that_turns_to_fail_after_an_approval_is_a_new_comment(
    reviews: list[str], step: Step
) -> None:
    there = store(reviews={NUMBER: reviews})
    posted(there, PASSES)
    assert posted(there, FAILS).comment is step
    # from then on the newest one is kept up to date, in silence
    assert posted(there, many(2)).comment is Step.EDIT
    assert posted(there, PASSES).comment is Step.EDIT
    assert [one.edits for one in there.comments] == ([0, 2] if step is Step.CREATE else [3])


def test_a_comment_whose_answer_was_lost_is_not_written_twice() -> None:
    def lose(seen: Seen) -> Fault | None:
        return Fault(0, done=True) if seen.writes and "comments" in seen.path else None

    there = store()
    assert posted(there, FAILS, faults=lose).comment is Step.CREATE
    assert len(there.comments) == 1


def test_a_comment_that_github_never_takes_is_an_error_after_the_check_is_published() -> None:
    def lose(seen: Seen) -> Fault | None:
        return Fault(502) if seen.writes and "comments" in seen.path else None

    there = store()
    with pytest.raises(RemoteError, match=r"keeps losing the comment \(HTTP 502\)"):
        posted(there, FAILS, faults=lose)
    assert only_check(there).fields["conclusion"] == "failure"


def test_an_edit_meets_a_502_and_is_sent_again() -> None:
    there = store()
    posted(there, PASSES)
    met: list[Seen] = []

    def once(seen: Seen) -> Fault | None:
        first = seen.method == "PATCH" and "comments" in seen.path and not met
        met.extend([seen] if first else [])
        return Fault(502, done=True) if first else None

    assert posted(there, FAILS, faults=once).comment is Step.EDIT
    assert len(there.comments) == 1
    assert met


def test_an_answer_of_another_form_is_one_error() -> None:
    def nonsense(_: Seen) -> Fault:
        return Fault(200, body=b'{"head": null}')

    with pytest.raises(RemoteError, match="its documentation does not have"):
        posted(store(), PASSES, faults=nonsense)


def test_a_repository_that_the_token_cannot_see_is_one_error() -> None:
    with (
        LoopbackGitHub(store()) as github,
        Session(github.url, token_of(APP)) as session,
        pytest.raises(RemoteError, match="hides it from this token"),
    ):
        post(GitHub("acme/other", session), NUMBER, PASSES, actor_id=AUTHOR)


@pytest.mark.parametrize("name", ["registry", "a/b/c", "../x", "acme/x?y", "acme/x\n", "/x", ""])
def test_what_is_no_repository_name_is_refused(name: str) -> None:
    with (
        Session("https://api.github.invalid", token_of(APP)) as session,
        pytest.raises(UsageError, match="is no repository") as raised,
    ):
        GitHub(name, session)
    assert raised.value.fix == "write it as OWNER/NAME"
