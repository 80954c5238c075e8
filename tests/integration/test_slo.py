"""`fedfuse slo` on a real registry, with counters from a file."""

import json
import os
import pstats
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.checking.check import check_pull_request
from fedfuse.flows.history.serving_history import history
from fedfuse.flows.operating import slo
from fedfuse.flows.releasing import release
from fedfuse.model.slo.breach import recompute
from fedfuse.model.slo.outcome import Action
from tests.support.registry import RegistrySandbox
from tests.support.slo_registry import (
    ACTIVATED_AT,
    OLDEST,
    SERVING,
    WARM,
    SloDesk,
    clock,
    json_lines,
    land_event,
    registry_in_operation,
    traffic,
)


@pytest.fixture
def desk(tmp_path: Path) -> SloDesk:
    return SloDesk(registry_in_operation(tmp_path / "registry"))


def test_a_healthy_release_exits_0_and_an_outage_1(desk: SloDesk) -> None:
    healthy = desk.check(59)
    assert (healthy.returncode, healthy.stderr) == (0, "")
    assert healthy.stdout.startswith(f"{SERVING}: healthy\n")
    outage = desk.check(65)
    assert outage.returncode == 1
    assert outage.stdout.startswith(f"{SERVING}: breach of availability\n")
    assert f"serves since {clock(0)} by event 0003" in outage.stdout
    assert outage.stderr == (
        f"next: fedfuse slo check --source {desk.file} --at {clock(65)} "
        f"--root {desk.box.root} --open-pr\n"
    )


def test_an_objective_without_counters_is_silent_and_never_green(desk: SloDesk) -> None:
    desk.count(traffic(), others=False)
    done = desk.check(59)
    assert done.returncode == 3
    assert done.stdout.startswith(f"{SERVING}: no counters of latency, cost, safety\n")
    assert done.stderr == (
        "error: no recent counters of latency, cost, safety\n"
        "fix: let the nodes expose them, as fedfuse slo --help says\n"
    )
    assert desk.outcome(59)["silent"] == ["latency", "cost", "safety"]
    assert desk.check(4).returncode == 0  # a fresh release may have none yet
    assert desk.check(65).returncode == 1  # a breach is one, whatever else is silent
    by_name = {one["objective"]: one["health"] for one in desk.outcome(59)["objectives"]}
    assert by_name == {
        "availability": "healthy",
        "latency": "silent",
        "cost": "silent",
        "safety": "silent",
    }


def test_the_event_of_a_breach_rolls_production_back_and_its_counters_prove_it(
    desk: SloDesk,
) -> None:
    now = ACTIVATED_AT + timedelta(minutes=65)
    source = slo.reader(str(desk.file), token="")
    assert not isinstance(source, tuple)
    with Repository(desk.box.root) as repository:
        outcome = slo.check(history(repository, until="main"), source, release="", now=now)
        _, objectives = slo.objectives(repository, until="main")
    event = slo.breach_event(outcome)
    assert (event["from"], event["to"]) == (SERVING, WARM)
    assert event["breach_key"] == "0003:availability"
    assert recompute(event["counters"], objectives[0])
    assert not recompute({**event["counters"], "errors_5m": 0, "errors_30m": 0}, objectives[0])

    desk.box.branch("breach")
    land_event(desk.box, dict(event))
    with Repository(desk.box.root) as repository:
        report = check_pull_request(repository, base="main", head="breach")
    assert [one.message for one in report.all_findings] == []


