"""What people and Prometheus read of the objectives."""

from datetime import timedelta
from xml.etree import ElementTree as ET

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
from fedfuse.report import slo, slo_plot, slo_replay, slo_rules

OBJECTIVES = (
    THREE_NINES,
    Objective("latency", 0.95, 250),
    Objective("cost", 0.95, 1.5),
    Objective("safety", 0.99),
)
WARM = "acme-ai-federated-v1.1.0"
OUTAGE = list(simulate(seeded(1), 75, per_minute=10, share=lambda m: 0.3 if m >= 60 else 0.001))
SVG = "{http://www.w3.org/2000/svg}"


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
    assert slo.text(outcome()) == snapshot


def test_health_in_words(snapshot: SnapshotAssertion) -> None:
    assert slo.text(outcome(59)) == snapshot


def test_an_outage_as_markdown(snapshot: SnapshotAssertion) -> None:
    assert slo.markdown(outcome()) == snapshot


def test_an_outage_as_json(snapshot: SnapshotAssertion) -> None:
    assert slo.document(outcome()) == snapshot


def test_a_replay_in_words(snapshot: SnapshotAssertion) -> None:
    assert slo_replay.text([played()]) == snapshot


def test_a_replay_as_markdown(snapshot: SnapshotAssertion) -> None:
    assert slo_replay.markdown([played()]) == snapshot


def test_a_replay_as_json_holds_every_minute_that_burns() -> None:
    document = slo_replay.document([played()])["releases"][0]
    assert document["breach"]["objectives"] == ["availability"]
    assert document["breach"]["at"] == document["burning"][-13]["at"]
    assert document["minutes"] == 75


def test_a_healthy_replay_is_one_quiet_stretch() -> None:
    lines = slo_replay.text([played(minutes=59)]).splitlines()
    assert lines == [
        f"{RELEASE}: healthy for 59 minutes after 2026-11-24T13:00:00Z",
        "  2026-11-24 13:01Z to 2026-11-24 13:59Z  quiet",
    ]


def test_alerting_rules(snapshot: SnapshotAssertion) -> None:
    assert slo_rules.render(OBJECTIVES, release_name="acme-ai-federated") == snapshot


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


def test_the_plot_has_a_panel_per_measured_objective_and_marks_the_breach() -> None:
    drawn = ET.fromstring(slo_plot.render([played()]))  # noqa: S314 - written by the line itself
    lines = drawn.findall(f"{SVG}polyline")
    assert [line.findtext(f"{SVG}title") for line in lines] == ["5m", "1h", "30m", "6h"]
    breach = played().breach
    assert breach is not None
    texts = ["".join(text.itertext()) for text in drawn.findall(f"{SVG}text")]
    assert f"breach {breach.at:%H:%M}: rolls back" in texts
    assert len(drawn.findall(f"{SVG}line[@class='breach']")) == 1
    assert len(drawn.findall(f"{SVG}line[@class='limit']")) == 2


def test_nothing_of_the_plot_lies_outside_of_it() -> None:
    text = slo_plot.render([played(), played(minutes=1)])
    drawn = ET.fromstring(text)  # noqa: S314 - written by the line above
    width, height = (float(drawn.attrib[name]) for name in ("width", "height"))
    places = [
        tuple(map(float, point.split(",")))
        for line in drawn.findall(f"{SVG}polyline")
        for point in line.attrib["points"].split()
    ]
    assert places
    assert all(0 <= x <= width and 0 <= y <= height for x, y in places)
    assert text == slo_plot.render([played(), played(minutes=1)])


def test_a_plot_of_nothing_is_still_a_picture() -> None:
    assert ET.fromstring(slo_plot.render([])).tag == f"{SVG}svg"  # noqa: S314 - our own text


def test_a_long_plot_keeps_its_peaks() -> None:
    """An outage of a minute in three days must not fall between two points."""
    days = timedelta(days=3) // timedelta(minutes=1)
    traffic = simulate(seeded(1), days, per_minute=9, share=lambda m: 1.0 if m == 2000 else 0.0)
    long = replay([THREE_NINES], list(traffic), release=RELEASE, activated_at=START, until=at(days))
    drawn = ET.fromstring(slo_plot.render([long]))  # noqa: S314 - our own text
    short = drawn.findall(f"{SVG}polyline")[0].attrib["points"].split()
    assert len(short) <= 800
    heights = [float(point.split(",")[1]) for point in short]
    assert max(heights) - min(heights) > 100  # from 0.1x to 200x
