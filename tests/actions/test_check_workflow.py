"""What happens on GitHub when a pull request is opened, run by the real check.yml."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.actions.stage import Stage
from tests.github.server import Fault, Seen
from tests.github.store import ACTIONS, APP, Check
from tests.support.registry import TOOL, RegistrySandbox

pytestmark = pytest.mark.act
PULL = 7
HF, STRANGER = 101, 666
BEFORE = ("Check out main", "Install the tool of main", "Fetch the head as objects")
WORKFLOW_OF_HEAD = """\
on: [pull_request, pull_request_target]
jobs:
  verdict:
    name: fedfuse/verdict
    runs-on: ubuntu-24.04
    steps: [{name: Say yes, run: echo the head says yes}]
"""
YES = {".yml": WORKFLOW_OF_HEAD, ".py": 'print("the tool of the head ran")\n', ".json": "true\n"}
REWRITTEN = (".github", "scripts", "schemas", "pyproject.toml", "requirements-dev.lock")


def steps(*, judged: str) -> set[tuple[str, str, str]]:
    """Every step of check.yml with the result of the last one."""
    done = {("judge", name, "success") for name in (*BEFORE, "Become the release App")}
    return done | {("judge", "Judge and publish the verdict", judged)}


def propose(stage: Stage, *, quality: float, author: int = HF) -> str:
    """Open a pull request that ships the next version of a unit; returns its head."""
    stage.box.branch("proposal")
    head = stage.box.land("hf/textgen-lora", 2, quality=quality, edit=price_today)
    stage.open_pull(PULL, head, author=author)
    return head


def rewrite_all_but_the_shipment(box: RegistrySandbox) -> list[str]:
    """Put something that says yes in place of every workflow, all of the tool, every schema."""
    paths = box.git("ls-files", "--", *REWRITTEN).splitlines()
    for path in paths:
        box.write(path, YES.get(Path(path).suffix, "#!/bin/sh\necho the tool of the head ran\n"))
    return paths


def price_today(manifest: dict[str, Any]) -> None:
    """The workflow judges by the real clock, for which a written date grows too old one day."""
    manifest["evaluation"]["pricing"]["as_of"] = datetime.now(UTC).date().isoformat()


def judged_at(text: str) -> list[datetime]:
    """The clocks that a report's reproduce line names."""
    return [
        datetime.fromisoformat(clock) for clock in re.findall(r"--at (\S+Z)$", text, re.MULTILINE)
    ]


def verdict(stage: Stage) -> Check:
    """The only check run there is."""
    (check,) = stage.github.store.checks
    assert check.name == "fedfuse/verdict"
    assert check.author == APP
    return check


def test_a_good_shipment_gets_the_verdict_of_the_app_and_one_comment(stage: Stage) -> None:
    head = propose(stage, quality=0.95)
    for _ in ("opened", "reopened"):
        run = stage.check(PULL)
        assert run.steps == steps(judged="success")
        assert run.jobs == {"judge": "success"}
    assert {check.head for check in stage.github.store.checks} == {head}
    assert {check.fields["conclusion"] for check in stage.github.store.checks} == {"success"}
    (comment,) = stage.github.store.comments
    assert (comment.number, comment.author) == (PULL, APP)
    assert "hf/textgen-lora" in comment.body
    assert comment.edits == 0, "the same judgement says nothing twice"


def test_the_workflows_own_clock_judges_and_a_later_look_edits_no_comment(stage: Stage) -> None:
    propose(stage, quality=0.95)
    before = datetime.now(UTC).replace(microsecond=0)
    stage.check(PULL)
    (comment,) = stage.github.store.comments
    (clock,) = judged_at(comment.body)
    assert before <= clock <= datetime.now(UTC)

    stage.check(PULL)
    first, second = stage.github.store.checks
    assert judged_at(first.output["summary"]) == [clock]
    assert judged_at(second.output["summary"]) > [clock], "judged anew, by a later clock"
    (comment,) = stage.github.store.comments
    assert (comment.edits, judged_at(comment.body)) == (0, [clock])


def test_without_an_app_the_token_of_actions_publishes(stage: Stage) -> None:
    propose(stage, quality=0.95)
    run = stage.check(PULL, has_app=False)
    assert run.steps == steps(judged="success") - {("judge", "Become the release App", "success")}
    (check,) = stage.github.store.checks
    (comment,) = stage.github.store.comments
    assert (check.fields["conclusion"], check.author) == ("success", ACTIONS)
    assert comment.author == ACTIONS


def test_a_shipment_that_fails_a_gate_gets_a_failure_and_a_red_job(stage: Stage) -> None:
    propose(stage, quality=0.5)
    run = stage.check(PULL)
    assert run.steps == steps(judged="failure")
    assert run.jobs == {"judge": "failure"}
    assert verdict(stage).fields["conclusion"] == "failure"
    assert len(stage.github.store.comments) == 1


def test_the_author_of_the_event_decides_who_ships(stage: Stage) -> None:
    propose(stage, quality=0.95, author=STRANGER)
    assert stage.check(PULL).jobs == {"judge": "failure"}
    assert verdict(stage).fields["conclusion"] == "failure"


def test_a_fork_that_rewrites_workflows_tool_and_schemas_is_judged_by_main(stage: Stage) -> None:
    box = stage.box
    box.branch("fork")
    box.ship("hf/textgen-lora", 2, quality=0.5)
    paths = rewrite_all_but_the_shipment(box)
    there = {file.relative_to(TOOL).as_posix() for file in (TOOL / ".github/workflows").iterdir()}
    assert {path for path in paths if path.startswith(".github/workflows/")} == there
    head = box.commit("hf: everything is fine")
    stage.open_pull(PULL, head, author=HF)

    own = stage.run("ci", "pull_request", commit=head, trusted=False)
    assert own.steps == {("verdict", "Say yes", "success")}, "what the fork itself can make green"

    run = stage.check(PULL)
    assert run.steps == steps(judged="failure")
    assert "the tool of the head ran" not in run.said
    found = verdict(stage)
    assert (found.head, found.fields["conclusion"]) == (head, "failure")
    assert "| quality floor | ❌ fail |" in found.output["summary"], "main's gates and limits"
    assert "`.github/workflows/check.yml` **`E202`**" in found.output["summary"], "main's rules"


def test_a_head_that_moves_while_it_is_judged_gets_nothing_posted(stage: Stage) -> None:
    propose(stage, quality=0.5)
    newer = stage.box.commit("hf: one more commit")

    def push(seen: Seen) -> Fault | None:
        if seen.path.endswith(f"/pulls/{PULL}"):
            stage.open_pull(PULL, newer, author=HF)
        return None

    stage.meanwhile = push
    run = stage.check(PULL)
    assert run.steps == steps(judged="success"), "the newer head has a run of its own"
    assert newer[:12] in run.said
    assert stage.github.writes == []
