"""Every job and step of cadence.yml and slo.yml, and the issue that shows what waits."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.actions.operating import clock, in_operation
from tests.actions.stage import Stage
from tests.support.slo_registry import SERVING, json_lines, traffic, with_others

pytestmark = pytest.mark.act
PULL, HF = 7, 101
IN_WINDOW, BREACH = 60, 65
"""Minutes after 13:00 on the day of the window, which is when `SERVING` came to serve."""
BECOME, INSTALL = "Become the release App", "Install the tool"
MAIN, TAGS = "Check out main", "Check out main with its tags"
JUDGE = "Judge production, and propose the rollback that a breach asks for"
MERGE = "Merge a rollback whose verdict came while nobody merged it"
TOLD = {("tell", MAIN, "success"), ("tell", "Open or close the issue", "success")}


def job(name: str, *steps: str) -> set[tuple[str, str, str]]:
    """The steps of a job that all went well."""
    return {(name, step, "success") for step in (TAGS, INSTALL, *steps)}


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[Stage]:
    """The newest release is tagged and mirrored, the one before serves."""
    with in_operation(tmp_path / "stage", promoted=2) as stage:
        yield stage


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Stage]:
    """The newest release serves."""
    with in_operation(tmp_path / "stage") as stage:
        yield stage


def test_in_the_windows_green_pull_requests_are_shown_in_one_issue_and_the_newest_release_proposed(
    waiting: Stage,
) -> None:
    waiting.box.branch("proposal")
    head = waiting.box.land("hf/textgen-lora", 4, quality=0.99)
    waiting.open_pull(PULL, head, author=HF)
    assert waiting.check(PULL, at=clock(IN_WINDOW)).jobs == {"judge": "success"}

    expected = (
        job("due", "Ask what is due")
        | job("candidates", "Evaluate the green pull requests together")
        | job("promote", BECOME, "Propose the promotion if its checklist is GO")
        | TOLD
    )
    for minutes in (IN_WINDOW, IN_WINDOW + 60):
        assert waiting.run("cadence", "schedule", at=clock(minutes)).steps == expected
    (issue,) = waiting.github.store.issues
    assert (issue["labels"], issue["state"]) == (["fedfuse-candidates"], "open")
    assert "can be merged together: `acme-ai-federated-v1.0.3` (patch)" in issue["body"]
    assert "- `hf/textgen-lora` v3 -> v4" in issue["body"]


def test_a_look_at_production_runs_exactly_these_steps(serving: Stage, tmp_path: Path) -> None:
    samples = tmp_path / "samples.jsonl"
    samples.write_text(json_lines(with_others(traffic(SERVING))))
    source = {"FEDFUSE_SLO_SOURCE": str(samples)}
    looked = job("judge", BECOME, JUDGE) | TOLD

    healthy = serving.run("slo", "schedule", at=clock(59), variables=source)
    assert healthy.steps == looked
    breach = serving.run("slo", "schedule", at=clock(BREACH), variables=source)
    assert breach.steps == looked | {("judge", MERGE, "success")}
    assert "waits for its verdict" in breach.said
    assert [one["labels"] for one in serving.github.store.issues] == [["fedfuse-breach"]]


def test_counters_that_cannot_be_read_are_told_once_and_the_next_look_closes_it(
    serving: Stage, tmp_path: Path
) -> None:
    samples = tmp_path / "samples.jsonl"
    source = {"FEDFUSE_SLO_SOURCE": str(samples)}
    for minutes in (40, 45, 48):
        if minutes == 48:  # now one objective is counted, and the others are not
            samples.write_text(json_lines(traffic(SERVING)))
        blind = serving.run("slo", "schedule", at=clock(minutes), variables=source)
        assert blind.steps == job("judge", BECOME) | {("judge", JUDGE, "failure")} | TOLD
    (issue,) = serving.github.store.issues
    assert (issue["labels"], issue["state"]) == (["fedfuse-slo"], "open")

    samples.write_text(json_lines(with_others(traffic(SERVING))))
    serving.run("slo", "schedule", at=clock(50), variables=source)
    (issue,) = serving.github.store.issues
    assert issue["state"] == "closed"
