"""The loopback GitHub merges what the rulesets let merge, and starts what GitHub would start."""

import pytest

from tests.github.store import ACTIONS, APP, MAINTAINER
from tests.github.world import BRANCH, World

pytestmark = pytest.mark.npm
RULES = "Repository rule violations found\n\n"
NO_REVIEW = "At least 1 approving review is required by reviewers with write access."
NO_VERDICT = 'Required status check "fedfuse/verdict" is expected.'


def test_a_green_pull_request_of_the_app_becomes_one_commit_on_main(world: World) -> None:
    number, main = world.opened(), world.main
    head = world.judged(number, "success")
    world.store.now = "2026-12-01T09:30:00Z"
    status, said = world.merge(number, sha=head, commit_title="rollback: 1")
    assert (status, said["merged"], said["sha"]) == (200, True, world.main)
    form = "--format=%P %T %ct %s"
    assert world.store.git().git("log", "-1", form, "main") == (
        f"{main} {world.clone.git('rev-parse', head + '^{tree}')} 1796117400 rollback: 1"
    )
    _, now = world.ask("GET", f"/pulls/{number}")
    assert (now["state"], now["merged"], now["merged_at"]) == ("closed", True, world.store.now)
    assert now["merge_commit_sha"] == world.main
    again, said = world.merge(number, sha=head)
    assert (again, said["message"]) == (405, "Pull Request is not mergeable")


def test_nothing_merges_that_the_rulesets_forbid(world: World) -> None:
    number, main = world.opened(), world.main
    refusals = [world.merge(number)]
    world.judged(number, "success", by=ACTIONS)
    refusals.append(world.merge(number))
    world.judged(number, "success")
    world.judged(number, "failure")
    refusals.append(world.merge(number))
    assert [(status, said["message"]) for status, said in refusals] == [
        (405, f"{RULES}{NO_VERDICT}")
    ] * 3
    head = world.judged(number, "success")
    for account in (ACTIONS, MAINTAINER):
        status, said = world.merge(number, by=account)
        assert (status, said["message"]) == (405, f"{RULES}{NO_REVIEW}")
    status, said = world.merge(number, sha=main)
    assert (status, said["message"]) == (
        409,
        "Head branch was modified. Review and try the merge again.",
    )
    for method in ("merge", "rebase"):
        status, said = world.ask("PUT", f"/pulls/{number}/merge", {"merge_method": method})
        assert (status, "not allowed on this repository" in said["message"]) == (405, True)
    assert world.merge(9)[0] == 404
    assert world.main == main
    world.store.reviews[number] = ["APPROVED"]
    assert world.merge(number, by=MAINTAINER, sha=head)[0] == 200


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_no_draft_and_no_closed_pull_request_merges(world: World, state: str) -> None:
    number = world.opened(draft=state == "draft")
    world.judged(number, "success")
    if state == "closed":
        world.change(number, state="closed")
    status, said = world.merge(number)
    expected = {"draft": "Pull Request is still a draft", "closed": "Pull Request is not mergeable"}
    assert (status, said["message"]) == (405, expected[state])


def test_a_head_that_is_behind_main_must_be_brought_up_to_date_first(world: World) -> None:
    number, other = world.opened(), "fedfuse/event-2"
    world.clone.git("switch", "-q", "-C", "other", world.main)
    world.push(other)
    late = world.opened(head=other)
    for one in (number, late):
        world.judged(one, "success")
    assert world.merge(number)[0] == 200
    status, said = world.merge(late)
    assert (status, said["message"]) == (405, f"{RULES}{NO_VERDICT}")


def test_what_actions_does_starts_no_workflow_but_a_dispatch(world: World) -> None:
    first = world.opened()
    world.push(BRANCH)
    world.push(BRANCH, by=ACTIONS)
    for account in (APP, ACTIONS):
        world.change(first, by=account, body="newer")
    world.judged(first, "success")
    assert world.merge(first)[0] == 200
    assert world.store.started == [
        ("pull_request.opened", first),
        ("pull_request.synchronize", first),
        ("pull_request.edited", first),
        ("push", "refs/heads/main"),
    ]
    world.push("fedfuse/event-2", by=ACTIONS)
    world.opened(head="fedfuse/event-2", by=ACTIONS)
    sent = {"event_type": "slo-breach", "client_payload": {"alert": "availability"}}
    assert world.ask("POST", "/dispatches", sent, by=ACTIONS)[0] == 204
    assert world.store.started[4:] == [("repository_dispatch", "slo-breach")]
    assert world.store.dispatches == [sent]
