"""`--open-pr`: one branch and one pull request for one wish, whatever else happens."""

import pytest

from tests.github.holding import BRANCH, hold, the_pull
from tests.github.operating import Desk
from tests.github.store import APP, MAINTAINER, Pull
from tests.support.changes import commit_files
from tests.support.operating_registry import event
from tests.support.slo_registry import SERVING
from tests.unit.report.hostile import Rendered

pytestmark = pytest.mark.npm


def test_the_pull_request_says_what_it_does_shows_the_event_and_how_to_rehearse_it(
    desk: Desk,
) -> None:
    done = desk.run(*hold())
    (number,) = desk.store.pulls
    assert (done.code, done.err) == (0, "pull request: opened\n")
    assert done.out == f"https://github.com/acme/registry/pull/{number}\n"
    assert the_pull(desk).body == (
        "This holds promotions until an event lifts the hold.\n\n"
        "    apiVersion: fedfuse/v1\n"
        "    kind: hold\n"
        "    number: 4\n"
        "    reason: wait\n\n"
        f"Rehearse it: `fedfuse check --base origin/main --head origin/{BRANCH}`\n\n"
        "The branch is made anew when main moves; close this pull request to decline.\n"
    )


@pytest.mark.parametrize(
    "reason",
    [
        "@acme/everyone ![x](https://evil.example/x.png) ``` </details> fixes #1",
        "\u0430cme \uff20everyone " + "\U0001f600" * 400,
        "- [ ] x | y | <script>alert(1)</script> `" + " very" * 90,
    ],
)
def test_a_hostile_reason_is_shown_whole_and_does_nothing(desk: Desk, reason: str) -> None:
    done = desk.run(*hold(reason))
    assert done.code == 0, done.err
    (pull,) = desk.store.pulls.values()
    rendered = Rendered.of(str(pull.body))
    rendered.assert_inert()
    (block,) = rendered.fences
    (line,) = [line for line in block.content.splitlines() if line.startswith("reason: ")]
    assert not line.endswith("...")
    assert pull.title == "releases: hold promotions (event 0004)"


def test_the_json_names_the_pull_request(desk: Desk) -> None:
    said = desk.run(*hold(), "--format=json").json()
    (number,) = desk.store.pulls
    assert said["pull_request"] == {
        "number": number,
        "url": f"https://github.com/acme/registry/pull/{number}",
        "head": desk.bare.heads()[BRANCH],
        "step": "opened",
    }


def test_asked_again_nothing_is_written(desk: Desk) -> None:
    first = desk.run(*hold())
    state, written = desk.state, len(desk.github.writes)
    for again in (hold(), hold("said otherwise")):
        done = desk.run(*again)
        assert (done.code, done.out, done.err) == (0, first.out, "pull request: open already\n")
    assert (desk.state, len(desk.github.writes)) == (state, written)


def test_people_may_write_around_the_event_in_the_description(desk: Desk) -> None:
    desk.run(*hold())
    pull = the_pull(desk)
    pull.body = f"Seen by Ada.\n\n{pull.body}".replace("\n", "\r\n")
    written = len(desk.github.writes)
    assert desk.run(*hold()).code == 0
    assert len(desk.github.writes) == written


def test_when_main_moved_the_same_pull_request_gets_a_new_head_and_shows_the_new_event(
    desk: Desk,
) -> None:
    desk.run(*hold())
    old = the_pull(desk)
    number, head = old.number, old.head
    desk.land(event(4, kind="hold", reason="somebody else was first"))
    done = desk.run(*hold())
    assert (done.code, done.err) == (0, "pull request: open already\n")
    new = the_pull(desk, number=5)
    assert (new.number, new.head == head) == (number, False)
    assert desk.bare.git("rev-parse", f"{new.head}^") == desk.main


def test_a_clone_that_is_behind_pushes_nothing_and_says_how_to_fetch(desk: Desk) -> None:
    desk.land(fetch=False)
    state = desk.state
    done = desk.run(*hold())
    assert done.is_error(3)
    assert "fix: git fetch origin main" in done.err
    assert desk.state == state
    desk.fetch()
    assert desk.run(*hold()).code == 0
    the_pull(desk)


