"""`fedfuse slo check --open-pr`: one rollback is proposed, and people are told once."""

from dataclasses import replace
from datetime import datetime

import pytest

from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.history.main_state import MainState
from fedfuse.flows.history.serving_history import history
from fedfuse.flows.operating import slo
from fedfuse.flows.operating.breach import respond
from tests.github.operating import BREACH, ROLLBACK, Desk
from tests.github.server import Fault
from tests.github.store import APP, PERSON, Pull
from tests.support.changes import commit_files
from tests.support.operating_registry import event
from tests.support.slo_registry import OLDEST, SERVING, WARM, clock, traffic
from tests.unit.report.hostile import Rendered
from tests.unit.slo.traffic import sample

pytestmark = pytest.mark.npm
REQUESTS = ("GET /pulls", "POST /pulls", "GET /issues", "POST /issues", "GET /issues")
"""What a breach asks of GitHub."""
WRITES = (2, 4)
DAY = 26 * 60  # minutes, after which a slow window is full


def the_rollback(
    desk: Desk, *, event: int = 4, branch: str = ROLLBACK, key: str = "0003:availability"
) -> Pull:
    """The only pull request, which is open and rolls production back; people know of it once."""
    (pull,) = desk.store.pulls.values()
    assert (pull.is_open, pull.branch, pull.author) == (True, branch, APP.login)
    assert pull.title.endswith(f"(event {event:04})")
    assert pull.head == desk.bare.heads()[branch]
    written = desk.bare.git("show", f"{pull.head}:releases/events/{event:04}.yaml")
    assert f'breach_key: "{key}"' in written
    assert "".join(f"    {line}\n" for line in written.splitlines()) in str(pull.body)
    (issue,) = desk.store.issues
    assert issue["title"].startswith(f"Breach {key}: ")
    assert issue["labels"] == ["fedfuse-breach"]
    assert f"\nhttps://github.com/acme/registry/pull/{pull.number}\n" in issue["body"]
    return pull


def test_a_breach_becomes_one_pull_request_and_one_issue(desk: Desk) -> None:
    done = desk.check(BREACH)
    pull, (issue,) = the_rollback(desk), desk.store.issues
    assert pull.title == f"releases: rollback to {WARM} (event 0004)"
    assert done.code == 1
    assert done.err == (
        f"pull request: opened: https://github.com/acme/registry/pull/{pull.number}\n"
        f"issue: https://github.com/acme/registry/issues/{issue['number']}\n"
    )
    asked = [f"{one.method} {one.path.removeprefix('/repos/acme/registry')}" for one in desk.seen]
    assert tuple(asked) == REQUESTS


def test_the_issue_says_what_was_found_and_what_follows(desk: Desk) -> None:
    desk.check(BREACH)
    (issue,), (number,) = desk.store.issues, desk.store.pulls
    assert issue["title"] == f"Breach 0003:availability: {SERVING} does not keep its objective"
    body = issue["body"]
    rendered = Rendered.of(body)
    rendered.assert_inert(links=(f"https://github.com/acme/registry/pull/{number}",))
    assert rendered.blocks.count("table") == 1
    assert rendered.prose.startswith(f"Found at {clock(BREACH)}.")
    assert f"Production goes back to `{WARM}` as soon as the pull request below" in body
    assert "300x (15 errors of 50), limit 14.4x" in body


def test_an_issue_that_somebody_else_opened_does_not_mute_the_alarm(desk: Desk) -> None:
    title = f"Breach 0003:availability: {SERVING} does not keep its objective"
    forged = {"title": title, "labels": ["fedfuse-breach"], "body": "", "author": PERSON}
    desk.store.issues.append({**forged, "number": desk.store.new_id(), "state": "closed"})
    for _ in range(2):
        desk.check(BREACH)
    assert [one["author"] for one in desk.store.issues] == [PERSON, APP]


def test_run_again_while_the_counters_are_fresh_nothing_is_written(desk: Desk) -> None:
    desk.check(BREACH)
    state, written = desk.state, len(desk.github.writes)
    for minutes in (BREACH, BREACH + 5):
        done = desk.check(minutes)
        assert (done.code, done.err.startswith("pull request: open already: ")) == (1, True)
    assert (desk.state, len(desk.github.writes)) == (state, written)


def test_counters_that_went_stale_are_replaced_in_the_same_pull_request(desk: Desk) -> None:
    desk.count(traffic(minutes=140))
    desk.check(BREACH)
    old = the_rollback(desk)
    number, head = old.number, old.head
    desk.check(BREACH + 61)
    new = the_rollback(desk)
    assert (new.number, new.head == head) == (number, False)


