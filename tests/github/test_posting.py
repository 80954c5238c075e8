"""What a pull request gets: the check run in batches, on the head that was judged."""

import pytest

from fedfuse.adapters.github import GitHub
from fedfuse.adapters.github_http import Session
from fedfuse.errors import RemoteError, UsageError
from fedfuse.flows.operating.verdict_posting import Posted, post
from fedfuse.model.report import Report, Side
from fedfuse.model.verdict import Verdict
from fedfuse.report.markdown import MAX_CHARS
from tests.github.posting import (
    AUTHOR,
    FAILS,
    NEWER,
    NUMBER,
    PASSES,
    many,
    only_check,
    posted,
    store,
)
from tests.github.server import Fault, LoopbackGitHub, Seen
from tests.github.store import APP, PERSON, Pull, token_of
from tests.unit.report.builders import HEAD, finding, gate, report

pytestmark = pytest.mark.npm


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


def test_a_closed_pull_request_gets_nothing() -> None:
    there = store()
    there.pulls[NUMBER].is_open = False
    assert posted(there, FAILS) == Posted(is_closed=True)
    assert (there.checks, there.comments) == ([], [])


REFUSED = report(identity=Side("refused", "", (finding(),)))


def test_an_author_who_may_not_ship_takes_no_verdict_from_the_same_head_of_another() -> None:
    """Anybody may open a pull request from a fork that holds the commit of a rollback."""
    there = store()
    there.pulls[8] = Pull(8, HEAD, APP.id, APP.login, there.name, "fedfuse/rollback-0003-cost")
    assert posted(there, REFUSED) == Posted(left_to=8)
    assert (there.checks, there.comments) == ([], [])


@pytest.mark.parametrize(
    "other",
    [
        Pull(8, NEWER, APP.id),
        Pull(8, HEAD, APP.id, is_open=False),
        Pull(8, HEAD, APP.id, base="stable"),
        Pull(8, HEAD, AUTHOR),
    ],
)
def test_an_author_who_may_not_ship_is_told_when_nobody_else_proposes_the_same_head(
    other: Pull,
) -> None:
    there = store()
    there.pulls[8] = other
    assert posted(there, REFUSED).check == "failure"


def test_an_author_who_may_ship_gets_the_verdict_whoever_proposes_the_same_head() -> None:
    there = store()
    there.pulls[8] = Pull(8, HEAD, 666, "mallory")
    assert posted(there, PASSES).check == "success"


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


def test_a_token_of_a_person_cannot_make_checks_and_the_error_says_so() -> None:
    there = store()
    with pytest.raises(RemoteError, match="authenticate via a GitHub App"):
        posted(there, PASSES, by=PERSON)
    assert there.comments == []


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
