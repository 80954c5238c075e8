"""Measurements that no run can give are refused by name."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.checking.check import check_pull_request
from fedfuse.model.evidence import Row
from tests.support.evaluations import remeasurement
from tests.support.registry import RegistrySandbox, Remeasure

CHAT = "hf/textgen-lora"


@pytest.fixture
def box(tmp_path: Path) -> RegistrySandbox:
    box = RegistrySandbox.create(tmp_path / "registry")
    box.branch("change")
    return box


def said(box: RegistrySandbox) -> list[str]:
    """Code and message of everything wrong with the change."""
    box.commit("change")
    with Repository(box.root) as repository:
        report = check_pull_request(repository, base="main", head="HEAD")
    return [f"{one.code} {one.place.rpartition('/')[2]} {one.message}" for one in report.findings]


def with_first(**facts: Any) -> Remeasure:
    """A run whose first right answer has other facts."""

    def measured(rows: Iterable[Row]) -> tuple[Row, ...]:
        found = list(rows)
        at = next(at for at, row in enumerate(found) if row.passed)
        found[at] = replace(found[at], **facts)
        return tuple(found)

    return measured


def limited(document: dict[str, Any]) -> None:
    """The contract says how much a model reads."""
    document["contract"]["io"] = {"max_input_tokens": 2048}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"latency_ms": 0.0}, "E427 q0 was answered in no time (latency)"),
        ({"latency_ms": 600_000.1}, "E427 q0 took more than ten minutes (latency)"),
        ({"input_tokens": 2049}, "E428 q0 read 2049 tokens, and the contract allows 2048"),
        ({"input_tokens": 0}, "E428 q0 was answered though no token was read"),
        ({"output_tokens": 0}, "E428 q0 scored 1 without a word"),
        (
            {"output_tokens": 32_769, "latency_ms": 5_000.0},
            "E428 q0 wrote 32769 tokens, and the contract allows 32768",
        ),
        ({"output_tokens": 201, "latency_ms": 10.0}, "E428 q0 wrote 201 tokens in 10.0 ms"),
    ],
)
def test_what_no_run_can_measure_is_refused_with_its_line(
    box: RegistrySandbox, facts: dict[str, Any], expected: str
) -> None:
    box.ship(CHAT, quality=1.0, edit=limited, remeasure=with_first(**facts))
    code, _, rest = expected.partition(" ")
    assert said(box) == [f"{code} v1.evidence.csv:2:1 {rest}"]


@pytest.mark.parametrize(
    "facts",
    [
        {"latency_ms": 0.1, "output_tokens": 2},
        {"latency_ms": 10.0, "output_tokens": 200},
        {"latency_ms": 200.0},
        {"input_tokens": 2048},
        {"output_tokens": 32_768, "latency_ms": 5_000.0},
        {"ok": False, "score": 0.0, "latency_ms": 0.0, "input_tokens": 0, "output_tokens": 0},
    ],
)
def test_what_a_run_can_measure_is_not_refused(box: RegistrySandbox, facts: dict[str, Any]) -> None:
    box.ship(CHAT, quality=1.0, edit=limited, remeasure=with_first(**facts))
    assert said(box) == []


def free(document: dict[str, Any]) -> None:
    """The machine costs nothing."""
    document["evaluation"]["pricing"]["per_hour"] = 0
    document["metrics"]["cost_per_1k_tokens"] = 0


def test_a_machine_that_costs_nothing_is_refused(box: RegistrySandbox) -> None:
    box.ship(CHAT, edit=free)
    (finding,) = said(box)
    assert finding.startswith("E429 v1.yaml:")


def test_a_registry_may_have_machines_that_cost_nothing(tmp_path: Path) -> None:
    box = RegistrySandbox.create(tmp_path / "free", free_machines=True)
    box.branch("change")
    box.ship(CHAT, edit=free)
    assert said(box) == []


def test_every_rule_holds_for_an_evaluation_too(box: RegistrySandbox) -> None:
    box.git("switch", "-q", "main")
    box.land(CHAT)
    box.git("switch", "-q", "-C", "change")
    slow = with_first(latency_ms=0.0)
    for path, data in remeasurement(f"{CHAT}@v1", by="hf", edit=free, remeasure=slow).items():
        box.write(path, data)
    assert {line.partition(" ")[0] for line in said(box)} == {"E427", "E429"}
