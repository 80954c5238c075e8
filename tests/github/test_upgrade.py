"""`fedfuse upgrade --open-pr` on GitHub: one pull request, however often it is asked for."""

import pytest

from tests.github.operating import Desk
from tests.github.store import APP, Pull

pytestmark = pytest.mark.npm
BRANCH = "fedfuse/upgrade-0.1.0"
WORDS = ("upgrade", "--tool", f"tools/fedfuse@{'5' * 40}", "--open-pr")


def the_pull(desk: Desk) -> Pull:
    """The only pull request, which is open and has the branch as it is."""
    desk.github.pushed(APP.login)
    (pull,) = desk.store.pulls.values()
    assert (pull.is_open, pull.branch, pull.base) == (True, BRANCH, "main")
    assert pull.head == desk.bare.heads()[BRANCH]
    assert pull.title == "registry: upgrade the tool to 0.1.0"
    assert "| lock | `fedfuse.lock` | added |" in str(pull.body)
    return pull


def test_it_opens_one_pull_request_and_a_second_run_adds_nothing(desk: Desk) -> None:
    done = desk.run(*WORDS, "--format=json")
    assert done.code == 0, done.out + done.err
    pull = the_pull(desk)
    assert done.json()["pull_request"]["url"].endswith(f"/{pull.number}")
    assert desk.bare.git("rev-list", "--count", f"main..{pull.head}") == "1"
    state = desk.state
    again = desk.run(*WORDS)
    assert (again.code, "open already" in again.err, desk.state) == (0, True, state)


def test_commits_of_people_on_the_branch_are_never_replaced(desk: Desk) -> None:
    desk.run(*WORDS)
    box, branch = desk.box, f"refs/heads/{BRANCH}"
    parent = box.git("rev-parse", branch)
    box.clock += 60
    tip = box.git("commit-tree", f"{parent}^{{tree}}", "-p", parent, "-m", "by hand")
    desk.push(tip, BRANCH)
    desk.land()
    done = desk.run(*WORDS)
    assert done.code == 0, done.out + done.err
    assert the_pull(desk).head == tip


def test_when_main_moves_the_branch_is_made_anew(desk: Desk) -> None:
    desk.run(*WORDS)
    old, main = the_pull(desk).head, desk.land()
    assert desk.run(*WORDS).code == 0
    head = the_pull(desk).head
    assert (head != old, desk.bare.git("rev-parse", f"{head}^")) == (True, main)


def test_what_somebody_closed_stays_closed_until_main_moves(desk: Desk) -> None:
    desk.run(*WORDS)
    the_pull(desk).is_open = False
    done = desk.run(*WORDS)
    assert (done.code, "closed by somebody" in done.err) == (0, True)
    assert len(desk.store.pulls) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("number", "done"), [(1, False), (2, False), (2, True)])
def test_killed_at_any_request_and_run_again_there_is_one_pull_request(
    desk: Desk, number: int, *, done: bool
) -> None:
    desk.killed_at_request(number, done=done, words=WORDS)
    assert desk.run(*WORDS).code == 0
    the_pull(desk)


@pytest.mark.slow
@pytest.mark.parametrize("hook", ["pre-receive", "post-receive"])
def test_killed_while_pushing_and_run_again_there_is_one_pull_request(
    desk: Desk, hook: str
) -> None:
    desk.killed_at_push(hook, WORDS)
    assert desk.run(*WORDS).code == 0
    the_pull(desk)