def test_a_rollback_by_hand_on_the_branch_of_the_breach_is_replaced_by_the_proven_one(
    desk: Desk,
) -> None:
    files = event(4, kind="rollback", from_=SERVING, to=WARM, reason="slow")
    desk.push(commit_files(desk.box, files, parent=desk.main), ROLLBACK)
    desk.check(BREACH)
    the_rollback(desk)


def test_a_healthy_release_needs_nothing(desk: Desk) -> None:
    done = desk.check(59, "--format=json")
    assert (done.code, done.json()["response"]) == (0, None)
    assert (desk.seen, desk.store.issues) == ([], [])


def test_the_json_says_what_was_done(desk: Desk) -> None:
    done = desk.check(BREACH, "--format=json")
    (issue,), (number,) = desk.store.issues, desk.store.pulls
    assert done.code == 1
    assert done.json()["response"] == {
        "findings": [],
        "pull_request": {
            "number": number,
            "url": f"https://github.com/acme/registry/pull/{number}",
            "head": desk.bare.heads()[ROLLBACK],
            "step": "opened",
        },
        "issue": f"https://github.com/acme/registry/issues/{issue['number']}",
    }


def test_without_a_token_the_branch_is_pushed_and_nobody_is_told(desk: Desk) -> None:
    desk.be(None)
    done = desk.check(BREACH)
    assert (done.code, desk.seen) == (1, [])
    assert f"/compare/main...{ROLLBACK}?expand=1" in done.err
    desk.be(APP)
    desk.check(BREACH)
    the_rollback(desk)


def test_a_rollback_that_somebody_closed_and_an_issue_that_somebody_closed_stay_closed(
    desk: Desk,
) -> None:
    desk.check(BREACH)
    (pull,), (issue,) = desk.store.pulls.values(), desk.store.issues
    pull.is_open, issue["state"] = False, "closed"
    written = len(desk.github.writes)
    assert "pull request: closed by somebody: " in desk.check(BREACH + 5).err
    assert (pull.is_open, issue["state"]) == (False, "closed")
    assert len(desk.github.writes) == written


def test_eight_runs_at_eight_moments_open_one_pull_request(desk: Desk) -> None:
    racers = [desk.start(*desk.check_words(BREACH + number % 4)) for number in range(8)]
    for racer in racers:
        racer.join()
    assert [racer.exitcode for racer in racers] == [1] * 8
    first, *younger = desk.store.issues
    assert [issue["state"] for issue in (first, *younger)] == ["open", *["closed"] * len(younger)]
    del desk.store.issues[1:]
    the_rollback(desk)


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("number", range(1, len(REQUESTS) + 1))
def test_a_lost_answer_costs_nothing(desk: Desk, number: int, *, done: bool) -> None:
    desk.faults(lambda seen: Fault(0, done=done) if seen.number == number else None)
    assert desk.check(BREACH).code == 1
    the_rollback(desk)


KILLS = [*((n, False) for n in range(1, len(REQUESTS) + 1)), *((n, True) for n in WRITES)]


@pytest.mark.slow
@pytest.mark.parametrize(("number", "done"), KILLS)
def test_killed_at_any_request_and_run_again_there_is_one_rollback_and_one_issue(
    desk: Desk, number: int, *, done: bool
) -> None:
    desk.killed_at_request(number, done=done, words=desk.check_words(BREACH))
    assert desk.check(BREACH + 5).code == 1
    the_rollback(desk)


@pytest.mark.slow
@pytest.mark.parametrize("hook", ["pre-receive", "post-receive"])
def test_killed_while_pushing_and_run_again_there_is_one_rollback_and_one_issue(
    desk: Desk, hook: str
) -> None:
    desk.killed_at_push(hook, desk.check_words(BREACH))
    assert (desk.store.pulls, ROLLBACK in desk.bare.heads()) == ({}, hook == "post-receive")
    assert desk.check(BREACH + 5).code == 1
    the_rollback(desk)


def test_when_no_warm_release_is_healthy_people_are_told_once_and_nothing_is_opened(
    desk: Desk,
) -> None:
    desk.land(event(4, kind="yank", version="gcp/embedder@v1", reason="leaks"))
    for minutes in (BREACH, BREACH + 5):
        done = desk.check(minutes)
        assert done.code == 1
        assert "next: a person looks at fedfuse history and decides" in done.out
    (issue,) = desk.store.issues
    assert done.err == f"issue: https://github.com/acme/registry/issues/{issue['number']}\n"
    assert "**A person has to decide.** Automation leaves production as it is" in issue["body"]
    assert "no warm release is healthy" in issue["body"]
    Rendered.of(issue["body"]).assert_inert()
    assert (desk.store.pulls, sorted(desk.bare.heads())) == ({}, ["main"])


