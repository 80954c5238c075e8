"""`--open-pr` killed, raced, refused and cut off: run again, there is one pull request."""

import pytest

from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.github import GitHub
from fedfuse.adapters.github_http import Session
from fedfuse.errors import RemoteError
from fedfuse.flows.history.main_state import MainState
from fedfuse.flows.operating import events
from fedfuse.flows.operating.proposing import propose
from tests.github.holding import BRANCH, hold, the_pull
from tests.github.operating import Desk
from tests.github.server import Fault
from tests.github.store import APP, token_of
from tests.support.operating_registry import event
from tests.support.slo_registry import ACTIVATED_AT

pytestmark = pytest.mark.npm


def test_eight_racers_with_eight_reasons_open_one_pull_request(desk: Desk) -> None:
    racers = [desk.start(*hold(f"reason {number}")) for number in range(8)]
    for racer in racers:
        racer.join()
    assert [racer.exitcode for racer in racers] == [0] * 8
    the_pull(desk)


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("number", [1, 2])
def test_a_lost_answer_costs_nothing(desk: Desk, number: int, *, done: bool) -> None:
    desk.faults(lambda seen: Fault(0, done=done) if seen.number == number else None)
    assert desk.run(*hold()).code == 0
    the_pull(desk)


KILLS = [(1, False), (2, False), (2, True)]
"""The requests of a first run, and whether they are carried out; reading twice is reading once."""


@pytest.mark.slow
@pytest.mark.parametrize(("number", "done"), KILLS)
def test_killed_at_any_request_and_run_again_there_is_one_pull_request(
    desk: Desk, number: int, *, done: bool
) -> None:
    desk.killed_at_request(number, done=done, words=hold())
    assert desk.run(*hold()).code == 0
    the_pull(desk)


@pytest.mark.slow
@pytest.mark.parametrize("hook", ["pre-receive", "post-receive"])
def test_killed_while_pushing_and_run_again_there_is_one_pull_request(
    desk: Desk, hook: str
) -> None:
    desk.killed_at_push(hook, hold())
    assert (desk.store.pulls, BRANCH in desk.bare.heads()) == ({}, hook == "post-receive")
    assert desk.run(*hold()).code == 0
    the_pull(desk)


@pytest.mark.slow
@pytest.mark.parametrize("done", [False, True])
def test_killed_while_the_description_is_renewed_it_is_renewed_by_the_next_run(
    desk: Desk, *, done: bool
) -> None:
    desk.run(*hold())
    desk.land(event(4, kind="hold", reason="somebody else was first"))
    desk.killed_at_request(2, done=done, words=hold())
    assert desk.run(*hold()).code == 0
    the_pull(desk, number=5)


def test_a_wrong_token_is_one_line_with_its_fix_and_nothing_is_pushed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_somebody_elses")
    state = desk.state
    done = desk.run(*hold())
    assert done.is_error(3)
    assert ("somebody" in done.err, desk.state) == (False, state)


def test_a_remote_that_takes_no_push_is_quoted_and_no_pull_request_is_opened(desk: Desk) -> None:
    hook = desk.bare.root / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\nprintf 'branches are \\033[31mprotected\\n' >&2\nexit 1\n")
    hook.chmod(0o755)
    done = desk.run(*hold())
    assert done.is_error(3)
    assert f"origin refuses refs/heads/{BRANCH}: remote: branches are ?[31mprotected" in done.err
    assert (desk.github.writes, BRANCH in desk.bare.heads()) == ([], False)


def test_a_remote_that_is_gone_is_one_line_with_its_fix(desk: Desk) -> None:
    desk.box.git("remote", "set-url", "origin", str(desk.box.root / "gone"))
    done = desk.run(*hold())
    assert done.is_error(3)
    assert "origin cannot be reached" in done.err
    assert desk.github.writes == []


def test_while_github_is_gone_nothing_is_pushed(desk: Desk) -> None:
    state = desk.state
    with (
        Repository(desk.box.root) as repository,
        Session("http://127.0.0.1:9", token_of(APP), pause=lambda _: None) as session,
    ):
        main_state = MainState.at(repository, repository.main_ref(), ACTIVATED_AT)
        made = events.draft(main_state, {"kind": "hold", "reason": "wait"})
        remote = Remote(repository.git_dir, "origin")
        with pytest.raises(RemoteError, match="cannot be reached") as raised:
            propose(main_state, made, remote, GitHub("acme/registry", session))
    assert (bool(raised.value.fix), desk.state) == (True, state)