@pytest.mark.parametrize("tidy", [False, True], ids=["branch kept", "branch deleted"])
def test_closed_by_somebody_it_stays_closed_until_main_moves(desk: Desk, *, tidy: bool) -> None:
    first = desk.run(*hold())
    ((number, pull),) = desk.store.pulls.items()
    pull.is_open = False
    if tidy:
        desk.bare.delete(f"refs/heads/{BRANCH}")
    state, written = desk.state, len(desk.github.writes)
    for again in (hold(), hold("said otherwise")):
        done = desk.run(*again)
        assert (done.code, done.out) == (0, first.out)
        assert done.err == "pull request: closed by somebody\n"
    assert (desk.state, len(desk.github.writes)) == (state, written)
    desk.land()
    assert desk.run(*hold()).err == "pull request: opened\n"
    assert [one.is_open for one in desk.store.pulls.values()] == [False, True]
    del desk.store.pulls[number]
    the_pull(desk)


@pytest.mark.parametrize(
    "files",
    [
        event(4, kind="lift", hold=3),
        event(4, kind="yank", version="gcp/embedder@v1", reason="wait"),
        event(9, kind="hold", reason="wait"),
        {"releases/events/0004.yaml": b"kind: hold\n"},
        {**event(4, kind="hold", reason="wait"), "registry.yaml": b"mine: true\n"},
        {"README.md": b"nothing to see\n"},
    ],
    ids=["illegal", "another kind", "another number", "broken", "something beside it", "no event"],
)
def test_a_branch_that_asks_for_something_else_is_replaced(
    desk: Desk, files: dict[str, bytes]
) -> None:
    desk.push(commit_files(desk.box, files, parent=desk.main), BRANCH)
    assert desk.run(*hold()).err == "pull request: opened\n"
    the_pull(desk)


def test_a_branch_that_is_behind_main_is_replaced(desk: Desk) -> None:
    made = commit_files(desk.box, event(4, kind="hold", reason="wait"), parent=desk.main)
    desk.land()
    desk.push(made, BRANCH)
    assert desk.run(*hold()).code == 0
    assert desk.bare.git("rev-parse", f"{the_pull(desk).head}^") == desk.main


def test_a_branch_that_asks_for_the_same_is_left_and_its_event_is_the_one_shown(
    desk: Desk,
) -> None:
    files = event(4, kind="hold", reason="the operator said it first")
    theirs = commit_files(desk.box, files, parent=desk.main)
    desk.push(theirs, BRANCH)
    assert desk.run(*hold()).code == 0
    pull = the_pull(desk)
    assert (pull.head, "the operator said it first" in str(pull.body)) == (theirs, True)


def test_two_waivers_of_one_unit_are_two_pull_requests(desk: Desk) -> None:
    manifest = desk.box.root / desk.box.ship("hf/textgen-lora", 4)
    for gate in ("quality", "latency", "quality"):
        words = ("waive", f"--manifest={manifest}", f"--gate={gate}", "--until=2026-12-20")
        done = desk.run(*words, "--reason=x", "--open-pr", "--at=2026-11-24T14:00:00Z")
        assert done.code == 0, done.out + done.err
    assert len({one.branch for one in desk.store.pulls.values()}) == 2


def test_what_was_closed_of_another_repository_of_the_owner_does_not_count(desk: Desk) -> None:
    head = commit_files(desk.box, event(4, kind="hold", reason="x"), parent=desk.main)
    fork = Pull(7, head, MAINTAINER.id, "maintainer", "acme/fork", BRANCH, is_open=False)
    desk.store.pulls[7] = fork
    assert desk.run(*hold()).err == "pull request: opened\n"
    del desk.store.pulls[7]
    the_pull(desk)


def test_without_a_token_the_branch_is_there_and_the_page_that_opens_it(desk: Desk) -> None:
    desk.be(None)
    done = desk.run(*hold())
    page = f"https://github.com/acme/registry/compare/main...{BRANCH}?expand=1"
    assert (done.code, done.out) == (0, f"{page}\n")
    assert done.err == "pull request: to be opened by you\n"
    assert (desk.store.pulls, desk.seen) == ({}, [])
    desk.be(APP)
    assert desk.run(*hold()).code == 0
    the_pull(desk)


def test_what_is_refused_is_not_proposed(desk: Desk) -> None:
    state = desk.state
    done = desk.run("promote", SERVING, "--offline", "--open-pr")
    assert (done.code, "E704" in done.out, done.err) == (1, True, "nothing was written\n")
    assert (desk.state, desk.seen) == (state, [])
