"""`fedfuse slo` against a real Prometheus, and its rules before the real promtool."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fedfuse.model.slo.counters import Sample
from tests.support.prometheus import exposition, needs_prometheus, prometheus, promtool
from tests.support.slo_registry import (
    SERVING,
    WARM,
    SloDesk,
    clock,
    registry_in_operation,
    traffic,
)
from tests.unit.slo.traffic import sample

pytestmark = [pytest.mark.prometheus, needs_prometheus]
FOUR = ("availability", "latency", "cost", "safety")
HOUR = 60


def split(samples: Sequence[Sample], *, restart_at: int) -> list[Sample]:
    """The same requests counted by two nodes in turn, of which the first restarts at a minute."""
    found, odd, even, base = [], (0, 0), (0, 0), (0, 0)
    previous = samples[0]
    for minute, one in enumerate(samples):
        good, total = one.good - previous.good, one.total - previous.total
        previous = one
        if minute == restart_at:
            base = odd
        if minute % 2:
            odd = odd[0] + good, odd[1] + total
        else:
            even = even[0] + good, even[1] + total
        counted = {"node-1": (odd[0] - base[0], odd[1] - base[1]), "node-2": even}
        found += [
            replace(one, instance=node, good=good, total=total)
            for node, (good, total) in counted.items()
        ]
    return found


def history() -> list[Sample]:
    """An hour of health and an outage of availability; the bad release before it failed too."""
    ours = split(traffic(), restart_at=31)
    others = [
        replace(one, objective=name)
        for name in FOUR[1:]
        for one in split(traffic(outage_from=999), restart_at=17)
    ]
    return [*ours, *others, *traffic(WARM, outage_from=0)]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> SloDesk:
    found = SloDesk(registry_in_operation(tmp_path_factory.mktemp("desk") / "registry"))
    found.count(history())
    return found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("server") / "prometheus"
    with prometheus(folder, exposition(history())) as address:
        yield f"prometheus:{address}"


@pytest.mark.parametrize("minutes", [3, 59, 61, 62, 63, 70])
def test_prometheus_and_a_file_of_the_same_samples_give_the_same_report(
    desk: SloDesk, server: str, minutes: int
) -> None:
    asked = desk.run("check", "--source", server, "--at", clock(minutes), "--format", "json")
    read = desk.check(minutes, "--format", "json")
    assert (asked.stderr, read.stderr) == ("", "")
    assert asked.stdout == read.stdout
    assert asked.returncode == read.returncode == (1 if minutes >= 63 else 0)
    health = {one["objective"]: one["health"] for one in json.loads(asked.stdout)["objectives"]}
    assert {health[name] for name in FOUR[1:]} == {"healthy"}


def test_a_restart_is_no_outage_and_loses_no_requests(desk: SloDesk, server: str) -> None:
    """Node 1 restarts after half an hour; at 10 requests a minute none but its first are lost."""
    asked = desk.run("check", "--source", server, "--at", clock(59), "--format", "json")
    window = json.loads(asked.stdout)["objectives"][0]["pairs"][1]["long"]
    assert (window["window"], window["requests"]) == ("6h", 590)


def test_the_release_before_is_judged_by_its_own_counters(desk: SloDesk, server: str) -> None:
    options = ["--at", clock(30), "--release", WARM, "--format", "json"]
    asked = desk.run("check", "--source", server, *options)
    assert asked.returncode == 1
    assert json.loads(asked.stdout)["action"] == "none"


def test_a_server_that_counted_nothing_of_the_release_exits_3(desk: SloDesk, server: str) -> None:
    asked = desk.run("check", "--source", server, "--at", clock(400))
    assert (asked.returncode, asked.stdout) == (3, "")
    assert f"has no recent counters of {SERVING}" in asked.stderr


def test_a_counter_without_its_other_half_exits_3_and_says_which(
    desk: SloDesk, tmp_path: Path
) -> None:
    """A node that never had a good request must not look like one that nobody measures."""
    lines = exposition(traffic()).splitlines(keepends=True)
    lonely = "".join(line for line in lines if "good_requests" not in line)
    with prometheus(tmp_path / "prometheus", lonely) as address:
        asked = desk.run("check", "--source", f"prometheus:{address}", "--at", clock(65))
    assert (asked.returncode, asked.stdout) == (3, "")
    assert "has no fedfuse_slo_good_requests_total" in asked.stderr
    assert "fix: let nodes expose both from their start" in asked.stderr


def test_a_histogram_is_read_at_the_bucket_of_the_objective(desk: SloDesk, tmp_path: Path) -> None:
    slow = [replace(one, objective="latency", good=one.total // 10) for one in traffic(minutes=40)]
    with prometheus(tmp_path / "prometheus", exposition(slow)) as address:
        asked = desk.run("check", "--source", f"prometheus:{address}", "--at", clock(40))
    assert asked.returncode == 1
    assert asked.stdout.startswith(f"{SERVING}: breach of latency\n")
    with prometheus(tmp_path / "other", exposition(slow, bucket="0.5")) as address:
        asked = desk.run("check", "--source", f"prometheus:{address}", "--at", clock(40))
    assert asked.returncode == 3
    assert "has no fedfuse_request_duration_seconds_bucket{release=" in asked.stderr


def test_slow_windows_are_read_in_steps_and_say_what_a_file_says(
    desk: SloDesk, tmp_path: Path
) -> None:
    """Thirty hours at four times the budget, of which Prometheus gives six sample by sample."""
    made = [replace(sample(m, 4 * m, 1000 * m), release=SERVING) for m in range(30 * HOUR + 1)]
    other = SloDesk(desk.box)
    other.file = tmp_path / "samples.jsonl"
    other.count(made)
    read = other.outcome(30 * HOUR)
    with prometheus(tmp_path / "prometheus", exposition(made)) as address:
        source = ("--source", f"prometheus:{address}", "--at", clock(30 * HOUR))
        asked = json.loads(desk.run("check", *source, "--format", "json").stdout)
    assert asked["verdict"] == read["verdict"] == "slow burn"
    assert asked["objectives"][0]["pairs"] == read["objectives"][0]["pairs"]
    for mine, theirs in zip(
        asked["objectives"][0]["slow"], read["objectives"][0]["slow"], strict=True
    ):
        assert mine["breached"] == theirs["breached"]
        assert mine["long"]["requests"] == pytest.approx(theirs["long"]["requests"], rel=0.01)


@pytest.fixture
def rules(desk: SloDesk, tmp_path: Path) -> Path:
    written = desk.run("rules")
    assert (written.returncode, written.stderr) == (0, "")
    (tmp_path / "rules.yml").write_text(written.stdout)
    return tmp_path


def test_promtool_finds_nothing_wrong_with_the_rules(rules: Path) -> None:
    checked = promtool("check", "rules", "rules.yml", folder=rules)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "16 rules found" in checked.stdout


def test_the_rules_alert_in_an_outage_and_for_the_bad_release_only(rules: Path) -> None:
    """Prometheus' own unit tests of rules: before, within and after ten minutes of outage."""
    quiet: list[str] = []
    bad = [SERVING]
    cases = [
        *_case("availability", "1h-5m", {"59m": quiet, "64m": bad, "70m": bad, "80m": quiet}),
        *_case("availability", "6h-30m", {"59m": quiet, "64m": bad, "90m": bad, "101m": quiet}),
        *_case("availability", "1d-2h", {"59m": quiet, "64m": bad}),
        *_case("availability", "3d-6h", {"59m": quiet, "64m": bad}),
        *_case("safety", "1h-5m", {"64m": quiet}),
        *_case("latency", "1h-5m", {"64m": bad}),
    ]
    # Requests go up by 10 a minute; the good ones by 7 from the 60th to the 70th, the fast by 1.
    labels = '{release="%s",instance="node-1",objective="%s"}'
    total, good, fast = "0+10x120", "0+10x60 607+7x9 680+10x49", "0+1x120"
    series = {
        "fedfuse_slo_requests_total" + labels % (SERVING, "availability"): total,
        "fedfuse_slo_good_requests_total" + labels % (SERVING, "availability"): good,
        "fedfuse_slo_requests_total" + labels % (WARM, "availability"): total,
        "fedfuse_slo_good_requests_total" + labels % (WARM, "availability"): total,
        "fedfuse_slo_requests_total" + labels % (SERVING, "safety"): total,
        "fedfuse_slo_good_requests_total" + labels % (SERVING, "safety"): total,
        f'fedfuse_request_duration_seconds_count{{release="{SERVING}"}}': total,
        f'fedfuse_request_duration_seconds_bucket{{release="{SERVING}",le="0.25"}}': fast,
    }
    document = {
        "rule_files": ["rules.yml"],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": k, "values": v} for k, v in series.items()],
                "alert_rule_test": cases,
            }
        ],
    }
    (rules / "test.json").write_text(json.dumps(document))
    tested = promtool("test", "rules", "test.json", folder=rules)
    assert tested.returncode == 0, tested.stdout + tested.stderr


def _case(objective: str, windows: str, moments: dict[str, list[str]]) -> Iterator[dict[str, Any]]:
    """What an alert must say at each moment: the releases it names."""
    factor = {"1h-5m": "14.4x", "6h-30m": "6x", "1d-2h": "3x", "3d-6h": "1x"}[windows]
    wanted = {"availability": "99.9 %", "latency": "99 % within 250 ms", "safety": "99 %"}
    for moment, releases in moments.items():
        yield {
            "eval_time": moment,
            "alertname": f"FedfuseSlo{objective.title()}{windows.split('-', maxsplit=1)[0]}",
            "exp_alerts": [
                {
                    "exp_labels": {
                        "severity": "ticket" if factor in {"3x", "1x"} else "page",
                        "objective": objective,
                        "windows": windows,
                        "registry": "acme-ai-federated",
                        "release": release,
                    },
                    "exp_annotations": {
                        "summary": f"{release} burns its error budget of {objective} "
                        f"({wanted[objective]}) at least {factor} as fast as allowed",
                        "command": "fedfuse slo check --source prometheus:URL",
                    },
                }
                for release in releases
            ],
        }
