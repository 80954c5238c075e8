"""From a breach in a real Prometheus to another release on the Hub, run by the real workflows."""

import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fedfuse.model.slo.counters import Sample
from tests.actions.operating import JUDGED_AND_MERGED, JUDGED_ONLY, clock, in_operation
from tests.actions.payloads import dispatched
from tests.actions.stage import Stage
from tests.github.store import APP, MAINTAINER
from tests.support.cli_runner import fedfuse
from tests.support.prometheus import exposition, needs_prometheus, prometheus
from tests.support.slo_registry import SERVING, WARM, traffic, with_others

pytestmark = [pytest.mark.act, pytest.mark.prometheus, needs_prometheus]
LOG = logging.getLogger(__name__)
BRANCH = "fedfuse/rollback-0003-availability"
JUDGE = "Judge production, and propose the rollback that a breach asks for"


def samples() -> list[Sample]:
    """An hour of health and an outage; the release that was rolled back to is healthy."""
    return with_others([*traffic(SERVING), *traffic(WARM, outage_from=999, minutes=120)])


@pytest.fixture
def source(tmp_path: Path) -> Iterator[str]:
    with prometheus(tmp_path / "prometheus", exposition(samples())) as address:
        yield f"prometheus:{address}"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with in_operation(tmp_path / "stage") as stage:
        yield stage


def look(stage: Stage, source: str, minutes: float, *, kind: str = "schedule") -> dict[str, str]:
    """What becomes of the steps of slo.yml at a time, setup aside."""
    payload = dispatched("fedfuse-slo") if kind == "repository_dispatch" else {}
    run = stage.run(
        "slo", kind, payload=payload, at=clock(minutes), variables={"FEDFUSE_SLO_SOURCE": source}
    )
    return {step: result for job, step, result in run.steps if job == "judge"}


def channels(stage: Stage) -> dict[str, Any]:
    """What nodes read."""
    found: dict[str, Any] = json.loads(stage.on_hub().read("main", "channels.json", limit=10_000))
    return found


def test_a_breach_becomes_a_rollback_that_nodes_see_and_nothing_happens_twice(
    stage: Stage, source: str
) -> None:
    before = channels(stage)
    assert before["production"]["tag"] == SERVING
    assert look(stage, source, 59)[JUDGE] == "success"
    assert (list(stage.github.store.pulls), stage.github.store.issues) == ([], [])

    began = time.monotonic()
    found = look(stage, source, 65, kind="repository_dispatch")
    assert found[JUDGE] == "success"
    ((number, pull),) = stage.github.store.pulls.items()
    assert (pull.branch, pull.author, pull.is_open) == (BRANCH, APP.login, True)
    (issue,) = stage.github.store.issues
    assert issue["labels"] == ["fedfuse-breach"]
    assert stage.started[-1] == ("pull_request.opened", number)

    pushed_by_another = stage.check(number, at=clock(66), sender=MAINTAINER)
    assert pushed_by_another.steps == JUDGED_ONLY
    assert stage.check(number, at=clock(66)).steps == JUDGED_AND_MERGED
    assert not stage.github.store.pulls[number].is_open
    assert "refs/heads/main" in stage.started[-1]
    assert set(stage.run("release", "push", at=clock(67)).jobs.values()) == {"success"}
    LOG.info("from the look to the moved channel: %.1f s", time.monotonic() - began)

    after = channels(stage)
    assert after["production"]["tag"] == WARM
    assert after["serial"] > before["serial"]
    stage.pull()
    status = fedfuse(stage.box.root, "status", "--format", "json").json()
    assert (status["production"], status["quarantined"]) == (WARM, [SERVING])
    assert status["holds"] == [4]
    served = fedfuse(stage.box.root, "history", "--at", clock(66), "--format", "json").json()
    assert WARM in json.dumps(served)

    written = list(stage.github.writes)
    for minutes in (70, 75):
        assert look(stage, source, minutes)[JUDGE] == "success"
    late = stage.check(number, at=clock(76))
    assert (late.steps, "merged already" in late.said) == (JUDGED_AND_MERGED, True)
    assert stage.github.writes == written
    assert channels(stage) == after
