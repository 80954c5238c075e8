"""The stage plays GitHub: pull requests through its API, merges, and what workflows are given."""

from datetime import datetime

import pytest

from fedfuse.adapters.github_http import Session
from tests.actions import payloads
from tests.actions.stage import ACTIONS_TOKEN, APP_TOKEN, Stage
from tests.github.store import APP, MAINTAINER, PERSON, token_of
from tests.support.operating_registry import event

pytestmark = pytest.mark.act
BRANCH = "fedfuse/event-1"
EVENT = "releases/events/0001.yaml"
PULLS = "/repos/acme/registry/pulls"
NOON = "2031-12-24T12:00:00Z"
ECHO = """\
on:
  workflow_dispatch: {inputs: {tag: {required: true}}}
  repository_dispatch: {types: [go]}
permissions: {}
defaults: {run: {shell: bash}}
jobs:
  echo:
    name: echo
    runs-on: ubuntu-24.04
    steps:
      - name: Check out main
        uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with: {ref: main, persist-credentials: false}
      - name: Install the tool
        run: scripts/setup
      - name: Say what was given
        env:
          GIVEN: >-
            ${{ github.event_name }} ${{ github.event.action }} ${{ inputs.tag }}
            ${{ github.event.client_payload.alert }} ${{ vars.SOURCE }}
            ${{ secrets.SOURCE_TOKEN != '' }}
        run: |
          echo "given: $GIVEN"
          echo "date: $(date -u +%FT%TZ)"
          .venv/bin/python -c 'from datetime import *; print("python:", datetime.now(UTC))'
"""


def yank(stage: Stage) -> int:
    """Push a branch of the App that withdraws a version, and open its pull request."""
    fields = {"kind": "yank", "version": "hf/textgen-lora@v1", "reason": "a test"}
    stage.box.branch(BRANCH)
    stage.box.commit("yank", dict(event(1, **fields)))
    assert stage.push(BRANCH, token=APP_TOKEN) == ""
    with Session(stage.github.url, APP_TOKEN) as session:
        asked = {"head": BRANCH, "base": "main", "title": "yank hf/textgen-lora@v1"}
        number: int = session.change("POST", PULLS, asked)["number"]
    return number


def test_a_pull_request_of_the_app_is_judged_by_check_and_merged_through_the_api(
    stage: Stage,
) -> None:
    number = yank(stage)
    pull = stage.github.store.pulls[number]
    assert pull.head == stage.box.head()
    assert (pull.author_id, stage.started) == (APP.id, (("pull_request.opened", number),))

    old, head = pull.head, stage.box.commit("one more commit")
    assert stage.push(BRANCH, token=APP_TOKEN) == ""
    assert pull.head == head != old
    assert stage.started[1:] == (("pull_request.synchronize", number),)

    assert stage.check(number, at=NOON).jobs == {"judge": "success"}
    with Session(stage.github.url, APP_TOKEN) as session:
        body = {"sha": head, "merge_method": "squash", "commit_title": "yank"}
        merged = session.change("PUT", f"{PULLS}/{number}/merge", body)
    assert stage.started[2:] == (("push", "refs/heads/main"),)

    before = stage.box.git("rev-parse", "main")
    stage.pull()
    assert stage.box.head() == merged["sha"]
    assert stage.box.git("rev-parse", "HEAD~1") == before
    assert (stage.box.root / EVENT).exists()
    assert stage.box.clock == datetime.fromisoformat(NOON).timestamp()
    released = stage.run("release", "push", at=NOON)
    assert set(released.jobs.values()) == {"success"}, "main is in a new clone"


def test_bots_push_only_branches_of_fedfuse_and_nobody_pushes_to_pulls(stage: Stage) -> None:
    for token in (APP_TOKEN, ACTIONS_TOKEN):
        assert "only below refs/heads/fedfuse/" in stage.push("main:refs/heads/x", token=token)
        assert stage.push("main:refs/heads/fedfuse/x", token=token) == ""
        assert stage.push(":refs/heads/fedfuse/x", token=token) == ""
    for account in (PERSON, MAINTAINER):
        for branch in ("fedfuse/x", "x"):
            assert stage.push(f"main:refs/heads/{branch}", token=token_of(account)) == ""
    assert "hidden ref" in stage.push("main:refs/pull/7/head", token=APP_TOKEN)


def test_a_run_is_given_payloads_variables_secrets_and_a_clock(stage: Stage) -> None:
    stage.box.commit("echo", {".github/workflows/echo.yml": ECHO})
    stage.merge()
    outside = {"SOURCE": "prometheus", "SOURCE_TOKEN": "a-secret-of-the-test"}
    by_hand = stage.run(
        "echo",
        "workflow_dispatch",
        payload=payloads.asked(tag="v1"),
        variables={"SOURCE": outside["SOURCE"]},
        secrets={"SOURCE_TOKEN": outside["SOURCE_TOKEN"]},
        at=NOON,
    )
    assert "given: workflow_dispatch  v1  prometheus true" in by_hand.said
    assert "date: 2031-12-24T12:00:" in by_hand.said
    assert "python: 2031-12-24 12:00:" in by_hand.said
    sent = stage.run("echo", "repository_dispatch", payload=payloads.dispatched("go", alert="cost"))
    assert "given: repository_dispatch go  cost  false" in sent.said
    assert "2031-12-24" not in sent.said
