"""What a pull request gets, as values: conclusion, batches, and what becomes of the comment."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedfuse.model.github import (
    BATCH,
    Annotation,
    CheckRun,
    CheckState,
    Comment,
    Conclusion,
    PostedComment,
    Step,
    conclusion,
    next_step,
)
from fedfuse.model.report import Side
from fedfuse.model.verdict import Verdict
from tests.unit.report.builders import finding, gate, report

MARKER = "<!-- fedfuse:check -->"
LINE = Annotation("manifests/hf/textgen-lora/v3.yaml", 14, 3, "E302", "wrong")


def check_run(annotations: int) -> CheckRun:
    return CheckRun("a" * 40, "title", "summary", Conclusion.FAILURE, (LINE,) * annotations)


def state(annotations: int) -> CheckState:
    return CheckState(1, "x", 9001, "acme-release", "", annotations)


@given(st.sampled_from(list(Verdict)), st.sampled_from(["ok", "refused", "error", "not checked"]))
def test_success_is_concluded_exactly_for_what_is_admitted_and_complete(
    verdict: Verdict, remote: str
) -> None:
    found = (finding(),) if remote == "refused" else ()
    judged = report(gates=(gate("quality", "floor", verdict),), remote=Side(remote, findings=found))
    succeeds = conclusion(judged) is Conclusion.SUCCESS
    assert succeeds == (judged.exit_code == 0 and judged.complete)


@given(st.integers(0, 400))
def test_every_annotation_is_sent_once_in_order_and_only_the_last_request_concludes(
    count: int,
) -> None:
    lines = tuple(Annotation("a", line, 0, "E1", "m") for line in range(1, count + 1))
    run = CheckRun("a" * 40, "title", "summary", Conclusion.FAILURE, lines)
    bodies = run.requests(external_id="x")
    sizes = [len(body["output"]["annotations"]) for body in bodies]
    assert max(sizes) <= BATCH
    sent = [one["start_line"] for body in bodies for one in body["output"]["annotations"]]
    assert sent == list(range(1, count + 1))
    assert [body["status"] for body in bodies] == ["in_progress"] * (len(bodies) - 1) + [
        "completed"
    ]
    assert ["conclusion" in body for body in bodies] == [False] * (len(bodies) - 1) + [True]
    assert bodies[-1]["output"]["summary"] == "summary"


@given(st.integers(0, 400), st.data())
def test_the_annotations_that_arrived_tell_how_many_requests_did(
    count: int, data: st.DataObject
) -> None:
    bodies = check_run(count).requests(external_id="x")
    arrived = data.draw(st.integers(1, len(bodies)))
    annotations = sum(len(body["output"]["annotations"]) for body in bodies[:arrived])
    assert state(annotations).sent == arrived


def test_a_run_without_annotations_is_one_request() -> None:
    (body,) = check_run(0).requests(external_id="x")
    assert (body["status"], body["name"], body["external_id"]) == (
        "completed",
        "fedfuse/verdict",
        "x",
    )


def wanted(verdict: str = "fail", digest: str = "d") -> Comment:
    return Comment(verdict, digest * 64, f"{MARKER}\nreport\n")


def there(comment: Comment, **changed: Any) -> PostedComment:
    fields: dict[str, Any] = {"id": 1, "author": "acme-release[bot]", "body": comment.body}
    return PostedComment(**{**fields, **changed})


@pytest.mark.parametrize(
    ("before", "after", "reviewed", "step"),
    [
        (None, wanted(), True, Step.CREATE),
        (wanted("pass", "a"), wanted("pass", "a"), True, Step.KEEP),
        (wanted("pass", "a"), wanted("pass", "b"), True, Step.EDIT),
        (wanted("pass", "a"), wanted("fail", "b"), False, Step.EDIT),
        (wanted("pass", "a"), wanted("fail", "b"), True, Step.CREATE),
        (wanted("inconclusive", "a"), wanted("fail", "b"), True, Step.CREATE),
        (wanted("error", "a"), wanted("fail", "b"), True, Step.CREATE),
        (wanted("fail", "a"), wanted("fail", "b"), True, Step.EDIT),
        (wanted("fail", "a"), wanted("pass", "b"), True, Step.EDIT),
        (wanted("pass", "a"), wanted("error", "b"), True, Step.EDIT),
    ],
)
def test_a_comment_is_created_edited_or_kept(
    before: Comment | None, after: Comment, *, reviewed: bool, step: Step
) -> None:
    posted = there(before) if before else None
    assert next_step(posted, after, was_reviewed=lambda: reviewed) is step


def test_reviews_are_asked_about_only_when_they_decide() -> None:
    def must_not_be_asked() -> bool:
        raise AssertionError

    for before, after in (("pass", "pass"), ("fail", "fail"), ("fail", "pass"), ("pass", "error")):
        next_step(there(wanted(before, "a")), wanted(after, "b"), was_reviewed=must_not_be_asked)


def test_a_comment_that_somebody_cut_off_is_mended_in_silence() -> None:
    cut = there(wanted(), body=f"{MARKER}\nrep")
    assert cut.state == ("", "")
    assert next_step(cut, wanted(), was_reviewed=lambda: True) is Step.EDIT


def test_state_is_read_from_the_last_line_only_so_that_quoting_one_says_nothing() -> None:
    quoted = f"{MARKER}\n<!-- fedfuse:state pass {'a' * 64} -->\n\nmore"
    assert there(wanted(), body=quoted).state == ("", "")
    assert there(wanted(), body=f"{quoted}{wanted('fail', 'b').body}").state == ("fail", "b" * 64)


def test_state_survives_the_line_ends_of_the_web_form() -> None:
    edited = wanted().body.replace("\n", "\r\n").rstrip()
    assert there(wanted(), body=edited).state == ("fail", "d" * 64)
    assert there(wanted(), body=edited).is_ours(author="acme-release[bot]", marker=MARKER)


@pytest.mark.parametrize(
    "body", ["", f" {MARKER}\n", f"\n{MARKER}\n", f"> {MARKER}\n", f"{MARKER} \nx", MARKER[:-1]]
)
def test_a_marker_that_is_not_the_whole_first_line_marks_nothing(body: str) -> None:
    assert not there(wanted(), body=body).is_ours(author="acme-release[bot]", marker=MARKER)


def test_only_the_author_counts_and_logins_of_people_hold_no_brackets() -> None:
    assert state(0).author == "acme-release[bot]"
    comment = there(wanted(), author="acme-release")
    assert not comment.is_ours(author=state(0).author, marker=MARKER)
