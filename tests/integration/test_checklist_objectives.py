"""The checklist asks the counters of what serves, wherever somebody says where they are."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.operating_registry import CHECKLIST
from tests.support.registry import TOOL, RegistrySandbox
from tests.support.slo_registry import (
    ACTIVATED_AT,
    OLDEST,
    SERVING,
    SloDesk,
    clock,
    json_lines,
    land_event,
    registry_in_operation,
    traffic,
)

MAIN = (sys.executable, "-c", "from fedfuse.cli.main import main; main()")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> SloDesk:
    box = registry_in_operation(tmp_path_factory.mktemp("objectives") / "registry")
    box.commit("the go/no-go list", {CHECKLIST: (TOOL / CHECKLIST).read_bytes()})
    return SloDesk(box)


def item(desk: SloDesk, minutes: int, *options: str, **variables: str) -> dict[str, Any]:
    """The item `objectives` of the oldest release, so many minutes after what serves came."""
    root = ("--root", str(desk.box.root), "--at", clock(minutes), "--format", "json")
    done = subprocess.run(
        [*MAIN, "checklist", OLDEST, *root, *options],
        env={"PATH": os.environ["PATH"]} | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr
    items: list[dict[str, Any]] = json.loads(done.stdout)["items"]
    return next(one for one in items if one["id"] == "objectives")


def test_a_release_that_keeps_its_objectives_is_a_yes_that_names_it(desk: SloDesk) -> None:
    said = item(desk, 59, "--source", str(desk.file))
    assert (said["status"], said["fix"]) == ("yes", None)
    assert said["evidence"].startswith(f"{SERVING} keeps them, as ")


def test_a_breach_is_a_no_with_its_counters_that_keeps_no_cure_back(desk: SloDesk) -> None:
    said = item(desk, 65, "--source", str(desk.file))
    assert (said["status"], said["blocks"]) == ("no", False)
    assert f"{SERVING}: availability burns its error budget: 1h " in said["evidence"]


def test_an_objective_that_nobody_counts_is_no_yes(desk: SloDesk, tmp_path: Path) -> None:
    """What is kept of the others says nothing about it."""
    silent = tmp_path / "silent.jsonl"
    silent.write_text(json_lines(traffic()))
    said = item(desk, 59, "--source", str(silent))
    assert said["status"] == "error"
    assert said["evidence"].endswith("has no recent counters of latency, cost, safety")


def test_the_source_may_come_from_the_environment_as_workflows_give_it(desk: SloDesk) -> None:
    assert item(desk, 65, FEDFUSE_SLO_SOURCE=str(desk.file))["status"] == "no"
    assert item(desk, 65, FEDFUSE_SLO_SOURCE="")["status"] == "not checked"


def test_without_a_source_nothing_is_ticked(desk: SloDesk) -> None:
    said = item(desk, 65)
    assert (said["status"], said["fix"]) == (
        "not checked",
        "say where the counters are: --source prometheus:URL",
    )


@pytest.mark.parametrize(
    ("source", "evidence"),
    [
        ("prometheus:http://127.0.0.1:9", "127.0.0.1:9"),
        ("prometheus:ftp://nowhere", "the address of Prometheus is none"),
        ("/nowhere/samples.jsonl", "samples.jsonl"),
    ],
)
def test_a_source_that_cannot_be_read_is_an_error_and_no_yes(
    desk: SloDesk, source: str, evidence: str
) -> None:
    said = item(desk, 65, "--source", source)
    assert said["status"] == "error"
    assert evidence in said["evidence"]


def test_a_file_of_counters_that_is_wrong_is_an_error(desk: SloDesk, tmp_path: Path) -> None:
    wrong = tmp_path / "samples.jsonl"
    wrong.write_text('{"at": "yesterday"}\n')
    said = item(desk, 65, "--source", str(wrong))
    assert said["status"] == "error"
    assert "samples.jsonl:1" in said["evidence"]


def test_a_release_nobody_counted_is_an_error(desk: SloDesk) -> None:
    said = item(desk, 3 * 60, "--source", str(desk.file))
    assert said["status"] == "error"
    assert "has no recent counters" in said["evidence"]


def test_a_registry_without_objectives_asks_nobody(tmp_path: Path) -> None:
    box = RegistrySandbox.create(tmp_path / "registry")
    box.land_first_release()
    box.clock = int(ACTIVATED_AT.timestamp())
    land_event(box, {"kind": "promote", "release": OLDEST})
    box.commit("the go/no-go list", {CHECKLIST: (TOOL / CHECKLIST).read_bytes()})
    assert item(SloDesk(box), 65)["evidence"] == "registry.yaml asks for none"
