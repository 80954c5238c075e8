"""The loopback GitHub opens, lists, follows and closes pull requests as GitHub does."""

import pytest

from tests.github.store import ACTIONS, APP, MAINTAINER, PERSON, Pull
from tests.github.world import ASK, BRANCH, World

pytestmark = pytest.mark.npm


def test_a_pull_request_is_its_branch_by_the_account_of_the_token(world: World) -> None:
    number = world.opened(draft=True)
    status, made = world.ask("GET", f"/pulls/{number}")
    assert (status, made["state"], made["draft"], made["merged"]) == (200, "open", True, False)
    assert (made["user"]["login"], made["user"]["id"], made["user"]["type"]) == (
        APP.login,
        APP.id,
        "Bot",
    )
    assert (made["title"], made["body"], made["base"]["ref"]) == ("rollback", "why", "main")
    assert made["base"]["sha"] == world.main
    assert (made["head"]["ref"], made["head"]["repo"]["full_name"]) == (BRANCH, "acme/registry")
    assert made["head"]["sha"] == world.store.git().refs("refs/pull/")[f"{number}/head"]
    assert made["html_url"] == f"https://github.com/acme/registry/pull/{number}"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"head": "fedfuse/lost"}, {"field": "head", "code": "invalid"}),
        ({"head": f"mallory:{BRANCH}"}, {"field": "head", "code": "invalid"}),
        ({"head_repo": "other"}, {"field": "head", "code": "invalid"}),
        ({"base": "lost"}, {"field": "base", "code": "invalid"}),
        ({"title": ""}, {"field": "title", "code": "missing_field"}),
        ({"head": "main"}, {"code": "custom", "message": "No commits between main and main"}),
    ],
)
def test_a_pull_request_needs_a_branch_with_commits_of_its_own(
    world: World, fields: dict[str, str], error: dict[str, str]
) -> None:
    status, said = world.ask("POST", "/pulls", {**ASK, **fields})
    assert (status, said["message"]) == (422, "Validation Failed")
    assert said["errors"] == [{"resource": "PullRequest", **error}]
    assert world.store.pulls == {}
    assert world.store.started == []


def test_a_branch_has_one_open_pull_request(world: World) -> None:
    first = world.opened()
    status, said = world.ask("POST", "/pulls", {**ASK, "head": f"acme:{BRANCH}"})
    assert status == 422
    assert said["errors"][0]["message"] == f"A pull request already exists for acme:{BRANCH}."
    world.change(first, state="closed")
    assert world.opened() > first


def test_a_branch_of_the_owners_other_repository_is_another_branch(world: World) -> None:
    world.store.pulls[7] = Pull(7, "a" * 40, APP.id, repository="acme/other", branch=BRANCH)
    own = world.opened()
    assert world.numbers(f"head=acme:{BRANCH}") == [own, 7], "GitHub asks for the owner alone"
    names = [world.ask("GET", f"/pulls/{n}")[1]["head"]["repo"]["full_name"] for n in (own, 7)]
    assert names == ["acme/registry", "acme/other"]
    world.push(BRANCH)
    assert world.store.pulls[7].head == "a" * 40


def test_actions_opens_no_pull_request_where_the_settings_forbid_it(world: World) -> None:
    world.store.workflow_token["can_approve_pull_request_reviews"] = False
    status, said = world.ask("POST", "/pulls", ASK, by=ACTIONS)
    assert (status, said["message"]) == (
        403,
        "GitHub Actions is not permitted to create or approve pull requests.",
    )


def test_a_list_is_filtered_by_state_head_and_base(world: World) -> None:
    closed = world.opened()
    world.change(closed, state="closed", title="old")
    own = world.opened()
    world.store.pulls[7] = Pull(7, "a" * 40, MAINTAINER.id, branch=BRANCH)
    world.store.pulls[8] = Pull(8, "b" * 40, MAINTAINER.id, base="other")
    assert world.numbers() == [own, 8, 7]
    assert world.numbers("state=closed") == [closed]
    assert world.numbers("state=all") == [own, closed, 8, 7]
    assert world.numbers(f"head=acme:{BRANCH}") == [own]
    assert world.numbers(f"head=alice:{BRANCH}&base=main") == [7]
    assert world.numbers("base=other") == [8]
    _, fork = world.ask("GET", "/pulls/7")
    assert (fork["head"]["repo"]["full_name"], fork["head"]["repo"]["fork"]) == (
        "alice/registry",
        True,
    )
    _, old = world.ask("GET", f"/pulls/{closed}")
    assert (old["title"], old["merged"], old["merged_at"]) == ("old", False, None)


def test_the_head_follows_its_branch_and_an_approval_of_another_head_ends(world: World) -> None:
    number = world.opened()
    world.store.reviews[number] = ["COMMENTED", "APPROVED"]
    head = world.push(BRANCH)
    _, now = world.ask("GET", f"/pulls/{number}")
    assert now["head"]["sha"] == head == world.store.git().refs("refs/pull/")[f"{number}/head"]
    assert world.store.reviews[number] == ["COMMENTED", "DISMISSED"]


def test_a_branch_is_deleted_once_and_takes_its_pull_request_with_it(world: World) -> None:
    number = world.opened()
    place = f"/git/refs/heads/{BRANCH}"
    status, said = world.ask("DELETE", place, by=PERSON)
    assert status == 422
    assert "Cannot delete" in said["message"]
    assert world.ask("DELETE", place)[0] == 204
    status, said = world.ask("DELETE", place)
    assert (status, said["message"]) == (422, "Reference does not exist")
    assert world.ask("DELETE", "/git/refs/heads/main")[0] == 422
    _, now = world.ask("GET", f"/pulls/{number}")
    assert (now["state"], now["merged"]) == ("closed", False)
