"""What the windows of the week bring, run by the real cadence.yml."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.actions.operating import approve_and_merge, clock, in_operation
from tests.actions.stage import REPOSITORY, Stage
from tests.github.store import APP, MAINTAINER, Pull, token_of
from tests.support.cli_runner import fedfuse
from tests.support.operating_registry import event
from tests.support.slo_registry import OLDEST, SERVING, WARM, json_lines, traffic, with_others

pytestmark = pytest.mark.act
IN_WINDOW, AT_NIGHT = 60, 12 * 60
"""Minutes after 13:00 on the day of the window."""
FOURTH = "acme-ai-federated-v1.0.3"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """The newest release is tagged and mirrored, the one before serves."""
    with in_operation(tmp_path / "stage", promoted=2) as stage:
        yield stage


def jobs(stage: Stage, minutes: float) -> dict[str, str]:
    """The jobs that ran at a time, with their results."""
    return dict(stage.run("cadence", "schedule", at=clock(minutes)).jobs)


def open_pulls(stage: Stage) -> list[Pull]:
    """The pull requests that wait, oldest first."""
    return [pull for pull in stage.github.store.pulls.values() if pull.is_open]


def issue_states(stage: Stage, label: str) -> list[str]:
    """The states of the issues with a label."""
    return [one["state"] for one in stage.github.store.issues if label in one["labels"]]


def production(stage: Stage) -> str:
    """What nodes are told to load."""
    read = stage.on_hub().read("main", "channels.json", limit=10_000)
    tag: str = json.loads(read)["production"]["tag"]
    return tag


def test_outside_the_windows_nothing_happens(stage: Stage) -> None:
    assert jobs(stage, AT_NIGHT) == {"due": "success", "tell": "success"}
    assert (open_pulls(stage), stage.github.store.issues) == ([], [])


def test_the_newest_release_is_proposed_once_approved_by_people_and_served(
    stage: Stage, tmp_path: Path
) -> None:
    counted = tmp_path / "samples.jsonl"
    kept = traffic(WARM, minutes=2 * IN_WINDOW, outage_from=10_000)
    counted.write_text(json_lines(with_others(kept)))
    source = {"FEDFUSE_SLO_SOURCE": str(counted)}
    for minutes in (IN_WINDOW, IN_WINDOW + 60):
        done = stage.run("cadence", "schedule", at=clock(minutes), variables=source)
        assert (done.jobs["promote"], done.jobs["tell"]) == ("success", "success")
        assert f"{WARM} keeps them, as {counted} counts" in done.said
    (pull,) = open_pulls(stage)
    assert (pull.branch, pull.author) == (f"fedfuse/promote-{SERVING}", APP.login)
    assert production(stage) == WARM

    approve_and_merge(stage, pull, IN_WINDOW + 61)
    assert production(stage) == SERVING
    assert "promote" not in jobs(stage, IN_WINDOW + 70), "it serves already"


def test_a_hold_refuses_the_promotion_until_a_pull_request_lifts_it(stage: Stage) -> None:
    box = stage.box
    back = {"kind": "rollback", "from_": WARM, "to": OLDEST, "reason": "a test"}
    box.commit("event 0003", {**event(3, **back)})
    stage.merge()
    done = stage.run("cadence", "schedule", at=clock(IN_WINDOW))
    assert done.jobs["promote"] == "failure"
    assert "promotions are on hold by event 0003" in done.said
    assert (open_pulls(stage), issue_states(stage, "fedfuse-cadence")) == ([], ["open"])

    box.git("remote", "add", "origin", f"https://github.com/{REPOSITORY}")
    box.git("config", "user.name", "Grace")
    box.git("config", "user.email", "grace@example.org")
    lifted = stage.fedfuse("lift", "3", "--open-pr", token=token_of(MAINTAINER))
    assert lifted.returncode == 0, lifted.stderr
    (pull,) = open_pulls(stage)
    approve_and_merge(stage, pull, IN_WINDOW + 5)

    assert jobs(stage, IN_WINDOW + 10)["promote"] == "success"
    assert issue_states(stage, "fedfuse-cadence") == ["closed"]
    assert [one.branch for one in open_pulls(stage)] == [f"fedfuse/promote-{SERVING}"]
    refused = fedfuse(box.root, "promote", WARM, "--at", clock(IN_WINDOW), "--offline")
    assert (refused.code, "stays quarantined" in refused.out) == (1, True)