@pytest.mark.parametrize(
    "forged",
    [
        {"breach_key": "0002:availability"},
        {"breach_key": "0003:kindness"},
        {"breach_key": "nonsense"},
        {"counters": {"errors_5m": 9}},
    ],
)
def test_a_rollback_whose_counters_prove_no_breach_is_refused(
    desk: SloDesk, forged: dict[str, Any]
) -> None:
    source = slo.reader(str(desk.file), token="")
    assert not isinstance(source, tuple)
    with Repository(desk.box.root) as repository:
        now = ACTIVATED_AT + timedelta(minutes=65)
        outcome = slo.check(history(repository, until="main"), source, release="", now=now)
    desk.box.branch("breach")
    land_event(desk.box, {**slo.breach_event(outcome), **forged})
    with Repository(desk.box.root) as repository:
        report = check_pull_request(repository, base="main", head="breach")
    assert [one.code for one in report.all_findings] == ["E717"]


def test_a_breach_folds_main_once_and_reads_every_event_once(desk: SloDesk, tmp_path: Path) -> None:
    with Repository(desk.box.root) as repository:  # so that no manifest is read any more
        release.reconcile(repository, until="main", remote=None, artifact_check=None)
    file = tmp_path / "profile"
    asked = ("slo", "check", "--source", str(desk.file), "--at", clock(65), "--open-pr")
    subprocess.run(
        [sys.executable, "-m", "cProfile", "-o", file, "-m", "fedfuse", *asked, "--dry-run"],
        cwd=desk.box.root,
        check=True,
        capture_output=True,
    )
    found = vars(pstats.Stats(str(file)))["stats"].items()
    calls = {(Path(place).stem, name): count for (place, _, name), (_, count, *_) in found}
    assert calls["ledger", "fold_history"] == calls["serving_history", "_told"] == 1
    events = len(list((desk.box.root / "releases/events").iterdir()))
    assert calls["snapshot", "_load_document"] == events + 2, "the new event, and registry.yaml"


def test_an_outcome_without_rollback_has_no_event(desk: SloDesk) -> None:
    source = slo.reader(str(desk.file), token="")
    assert not isinstance(source, tuple)
    with Repository(desk.box.root) as repository:
        outcome = slo.check(history(repository, until="main"), source, release="", now=ACTIVATED_AT)
    assert outcome.action is Action.NONE
    with pytest.raises(ValueError, match="only a rollback"):
        slo.breach_event(outcome)


def test_after_the_rollback_the_errors_of_the_bad_release_count_no_more(desk: SloDesk) -> None:
    land_event(desk.box, _rollback(desk, at=65))
    desk.count(traffic() + traffic(WARM, outage_from=999, minutes=90))
    done = desk.outcome(75)
    assert (done["release"], done["event"], done["verdict"]) == (WARM, 4, "healthy")
    assert done["objectives"][0]["pairs"][0]["long"]["errors"] <= 1


def test_there_is_one_automatic_rollback_within_six_hours_then_people_decide(desk: SloDesk) -> None:
    land_event(desk.box, _rollback(desk, at=65))
    desk.count(traffic(WARM, minutes=440))
    soon = desk.outcome(75)
    assert (soon["verdict"], soon["action"], soon["to"]) == ("breach", "page", None)
    assert soon["reason"] == f"production was rolled back at {clock(65)} already"
    later = desk.outcome(65 + 6 * 60)
    assert (later["action"], later["to"]) == ("rollback", OLDEST)


def test_without_a_healthy_warm_release_a_person_has_to_look(desk: SloDesk) -> None:
    desk.box.clock += 60
    for number in (1, 2):
        fields = {"version": f"hf/textgen-lora@v{number}", "reason": "leaks"}
        land_event(desk.box, {"kind": "yank", **fields})
    outcome = desk.outcome(65)
    assert (outcome["verdict"], outcome["action"]) == ("breach", "page")
    assert outcome["reason"] == "no warm release is healthy, so there is none to go back to"


