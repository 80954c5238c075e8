"""What people and Prometheus read of the objectives."""

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.unit.slo.traffic import RELEASE, START, THREE_NINES, at, seeded, simulate

from fedfuse.model.slo.activation import Activation
from fedfuse.model.slo.burn import evaluate
from fedfuse.model.slo.objective import Objective
from fedfuse.model.slo.outcome import Action, Outcome
from fedfuse.model.slo.replay import Replay, replay
from fedfuse.model.slo.selectors import selectors
from fedfuse.model.slo.wording import target
from fedfuse.report import markdown, prometheus_rules, slo, slo_replay, text

OBJECTIVES = (
    THREE_NINES,
    Objective("latency", 0.95, 250),
    Objective("cost", 0.95, 1.5),
    Objective("safety", 0.99),
)
WARM = "acme-ai-federated-v1.1.0"
OUTAGE = list(simulate(seeded(1), 75, per_minute=10, share=lambda m: 0.3 if m >= 60 else 0.001))


def outcome(minutes: int = 63) -> Outcome:
    verdicts = evaluate(OBJECTIVES, OUTAGE, release=RELEASE, activated_at=START, now=at(minutes))
    served = Activation(RELEASE, 7, START)
    action, reason, to = Action.NONE, "no objective is in breach", ""
    if minutes > 60:
        action, reason, to = Action.ROLLBACK, f"{WARM} is the newest healthy warm release", WARM
    return Outcome(served, at(minutes), verdicts, action, reason, to)


def played(*objectives: Objective, minutes: int = 75) -> Replay:
    return replay(
        objectives or OBJECTIVES, OUTAGE, release=RELEASE, activated_at=START, until=at(minutes)
    )


def test_an_outage_in_words(snapshot: SnapshotAssertion) -> None:
    assert text.render(slo.blocks(outcome())) == snapshot


def test_health_in_words(snapshot: SnapshotAssertion) -> None:
    assert text.render(slo.blocks(outcome(59))) == snapshot


def test_an_outage_as_markdown(snapshot: SnapshotAssertion) -> None:
    assert markdown.render(slo.blocks(outcome())) == snapshot


def test_an_outage_as_json(snapshot: SnapshotAssertion) -> None:
    assert slo.document(outcome()) == snapshot


def test_a_replay_in_words(snapshot: SnapshotAssertion) -> None:
    assert text.render(slo_replay.blocks([played()])) == snapshot


def test_a_replay_as_markdown(snapshot: SnapshotAssertion) -> None:
    assert markdown.render(slo_replay.blocks([played()])) == snapshot


def test_a_replay_as_json_holds_every_minute_that_burns() -> None:
    document = slo_replay.document([played()])["releases"][0]
    assert document["breach"]["objectives"] == ["availability"]
    assert document["breach"]["at"] == document["burning"][-13]["at"]
    assert document["minutes"] == 75


def test_a_healthy_replay_is_one_quiet_stretch() -> None:
    lines = text.render(slo_replay.blocks([played(minutes=59)])).splitlines()
    assert lines == [
        f"{RELEASE}: healthy for 59 minutes after 2026-11-24T13:00:00Z",
        "  2026-11-24 13:01Z  quiet  to 2026-11-24 13:59Z",
    ]


def test_a_slow_burn_is_told_from_its_first_minute_on_and_in_quiet_hours_too() -> None:
    traffic = simulate(seeded(2), 300, per_minute=10, share=lambda m: 0.02 if m < 150 else 0.0)
    loose = Objective("availability", 0.995)
    found = replay((loose,), [*traffic], release=RELEASE, activated_at=START, until=at(300))
    assert found.breach is None
    first, *rows = text.render(slo_replay.blocks([found])).splitlines()
    start = slo_replay.document([found])["releases"][0]["slow_burn"]
    assert start == {"at": "2026-11-24T15:03:00Z", "objectives": ["availability"]}
    assert first == (
        f"{RELEASE}: slow burn of availability at {start['at']}, "
        "no breach for 300 minutes after 2026-11-24T13:00:00Z"
    )
    assert any(row.endswith(", slow burn") for row in rows)
    assert any("  slow burn of availability  to " in row for row in rows)


def test_alerting_rules(snapshot: SnapshotAssertion) -> None:
    assert prometheus_rules.render(OBJECTIVES, release_name="acme-ai-federated") == snapshot


@pytest.mark.parametrize(
    ("latency_ms", "matcher"),
    [
        (250, 'le="0.25"'),
        (250.0, 'le="0.25"'),
        (0.5, 'le="0.0005"'),
        (2500, 'le="2.5"'),
        (1000, 'le=~"1([.]0)?"'),
        (10_000, 'le=~"10([.]0)?"'),
    ],
)
def test_the_latency_bucket_is_found_as_clients_write_it(latency_ms: float, matcher: str) -> None:
    good = selectors(Objective("latency", 0.95, latency_ms)).good
    assert good == f"fedfuse_request_duration_seconds_bucket{{{matcher}}}"


@pytest.mark.parametrize(
    ("objective", "words"),
    [
        (Objective("availability", 0.9999), "99.99 %"),
        (Objective("latency", 0.95, 250.0), "95 % within 250 ms"),
        (Objective("cost", 0.5, 0.00001), "50 % within 0.00001 per 1,000 tokens"),
    ],
)
def test_targets_read_as_they_were_written(objective: Objective, words: str) -> None:
    assert target(objective) == words
