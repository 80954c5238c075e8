"""The one comment of a pull request: found again, kept up to date, never doubled or stolen."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fedfuse.errors import RemoteError
from fedfuse.model.github import Step
from fedfuse.report.pull_request import MARKER
from tests.github.posting import FAILS, NUMBER, PASSES, many, only_check, posted, store
from tests.github.server import Fault, Seen
from tests.github.store import ACTIONS, APP, PERSON, Account

pytestmark = pytest.mark.npm


@pytest.mark.parametrize("author", [APP, ACTIONS])
def test_the_comment_is_edited_by_whoever_wrote_it_app_or_actions(author: Account) -> None:
    there = store()
    assert posted(there, PASSES, by=author).comment is Step.CREATE
    assert posted(there, FAILS, by=author).comment is Step.EDIT
    (comment,) = there.comments
    assert comment.author == author
    assert comment.body.startswith(f"{MARKER}\n### ❌ fedfuse: fail")


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
