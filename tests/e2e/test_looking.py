"""Looking at a registry in operation: checklist, history and candidates, in every format."""

from pathlib import Path

import pytest

from tests.e2e.test_operating import land, run
from tests.support import operating_registry
from tests.support.cli_runner import fedfuse
from tests.support.published_registry import FIRST
from tests.support.registry import RegistrySandbox


@pytest.fixture
def box(operated_original: Path, tmp_path: Path) -> RegistrySandbox:
    return operating_registry.copy(operated_original, tmp_path)


def test_checklist_says_go_or_no_go_in_every_format(box: RegistrySandbox) -> None:
    assert run(box, "checklist", FIRST).code == 0
    assert run(box, "checklist", FIRST, "--offline").code == 1
    assert run(box, "checklist", FIRST, "--format", "markdown").out.startswith(f"### GO `{FIRST}`")
    fields = run(box, "checklist", FIRST, "--format", "json").json()
    assert fields["verdict"] == "GO"
    assert {one["status"] for one in fields["items"]} == {"yes", "no", "person"}
    assert run(box, "checklist", "nothing").is_error(2)


def test_history_tells_a_moment_in_every_format(box: RegistrySandbox) -> None:
    assert fedfuse(box.root, "history").out == "no event has landed yet\n"
    land(box, "promote", FIRST)
    moment = ("history", "--at", "2027-01-01", "--unit", "hf/textgen-lora")
    lines = [" ".join(line.split()) for line in fedfuse(box.root, *moment).out.splitlines()]
    assert lines[:2] == ["at 2027-01-01T00:00:00Z", f"production {FIRST}"]
    assert "serves hf/textgen-lora@v1" in lines
    assert f"why event 0001: promote {FIRST}" in lines
    assert "| production | " in fedfuse(box.root, *moment, "--format", "markdown").out
    fields = fedfuse(box.root, *moment, "--format", "json").json()
    assert (fields["production"], fields["members"]) == (FIRST, ["hf/textgen-lora@v1"])
    assert fields["cause"]["release"] == FIRST
    assert fedfuse(box.root, "history", "--at", "then").code == 2
    assert fedfuse(box.root, "history", "--unit", "hf/unheard-of").is_error(2)


def test_a_hostile_reason_stays_inert_in_history(box: RegistrySandbox) -> None:
    land(box, "hold", "--reason", "::stop-commands::x @everyone </details> | PASS |")
    assert "\n::" not in fedfuse(box.root, "history").out
    table = fedfuse(box.root, "history", "--format", "markdown").out
    assert r"hold: `::stop-commands::x @everyone </details> \|` PASS `\|` |" in table


def test_candidates_are_judged_together_in_every_format(box: RegistrySandbox) -> None:
    for name, quality in (("good", 1.0), ("bad", 0.5)):
        box.branch(name)
        box.land("hf/textgen-lora", 3, quality=quality, salt=name)
        box.git("switch", "-q", "main")
    good = fedfuse(box.root, "candidates", "--offline", "--base", "main", "good")
    assert (good.code, good.out[:30]) == (0, "1 of 1 can be merged together:")
    assert any(line.startswith("good ") and "  joins" in line for line in good.out.splitlines())
    both = fedfuse(box.root, "candidates", "--offline", "--base", "main", "good", "bad")
    assert both.code == 1
    assert any(line.startswith("bad ") and "  left out  " in line for line in both.out.splitlines())
    title = "1 of 2 can be merged together: acme-ai-federated-v1.0.3 (patch)"
    assert both.out.startswith(f"{title}\n")
    markdown = ("candidates", "--offline", "--base", "main", "bad", "good", "--format", "markdown")
    assert fedfuse(box.root, *markdown).out.startswith("### 1 of 2 can be merged together: `")
    fields = fedfuse(box.root, *markdown[:-1], "json").json()
    assert [one["joins"] for one in fields["candidates"]] == [False, True]
    assert fields["together"]["release"] == "acme-ai-federated-v1.0.3"
