"""The one issue that shows what the open pull requests make together."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fedfuse.adapters.github import GitHub
from fedfuse.adapters.github_http import Session
from fedfuse.errors import RemoteError
from fedfuse.flows.operating.candidates_issue import LABEL, TITLE, Posted, Step, post
from fedfuse.model.candidates import Candidates
from fedfuse.report import candidates as report
from fedfuse.report import markdown
from tests.github.server import Fault, LoopbackGitHub, Seen
from tests.github.store import APP, PERSON, Store, token_of
from tests.unit.report.open_pulls import candidate, candidates

pytestmark = pytest.mark.npm
Faults = Callable[[Seen], Fault | None]
ONE = candidates(candidate(7))
TWO = candidates(candidate(7), candidate(9, problems=("the version is taken",)))
NOTHING = candidates()


@pytest.fixture
def there() -> Store:
    return Store()


def posted(
    there: Store,
    found: Candidates,
    *,
    faults: Faults = lambda _: None,
    dry_run: bool = False,
    maintainers: tuple[str, ...] = (),
) -> Posted:
    """Post as one run does, without the pauses."""
    with (
        LoopbackGitHub(there, faults) as github,
        Session(github.url, token_of(APP), pause=lambda _: None) as session,
    ):
        hub = GitHub(there.name, session)
        return post(hub, found, maintainers=maintainers, dry_run=dry_run)


def only_issue(there: Store) -> dict[str, Any]:
    (issue,) = there.issues
    return issue


def states(there: Store) -> list[tuple[str, str, str]]:
    """Title, state and text of every issue."""
    return [(one["title"], one["state"], one["body"]) for one in there.issues]


def test_the_first_run_opens_the_issue_with_the_report(there: Store) -> None:
    done = posted(there, TWO)
    issue = only_issue(there)
    assert done == Posted(Step.OPENED, f"https://github.com/acme/registry/issues/{issue['number']}")
    assert (issue["title"], issue["labels"], issue["state"]) == (TITLE, [LABEL], "open")
    first, _, rest = issue["body"].partition("\n")
    assert first.startswith("<!-- fedfuse:candidates ")
    assert rest == markdown.render(report.blocks(TWO))


def test_the_clock_alone_is_no_news(there: Store) -> None:
    expired = candidates(candidate(7, problems=(f"at {_stamp(TWO)} no window is open",)))
    posted(there, expired)
    before = states(there)
    later = expired.at + timedelta(days=3)
    again = candidates(
        candidate(7, problems=(f"at {_stamp(replace(TWO, at=later))} no window is open",))
    )
    assert posted(there, replace(again, at=later)).step is Step.KEPT
    assert states(there) == before


def _stamp(found: Candidates) -> str:
    return str(report.fields(found)["at"])


def test_anything_else_is_edited_in_place(there: Store) -> None:
    posted(there, ONE)
    number = only_issue(there)["number"]
    for found in (TWO, replace(TWO, base="d" * 40), ONE):
        assert posted(there, found).step is Step.EDITED
        assert posted(there, found).step is Step.KEPT
        assert only_issue(there)["body"].endswith(markdown.render(report.blocks(found)))
    assert only_issue(there)["number"] == number


def test_it_is_closed_with_a_sentence_and_opened_again(there: Store) -> None:
    assert posted(there, NOTHING) == Posted(Step.NONE)
    assert there.issues == []
    posted(there, ONE)
    assert posted(there, NOTHING).step is Step.CLOSED
    assert (only_issue(there)["state"], report.NOTHING in only_issue(there)["body"]) == (
        "closed",
        True,
    )
    assert posted(there, replace(NOTHING, base="d" * 40)).step is Step.KEPT
    assert posted(there, TWO).step is Step.REOPENED
    assert only_issue(there)["state"] == "open"
    assert only_issue(there)["body"].endswith(markdown.render(report.blocks(TWO)))


def test_one_that_a_person_closed_too_early_is_opened_again(there: Store) -> None:
    posted(there, ONE)
    only_issue(there)["state"] = "closed"
    assert posted(there, ONE).step is Step.REOPENED


def test_the_issues_of_people_are_left_alone(there: Store) -> None:
    posted(there, ONE)
    ours = only_issue(there)
    quoted = {**ours, "number": 900, "author": PERSON, "body": f"see\n{ours['body']}"}
    copied = {**ours, "number": 901, "author": PERSON}
    without_text = {**ours, "number": 902, "body": None}
    unlabelled = {**ours, "number": 1, "labels": []}
    there.issues += [quoted, copied, without_text, unlabelled]
    kept = [dict(one) for one in there.issues[1:]]
    assert posted(there, TWO).step is Step.EDITED
    assert there.issues[1:] == kept
    assert ours["body"].endswith(markdown.render(report.blocks(TWO)))


def test_an_older_issue_that_somebody_copied_and_labelled_hides_nothing(there: Store) -> None:
    forged = {"number": 1, "title": TITLE, "labels": [LABEL], "state": "closed"}
    there.issues.append({**forged, "author": PERSON, "body": report.issue(ONE)})
    assert posted(there, ONE).step is Step.OPENED
    assert [one["state"] for one in there.issues] == ["closed", "open"]
    assert posted(there, ONE).step is Step.KEPT
    assert posted(there, ONE, maintainers=(PERSON.login,)).step is Step.REOPENED


@pytest.mark.parametrize("found", [ONE, TWO, NOTHING], ids=["same", "other", "nothing"])
def test_a_dry_run_says_what_would_happen_and_writes_nothing(
    there: Store, found: Candidates
) -> None:
    posted(there, ONE)
    before = states(there)
    would = posted(there, found, dry_run=True)
    assert states(there) == before
    assert posted(there, found) == would


def dark_from(number: int, *, done: bool) -> Faults:
    """GitHub hears nothing more from the N-th request on, as when the process is killed there."""

    def plan(seen: Seen) -> Fault | None:
        if seen.number < number:
            return None
        return Fault(0, done=done and seen.number == number)

    return plan


@pytest.mark.parametrize("done", [True, False], ids=["after", "before"])
@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("found", [ONE, TWO, NOTHING], ids=["same", "other", "nothing"])
@pytest.mark.parametrize("earlier", [None, ONE], ids=["first", "later"])
def test_a_run_after_a_death_at_any_request_ends_like_an_undisturbed_one(
    earlier: Candidates | None,
    found: Candidates,
    number: int,
    done: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    there, undisturbed = Store(), Store()
    for store in (there, undisturbed):
        if earlier:
            posted(store, earlier)
    posted(undisturbed, found)
    if number == 1 or states(there) != states(undisturbed):
        with pytest.raises(RemoteError):
            posted(there, found, faults=dark_from(number, done=done))
    posted(there, found)
    assert states(there) == states(undisturbed)


@pytest.mark.parametrize("fault", [Fault(502, done=True), Fault(502), Fault(0, done=True)])
def test_a_lost_answer_doubles_nothing(there: Store, fault: Fault) -> None:
    def lose(seen: Seen) -> Fault | None:
        return fault if seen.number == 2 else None

    assert posted(there, ONE, faults=lose).step in {Step.OPENED, Step.KEPT}
    only_issue(there)
    assert posted(there, TWO, faults=lose).step is Step.EDITED
    assert only_issue(there)["body"].endswith(markdown.render(report.blocks(TWO)))


def test_an_issue_whose_answers_are_always_lost_is_given_up(there: Store) -> None:
    def storm(seen: Seen) -> Fault | None:
        return Fault(502) if seen.writes else None

    with pytest.raises(RemoteError, match="keeps losing the issue") as raised:
        posted(there, ONE, faults=storm)
    assert raised.value.fix
