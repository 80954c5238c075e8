"""The demonstration's traffic: counters as nodes keep them, healthy at first and then an outage."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fedfuse.adapters import sli_file
from fedfuse.adapters.sli_file import SliFile
from fedfuse.model.slo.burn import Health, evaluate
from fedfuse.model.slo.objective import Objective
from fedfuse_demo.traffic import HEALTHY, OUTAGE, Traffic

TAG = "acme-ai-federated-v1.0.1"
PROMOTED = datetime(2026, 11, 24, 13, 0, 7, tzinfo=UTC)
TARGETS = {"availability": 0.995, "latency": 0.95, "cost": 0.95, "safety": 0.99}
SPANS = [timedelta(milliseconds=20), timedelta(seconds=3), timedelta(hours=5)]


def served(file: Path, span: timedelta) -> SliFile:
    """The file after a stretch of health and an outage of the same length."""
    traffic = Traffic(file, TAG, until=PROMOTED)
    traffic.go_on(PROMOTED + span, HEALTHY)
    traffic.go_on(PROMOTED + 2 * span, OUTAGE)
    loaded = sli_file.load(file)
    assert isinstance(loaded, SliFile), loaded
    return loaded


def health(file: SliFile, now: datetime) -> dict[str, Health]:
    objectives = [Objective(name, target) for name, target in TARGETS.items()]
    seen = [sample for sample in file.samples if sample.at <= now.timestamp()]
    judged = evaluate(objectives, seen, release=TAG, activated_at=PROMOTED, now=now)
    return {one.objective.name: one.health for one in judged}


@pytest.mark.parametrize("span", SPANS, ids=str)
def test_only_the_outage_is_a_breach_and_only_of_availability(
    tmp_path: Path, span: timedelta
) -> None:
    file = served(tmp_path / "traffic.jsonl", span)
    healthy = dict.fromkeys(TARGETS, Health.HEALTHY)
    assert health(file, PROMOTED + span) == healthy
    assert health(file, PROMOTED + 2 * span) == healthy | {"availability": Health.BREACH}


def test_the_same_requests_fail_in_every_demonstration(tmp_path: Path) -> None:
    first, second = (served(tmp_path / name, SPANS[1]) for name in ("first", "second"))
    assert first.samples == second.samples


def test_counters_begin_at_nothing_and_only_grow(tmp_path: Path) -> None:
    file = served(tmp_path / "traffic.jsonl", SPANS[1])
    for node in ("node-1", "node-2"):
        for objective in TARGETS:
            mine = [s for s in file.samples if (s.instance, s.objective) == (node, objective)]
            assert (mine[0].at, mine[0].total) == (PROMOTED.timestamp(), 0)
            assert [s.total for s in mine] == sorted({s.total for s in mine})
            assert [s.good for s in mine] == sorted(s.good for s in mine)
