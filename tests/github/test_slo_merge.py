"""`fedfuse slo merge`: a rollback that a breach proves is merged once, all else is for people."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from fedfuse.adapters import yaml_strict
from fedfuse.model.document import Document
from tests.github.operating import BREACH, Desk
from tests.github.server import Fault, Seen
from tests.github.store import ACTIONS, APP, MAINTAINER, PROVIDER, Account, Check
from tests.support.changes import commit_files
from tests.support.cli_runner import Done
from tests.support.operating_registry import event
from tests.support.slo_registry import SERVING, WARM, clock

pytestmark = pytest.mark.npm
EVENT = "releases/events/0004.yaml"


def proven(desk: Desk, **counters: int) -> dict[str, Any]:
    """The event that the breach asks for, with some of its counters replaced."""
    desk.check(BREACH)
    (pull,) = desk.store.pulls.values()
    data = desk.bare.git("show", f"{pull.head}:{EVENT}").encode()
    loaded = yaml_strict.load(data, path=EVENT)
    assert isinstance(loaded, Document)
    fields = {k: v for k, v in loaded.value.items() if k not in {"apiVersion", "number"}}
    fields["from_"] = fields.pop("from")
    return {**fields, "counters": {**fields["counters"], **counters}}


def is_left(desk: Desk, done: Done, number: int, *, why: str) -> bool:
    """Whether a pull request was left as it is, for this reason and without a failure."""
    said = f"pull request {number}: left to people: "
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(said)
    assert why in done.out
    return not any(map(merging, desk.seen))


def test_a_proven_rollback_with_its_verdict_becomes_one_commit_on_main(desk: Desk) -> None:
    number, main = desk.breach(), desk.main
    done = desk.merge(number)
    assert (done.code, done.out, done.err) == (0, f"pull request {number}: merged\n", "")
    assert desk.bare.git("log", "--format=%s", f"{main}..main") == (
        f"releases: rollback to {WARM} (event 0004, breach 0003:availability) (#{number})"
    )
    assert desk.bare.git("diff", "--name-status", main, "main") == f"A\t{EVENT}"


def test_after_the_merge_everything_agrees_and_nothing_more_happens(desk: Desk) -> None:
    number = desk.breach()
    desk.merge(number, BREACH + 2)
    desk.fetch()
    status = desk.run("status", "--format=json").json()
    assert status["production"] == WARM
    assert (status["quarantined"], status["holds"]) == ([SERVING], [4])
    for minutes, tag in ((BREACH + 1, SERVING), (BREACH + 2, WARM)):
        served = desk.run("history", f"--at={clock(minutes)}", "--format=json").json()
        assert served["production"] == tag
    state, written = desk.state, len(desk.github.writes)
    for minutes in (BREACH + 3, BREACH + 30):
        healthy = desk.check(minutes, "--format=json")
        said = healthy.json()
        assert (healthy.code, said["release"], said["verdict"]) == (0, WARM, "healthy")
        again = desk.merge(number, minutes)
        assert (again.code, again.out) == (0, f"pull request {number}: merged already\n")
    assert (desk.state, len(desk.github.writes)) == (state, written)
    refused = desk.run("promote", SERVING, "--offline", f"--at={clock(90)}")
    assert (refused.code, "E704" in refused.out) == (1, True)


def test_a_proven_rollback_waits_for_the_verdict_of_the_app(desk: Desk) -> None:
    desk.check(BREACH)
    ((number, pull),) = desk.store.pulls.items()
    waits = f"pull request {number}: waits for its verdict\n"
    assert desk.merge(number).out == waits
    fields = {"status": "completed", "conclusion": "failure", "output": {}}
    desk.store.checks.append(Check(7, pull.head, "fedfuse/verdict", APP, fields))
    done = desk.merge(number)
    assert (done.code, done.out) == (0, waits)
    assert not any(map(merging, desk.seen))


def merging(seen: Seen) -> bool:
    return seen.path.endswith("/merge")


EVENTS: Mapping[str, tuple[Callable[[Desk], dict[str, bytes]], str]] = {
    "no counters": (
        lambda _: event(4, kind="rollback", from_=SERVING, to=WARM, reason="slow"),
        "no rollback that a breach asks for",
    ),
    "a promotion": (
        lambda _: event(4, kind="promote", release=WARM),
        "no rollback that a breach asks for",
    ),
    "a yank": (
        lambda _: event(4, kind="yank", version="gcp/embedder@v1", reason="x"),
        "no rollback that a breach asks for",
    ),
    "no event": (lambda _: {"README.md": b"x\n"}, "no rollback that a breach asks for"),
    "another number": (lambda d: event(5, **proven(d)), "E702"),
    "two events": (
        lambda d: {**event(4, **proven(d)), **event(5, kind="hold", reason="x")},
        "no rollback that a breach asks for",
    ),
    "a file beside it": (
        lambda d: {**event(4, **proven(d)), "registry.yaml": b"mine: true\n"},
        "E202",
    ),
    "a healthy count": (lambda d: event(4, **proven(d, errors_5m=0, errors_30m=0)), "E717"),
    "an impossible count": (lambda d: event(4, **proven(d, errors_5m=51)), "E717"),
    "another activation": (
        lambda d: event(4, **proven(d, activated_at=1_795_525_200 - 60)),
        "E717",
    ),
    "another promotion": (
        lambda d: event(4, **{**proven(d), "breach_key": "0002:availability"}),
        "E717",
    ),
    "an unknown objective": (
        lambda d: event(4, **{**proven(d), "breach_key": "0003:kindness"}),
        "E717",
    ),
    "no warm release": (lambda d: event(4, **{**proven(d), "to": SERVING}), "E706"),
}


@pytest.mark.parametrize(("files", "why"), EVENTS.values(), ids=EVENTS)
def test_anything_but_a_proven_rollback_is_left_to_people_however_green_it_is(
    desk: Desk, files: Callable[[Desk], dict[str, bytes]], why: str
) -> None:
    number = desk.offer(files(desk))
    assert is_left(desk, desk.merge(number), number, why=why)


@pytest.mark.parametrize("who", [MAINTAINER, PROVIDER])
def test_the_same_rollback_by_anybody_else_is_left_to_people(desk: Desk, who: Account) -> None:
    number = desk.offer(event(4, **proven(desk)), by=who)
    why = f"account {who.id} opened it, not the App {APP.login}"
    assert is_left(desk, desk.merge(number), number, why=why)


@pytest.mark.parametrize(
    ("repository", "base"), [("mallory/registry", "main"), ("acme/registry", "stable")]
)
def test_a_rollback_from_a_fork_or_to_another_branch_is_left_to_people(
    desk: Desk, repository: str, base: str
) -> None:
    number = desk.offer(event(4, **proven(desk)), repository=repository, base=base)
    assert is_left(desk, desk.merge(number), number, why="does not come from a branch of acme")


def test_what_somebody_else_pushes_to_the_branch_of_the_app_is_left_to_people(desk: Desk) -> None:
    number = desk.breach()
    pull = desk.store.pulls[number]
    of_app, parent = pull.head, desk.box.git("rev-parse", "origin/main")
    theirs = event(4, **proven(desk, requests_6h=99_999_999))
    desk.push(commit_files(desk.box, theirs, parent=parent), pull.branch)
    desk.approve(number)
    done = desk.merge(number, head=of_app)
    assert is_left(desk, done, number, why=f"its head is no longer {of_app[:12]}")


def test_a_success_that_another_workflow_reports_is_no_verdict(desk: Desk) -> None:
    desk.check(BREACH)
    ((number, pull),) = desk.store.pulls.items()
    fields = {"status": "completed", "conclusion": "success", "output": {}}
    desk.store.checks.append(Check(7, pull.head, "fedfuse/verdict", ACTIONS, fields))
    assert desk.merge(number).out == f"pull request {number}: waits for its verdict\n"
    assert not any(map(merging, desk.seen))


def test_a_closed_rollback_is_left_to_people(desk: Desk) -> None:
    number = desk.breach()
    desk.store.pulls[number].is_open = False
    assert is_left(desk, desk.merge(number), number, why="somebody closed it")


def test_counters_older_than_an_hour_are_left_to_people(desk: Desk) -> None:
    number = desk.breach()
    assert is_left(desk, desk.merge(number, BREACH + 61), number, why="E717")
    assert desk.merge(number, BREACH + 60).out == f"pull request {number}: merged\n"


def test_a_registry_without_an_app_merges_nothing(desk: Desk) -> None:
    number = desk.breach()
    policy = desk.box.git("show", "main:registry.yaml")
    desk.land({"registry.yaml": policy.partition("\napp: ")[0].encode() + b"\n"})
    assert is_left(desk, desk.merge(number), number, why="registry.yaml names no App")


def test_a_head_that_moves_between_judging_and_merging_is_not_merged(desk: Desk) -> None:
    number, main = desk.breach(), desk.main
    branch = desk.store.pulls[number].branch
    desk.box.git("fetch", "-q", "origin", branch)

    def move(seen: Seen) -> None:
        if merging(seen):
            desk.box.git("switch", "-q", "--detach", "FETCH_HEAD")
            desk.push(desk.box.commit("one more", {"README.md": "mine\n"}), branch)

    desk.faults(move)
    done = desk.merge(number)
    assert done.is_error(3)
    assert "(HTTP 409)" in done.err
    assert (desk.main, desk.store.pulls[number].is_open) == (main, True)


def test_behind_main_it_is_brought_up_to_date_by_the_next_look(desk: Desk) -> None:
    number = desk.breach()
    main = desk.land(fetch=False)
    done = desk.merge(number)
    assert done.is_error(3)
    assert done.err.endswith(
        "fix: fedfuse slo check --open-pr, which brings the pull request up to date with main\n"
    )
    assert desk.main == main
    desk.fetch()
    assert "pull request: open already" in desk.check(BREACH + 5).err
    desk.judge(number, BREACH + 6)
    assert desk.merge(number, BREACH + 7).out == f"pull request {number}: merged\n"


def rollbacks(desk: Desk) -> int:
    """How many rollbacks are on main."""
    subjects = desk.bare.git("log", "--format=%s", "main").splitlines()
    return sum(subject.startswith("releases: rollback") for subject in subjects)


def test_a_merge_whose_answer_is_lost_is_merged(desk: Desk) -> None:
    number = desk.breach()
    desk.faults(lambda seen: Fault(0, done=True) if merging(seen) else None)
    assert desk.merge(number).out == f"pull request {number}: merged\n"
    assert rollbacks(desk) == 1


def test_a_merge_that_was_lost_on_its_way_is_an_error_and_done_by_the_next_run(desk: Desk) -> None:
    number = desk.breach()
    desk.faults(lambda seen: Fault(0) if merging(seen) else None)
    done = desk.merge(number)
    assert done.is_error(3)
    assert rollbacks(desk) == 0
    desk.faults(lambda _: None)
    assert desk.merge(number).out == f"pull request {number}: merged\n"
    assert rollbacks(desk) == 1


@pytest.mark.slow
@pytest.mark.parametrize("done", [False, True])
def test_killed_at_the_merge_and_run_again_there_is_one_rollback(desk: Desk, *, done: bool) -> None:
    number = desk.breach()
    requests = len(desk.seen)
    words = desk.merge_words(number, BREACH + 2)
    desk.killed_at_request(3, done=done, words=words)
    assert merging(desk.seen[requests + 2])
    assert rollbacks(desk) == int(done)
    expected = "merged already" if done else "merged"
    assert desk.merge(number).out == f"pull request {number}: {expected}\n"
    assert rollbacks(desk) == 1


def test_eight_racers_merge_one_rollback(desk: Desk) -> None:
    number = desk.breach()
    words = desk.merge_words(number, BREACH + 2)
    racers = [desk.start(*words) for _ in range(8)]
    for racer in racers:
        racer.join()
    assert [racer.exitcode for racer in racers] == [0] * 8
    assert rollbacks(desk) == 1


def test_without_a_token_nothing_is_asked(desk: Desk) -> None:
    number = desk.breach()
    asked = len(desk.seen)
    desk.be(None)
    done = desk.merge(number)
    assert done.is_error(2)
    assert len(desk.seen) == asked


def test_a_person_with_a_token_cannot_merge_what_the_app_may(desk: Desk) -> None:
    number = desk.breach()
    desk.be(MAINTAINER)
    done = desk.merge(number)
    assert done.is_error(3)
    assert "At least 1 approving review is required" in done.err
    assert rollbacks(desk) == 0


def test_there_is_no_such_pull_request(desk: Desk) -> None:
    assert desk.merge(99).is_error(3)
