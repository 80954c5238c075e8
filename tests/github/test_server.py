"""The loopback GitHub lets nothing pass that GitHub's own description does not allow."""

import json

import pytest

from fedfuse.adapters.github_http import Session
from tests.github.description import Answered, event
from tests.github.server import HANDLERS, LoopbackGitHub, description
from tests.github.store import APP, PERSON
from tests.github.world import ASK, BRANCH, World

pytestmark = pytest.mark.npm
CHECK = {"name": "x", "head_sha": "a" * 40, "status": "in_progress"}
OUTPUT = {"title": "t", "summary": "s"}
LINE = {"path": "a", "start_line": 1, "end_line": 1, "annotation_level": "failure", "message": "m"}


def departures(method: str, path: str, body: dict[str, object] | None) -> list[str]:
    """What the server notes about one request."""
    github = LoopbackGitHub()
    with pytest.raises(AssertionError), github, Session(github.url, "ghs_app") as session:
        session.change(method, f"/repos/acme/registry{path}", body)
    return github.departures


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({**CHECK, "head": "a"}, "unknown field head"),
        ({**CHECK, "output": {**OUTPUT, "annotation": []}}, "unknown field output.annotation"),
        ({**CHECK, "output": {"title": "t"}}, "'summary' is a required property"),
        ({**CHECK, "status": "done"}, "'done' is not one of"),
        ({**CHECK, "output": {**OUTPUT, "summary": "s" * 65_536}}, "is too long"),
        ({**CHECK, "output": {**OUTPUT, "annotations": [LINE] * 51}}, "is too long"),
    ],
)
def test_a_request_that_github_would_not_take_fails_the_test(
    body: dict[str, object], problem: str
) -> None:
    body = {**body, "output": body.get("output", OUTPUT)}
    assert problem in "".join(departures("POST", "/check-runs", body))


@pytest.mark.parametrize(
    ("path", "problem"),
    [("/nothing", "no such operation here"), ("/pulls?states=all", "unknown query states")],
)
def test_an_operation_or_a_query_that_does_not_exist_fails_the_test(
    path: str, problem: str
) -> None:
    assert departures("GET", path, None) == [
        f"GET /repos/acme/registry{path.partition('?')[0]}: {problem}"
    ]


def test_an_answer_that_github_would_not_give_fails_the_test() -> None:
    path = "/repos/acme/registry/pulls/7"
    operation, _ = description().operation("GET", path) or (None, {})
    assert operation is not None
    body = json.dumps({**operation.example(), "state": "lost"}).encode()
    found = description().problems_of_answer(operation, path, Answered(200, body))
    assert "'lost' is not one of" in "".join(found)
    teapot = description().problems_of_answer(operation, path, Answered(418, b"{}"))
    assert teapot == ["no answer 418 is described"]


def test_every_operation_of_the_server_is_one_of_githubs() -> None:
    assert {one.id for one in description().chosen} == set(HANDLERS)


def test_the_events_are_githubs_own_examples() -> None:
    opened = event("pull_request", "opened")
    assert opened["pull_request"]["head"]["sha"]
    assert opened["pull_request"]["user"]["id"]


@pytest.mark.parametrize("of", ["acme/other", "other/registry", "acme/registry2"])
def test_no_other_repository_is_found_and_nothing_happens_to_the_one_there_is(
    world: World, of: str
) -> None:
    number = world.opened()
    asked = (
        ("GET", "", None),
        ("GET", "/pulls", None),
        ("GET", f"/pulls/{number}", None),
        ("POST", "/pulls", {**ASK, "head": "main"}),
        ("POST", "/issues", {"title": "breach"}),
        ("PATCH", f"/pulls/{number}", {"state": "closed"}),
        ("POST", "/check-runs", {**CHECK, "output": OUTPUT}),
        ("POST", "/releases", {"tag_name": "v1"}),
        ("DELETE", f"/git/refs/heads/{BRANCH}", None),
    )
    for method, path, body in asked:
        status, said = world.ask(method, path, body, of=of)
        assert (status, said["message"]) == (404, "Not Found"), (method, path)
    store = world.store
    assert (store.issues, store.checks, store.releases) == ([], [], [])
    assert store.pulls[number].is_open
    assert BRANCH in store.git().heads()


def test_issues_carry_author_labels_and_body_and_are_filtered(world: World) -> None:
    fields = {"title": "breach", "body": "why", "labels": ["fedfuse-slo", "page"]}
    _, made = world.ask("POST", "/issues", fields)
    world.ask("POST", "/issues", {"title": "other"}, by=PERSON)
    assert (made["user"]["login"], made["body"], made["state"]) == (APP.login, "why", "open")
    assert [label["name"] for label in made["labels"]] == fields["labels"]
    _, changed = world.ask(
        "PATCH", f"/issues/{made['number']}", {"state": "closed", "body": "done"}
    )
    assert (changed["state"], changed["body"], changed["title"]) == ("closed", "done", "breach")

    def titles(query: str) -> list[str]:
        _, found = world.ask("GET", f"/issues?{query}")
        return [one["title"] for one in found]

    assert titles("") == ["other"]
    assert titles("state=all") == ["other", "breach"]
    assert titles("state=all&labels=page,fedfuse-slo") == ["breach"]
    assert titles("labels=fedfuse-slo") == titles("state=all&labels=lost") == []