def test_a_second_breach_within_six_hours_is_for_people_and_a_later_one_rolls_back_again(
    desk: Desk,
) -> None:
    desk.count(traffic(), traffic(WARM, outage_from=120, minutes=500))
    first = desk.breach()
    assert desk.merge(first).out == f"pull request {first}: merged\n"
    desk.fetch()
    for minutes in (125, 130):
        said = desk.check(minutes, "--format=json").json()
        assert (said["action"], said["response"]["pull_request"]) == ("page", None)
    assert [one["title"].split(": ")[0] for one in desk.store.issues] == [
        "Breach 0003:availability",
        "Breach 0004:availability",
    ]
    said = desk.check(BREACH + 2 + 6 * 60, "--format=json").json()
    assert (said["action"], said["to"]) == ("rollback", OLDEST)
    assert len(desk.store.issues) == 2
    assert len(desk.store.pulls) == 2


def test_neither_a_hold_nor_a_commit_dated_before_the_one_it_follows_is_an_obstacle(
    desk: Desk,
) -> None:
    desk.count(traffic(WARM))
    desk.box.clock -= 60 * 60
    desk.land(event(4, kind="rollback", from_=SERVING, to=WARM, reason="by hand"))
    done = desk.check(BREACH)
    assert (done.code, done.out.startswith(f"{WARM}: breach of availability\n")) == (1, True)
    key = "0004:availability"
    pull = the_rollback(desk, event=5, branch="fedfuse/rollback-0004-availability", key=key)
    assert pull.title == f"releases: rollback to {OLDEST} (event 0005)"
    desk.judge(pull.number, BREACH + 1)
    assert desk.merge(pull.number).out == f"pull request {pull.number}: merged\n"


def test_a_void_promotion_of_what_serves_is_no_obstacle(desk: Desk) -> None:
    desk.land(event(4, kind="promote", release=SERVING))
    assert desk.check(BREACH).code == 1
    the_rollback(desk, event=5)


def test_counters_from_before_the_newest_promotion_are_refused_and_nothing_is_opened(
    desk: Desk,
) -> None:
    desk.box.clock += 100 * 60
    for number, tag in ((4, WARM), (5, SERVING)):
        desk.land(event(number, kind="promote", release=tag))
    done = desk.check(BREACH)
    assert (done.code, "E717" in done.out) == (1, True)
    assert done.err == "nothing was opened\n"
    assert (desk.seen, sorted(desk.bare.heads())) == ([], ["main"])
    said = desk.check(BREACH, "--format=json").json()["response"]
    assert ([one["code"] for one in said["findings"]], said["issue"]) == (["E717"], None)


def test_a_production_that_moved_meanwhile_is_left_alone(desk: Desk) -> None:
    source = slo.reader(str(desk.samples), token="")
    assert not isinstance(source, tuple)
    now = datetime.fromisoformat(clock(BREACH))
    with Repository(desk.box.root) as repository:
        found = slo.check(history(repository, until="origin/main"), source, release="", now=now)
    moved = {"from_": SERVING, "to": WARM, "reason": "the operator was faster"}
    desk.land(event(4, kind="rollback", **moved))
    with Repository(desk.box.root) as repository:
        main_state = MainState.at(repository, "origin/main", now)
        remote = Remote(repository.git_dir, "origin")
        done = respond(main_state, found, remote=remote, github=None)
    assert sorted({one.code for one in done.findings}) == ["E706", "E717"]
    assert (done.proposal, sorted(desk.bare.heads())) == (None, ["main"])


def test_a_slow_burn_is_told_once_and_rolls_nothing_back(desk: Desk) -> None:
    desk.count([replace(sample(m, 4 * m, 1000 * m), release=SERVING) for m in range(0, DAY, 5)])
    dry = desk.check(DAY, "--dry-run")
    assert "issue, with GITHUB_TOKEN: would be opened: Slow burn 0003:availability" in dry.err
    assert desk.store.issues == []
    for _ in range(2):
        done = desk.check(DAY, "--format=json")
        said = done.json()
        assert (done.code, said["verdict"], said["action"]) == (0, "slow burn", "tell")
        assert said["reason"].startswith("availability burns its error budget slowly: 1d 4x")
        assert (said["breach"], said["response"]["pull_request"]) == (None, None)
    (issue,) = desk.store.issues
    assert issue["title"] == f"Slow burn 0003:availability: {SERVING} uses up its error budget"
    assert "**Nothing is rolled back.**" in issue["body"]
    Rendered.of(issue["body"]).assert_inert()
    assert (desk.store.pulls, sorted(desk.bare.heads())) == ({}, ["main"])