def test_a_release_that_serves_no_longer_is_judged_but_not_rolled_back(desk: SloDesk) -> None:
    desk.count(traffic(WARM))
    named = desk.check(65, "--release", WARM, "--format", "json")
    assert named.returncode == 1
    outcome = json.loads(named.stdout)
    assert (outcome["event"], outcome["action"]) == (2, "none")
    assert outcome["reason"] == f"it serves no longer: {SERVING} does"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--at", "2026-01-01T00:00:00Z"], "no release had come to serve by 2026-01-01T00:00:00Z"),
        (["--release", "acme-ai-federated-v9.9.9"], "had not come to serve by"),
        (["--release", "\x1b[2Jnothing"], r"\u001b[2Jnothing"),
        (["--at", "noon"], "is no ISO 8601 time"),
        (["--at", "2026-11-24T14:00:00"], "has no time zone"),
    ],
)
def test_a_question_without_meaning_is_a_usage_error(
    desk: SloDesk, options: list[str], words: str
) -> None:
    done = desk.run("check", "--source", str(desk.file), *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_registry_without_objectives_is_told_where_they_go(tmp_path: Path) -> None:
    box = RegistrySandbox.create(tmp_path / "registry")
    for command in (["rules"], ["replay", os.devnull], ["check", "--source", os.devnull]):
        done = SloDesk(box).run(*command)
        assert (done.returncode, done.stdout) == (2, "")
        assert "add an `slo` section to registry.yaml" in done.stderr


def test_without_counters_for_long_nobody_knows_so_it_exits_3(desk: SloDesk) -> None:
    desk.count([])
    young = desk.check(4)
    assert (young.returncode, young.stderr) == (0, "")
    old = desk.check(40)
    assert (old.returncode, old.stdout) == (3, "")
    assert f"has no recent counters of {SERVING}" in old.stderr


def test_a_wrong_file_is_never_taken_for_a_breach(desk: SloDesk) -> None:
    desk.file.write_text(json_lines(traffic()) + '{"at": "now"}\n')
    for code, command in (
        (3, ["check", "--source", str(desk.file)]),
        (3, ["replay", str(desk.file)]),
        (2, ["check", "--source", str(desk.file) + ".gone"]),
    ):
        done = desk.run(*command)
        assert (done.returncode, done.stdout) == (code, "")
        assert "fix: " in done.stderr
    assert "samples.jsonl:72:1: E752" in desk.run("replay", str(desk.file)).stderr


def test_a_replay_shows_the_minute_of_the_breach(desk: SloDesk) -> None:
    done = desk.run("replay", str(desk.file))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{SERVING}: breach of availability at 2026-11-24T14:0")


def test_a_replay_judges_every_release_by_its_own_traffic(desk: SloDesk) -> None:
    desk.count(traffic(SERVING) + traffic(WARM, outage_from=999))
    document = json.loads(desk.run("replay", str(desk.file), "--format", "json").stdout)
    breaches = {one["release"]: one["breach"] is not None for one in document["releases"]}
    assert breaches == {SERVING: True, WARM: False}
    named = desk.run("replay", str(desk.file), "--release", WARM)
    assert named.stdout.startswith(f"{WARM}: healthy for 70 minutes")
    unknown = desk.run("replay", str(desk.file), "--release", OLDEST)
    assert (unknown.returncode, "has no samples of" in unknown.stderr) == (2, True)


def test_a_replay_of_more_than_a_month_is_refused(desk: SloDesk) -> None:
    first = traffic()[0]
    desk.count([first, replace(first, at=first.at + 40 * 86_400)])
    done = desk.run("replay", str(desk.file))
    assert done.returncode == 2
    assert "span 40 days" in done.stderr


def _rollback(desk: SloDesk, *, at: int) -> dict[str, Any]:
    """The event of the breach at a minute; the sandbox's clock is set so that it lands then."""
    outcome = desk.outcome(at)
    desk.box.clock = int((ACTIVATED_AT + timedelta(minutes=at)).timestamp()) - 60
    return {
        "kind": "rollback",
        "from": outcome["release"],
        "to": outcome["to"],
        "reason": "availability burns its error budget",
        "counters": outcome["breach"]["counters"],
        "breach_key": outcome["breach"]["breach_key"],
    }
