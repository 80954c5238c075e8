"""Release notes: what changed by unit, and nothing in a record that acts instead of being read."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings

from fedfuse.report import release_notes
from tests.unit.report.hostile import HOSTILE, Rendered, hostile_text

OID = "d" * 40
SHA = "e" * 40


def record(members: Mapping[str, int | None], version: str = "1.1.0", **changed: Any) -> Any:
    """A record as far as the notes read it; quality of version n is 0.8 + n / 100."""
    present = {unit: n for unit, n in members.items() if n is not None}
    return {
        "release": f"acme-ai-federated-v{version}",
        "commit": SHA,
        "bump": "patch",
        "reasons": ["hf/textgen-lora v1 -> v2"],
        "units": {unit: {"member": n} for unit, n in members.items()},
        "metrics": {f"{unit}@v{n}": {"quality": f"0.8{n}"} for unit, n in present.items()},
        "verdicts": {},
        "yanked": [],
        "revoked": [],
        **changed,
    }


def notes(now: Any, before: Any = None, **submitters: str) -> str:
    logins = {f"hf/{unit}@v2": login for unit, login in submitters.items()}
    return release_notes.notes(now, before, tag_object=OID, submitters=logins)


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("| `")]


def test_a_replaced_a_new_and_a_leaving_unit_each_have_their_row() -> None:
    before = record({"hf/a": 1, "hf/b": 1, "hf/c": None, "hf/d": 1})
    now = record({"hf/a": 2, "hf/b": None, "hf/c": 2, "hf/d": 1})
    text = notes(now, before, a="alice", c="carol")
    assert rows(text) == [
        "| `hf/a` | v1 | **v2** | `alice` |",
        "| `hf/b` | v1 | left |  |",
        "| `hf/c` | not a member | **v2** | `carol` |",
        "| `hf/a` | `quality` | 0.81 | 0.82 | +0.01 |",
        "| `hf/c` | `quality` |  | 0.82 |  |",
    ]
    assert "<summary>Unchanged units</summary>\n\n- `hf/d@v1`\n" in text


def test_a_worse_and_an_equal_metric_are_shown_as_they_are() -> None:
    before = record({"hf/a": 1}, metrics={"hf/a@v1": {"latency_ms_p95": "120.5", "safety": "1"}})
    now = record({"hf/a": 2}, metrics={"hf/a@v2": {"latency_ms_p95": "99.25", "safety": "1"}})
    assert rows(notes(now, before))[1:] == [
        "| `hf/a` | `latency_ms_p95` | 120.5 | 99.25 | -21.25 |",
        "| `hf/a` | `safety` | 1 | 1 | 0 |",
    ]


def test_what_was_withdrawn_since_the_release_before_is_named_once() -> None:
    before = record({"hf/a": 2}, yanked=["hf/z@v1"])
    now = record({"hf/a": 1}, yanked=["hf/y@v4", "hf/z@v1"], revoked=["hf/a@v2"])
    assert (
        "**Withdrawn, also from releases that hold it:**\n\n"
        "- `hf/a@v2` (revoked)\n- `hf/y@v4` (yanked)\n\n"
    ) in notes(now, before)
    assert "Withdrawn" not in notes(now, now)


def test_the_first_release_says_so() -> None:
    assert notes(record({"hf/a": 2}, reasons=[])).startswith("The first release.\n")


def test_a_release_of_two_thousand_units_stays_short_and_counts_what_it_leaves_out() -> None:
    many = {f"hf/unit-with-a-long-name-{n:04}": 2 for n in range(2_000)}
    text = notes(record(many), record(dict.fromkeys(many, 1)))
    assert len(text) < 60_000
    assert text.count("more rows. `fused.json` has all of it.") == 2
    kept = notes(record(many), record(many))
    assert len(kept) < 60_000
    assert re.search(r"…and \d+ more units\. `fused.json` has all of it\.", kept)


def test_gates_of_a_release_stand_with_their_numbers() -> None:
    outcome = {
        "gate": "latency",
        "check": "p95",
        "verdict": "pass",
        "observed": "180",
        "limit": "250",
        "baseline": "187.4",
        "unit": "ms",
    }
    page = release_notes.gates(record({"hf/a": 2}, verdicts={"hf/a@v2": [outcome]}))
    assert "## `hf/a@v2`" in page
    assert "| latency p95 | pass | 180 ms | 187.4 ms | 250 ms | -7.4 ms (-3.9 %) |" in page


def test_a_members_own_side_of_a_comparison_is_its_metric() -> None:
    def compared(check: str) -> dict[str, Any]:
        numbers = {"observed": "0.5", "limit": "-2", "baseline": "81"}
        return {"gate": "quality", "check": check, "verdict": "pass", "unit": "points"} | numbers

    outcomes = [compared("baseline"), compared("baseline-quality")]
    judged = record(
        {"hf/a": 2},
        units={"hf/a": {"member": 2, "role": "policy"}},
        metrics={"hf/a@v2": {"quality": "0.82", "safety": "0.9"}},
        verdicts={"hf/a@v2": outcomes, "hf/a@v3": outcomes},
    )
    assert [line for line in release_notes.gates(judged).splitlines() if "delta >" in line] == [
        "| quality baseline | pass | 0.9 | 0.81 | delta > -2 | +9 points (>= +0.5) |",
        "| quality baseline-quality | pass | 0.82 | 0.81 | delta > -2 | +1 points (>= +0.5) |",
        "| quality baseline | pass |  | 0.81 | delta > -2 | >= +0.5 points |",
        "| quality baseline-quality | pass |  | 0.81 | delta > -2 | >= +0.5 points |",
    ]


def quoting(text: str) -> Any:
    """A record in which the text stands wherever it can."""
    outcome = {
        "gate": text,
        "check": text,
        "verdict": "waived",
        "observed": "inf",
        "limit": None,
        "baseline": "0",
        "unit": text,
    }
    return record(
        {f"{text}a": 2, f"{text}b": 1},
        release=text,
        commit=text,
        bump=text,
        reasons=[text],
        metrics={f"{text}a@v2": {text: "1"}},
        verdicts={text: [outcome]},
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_strings_are_inert(text: str) -> None:
    assert_inert(text)


@settings(max_examples=60)
@given(hostile_text)
def test_any_string_is_inert(text: str) -> None:
    assert_inert(text)


def assert_inert(text: str) -> None:
    before = record({f"{text}a": 1, f"{text}b": 1}, release=text, metrics={})
    page = release_notes.notes(
        quoting(text), before, tag_object=OID, submitters={f"{text}a@v2": text}
    )
    for rendered in (Rendered.of(page), Rendered.of(release_notes.gates(quoting(text)))):
        rendered.assert_inert()
    calm = release_notes.notes(
        quoting("x"),
        record({"xa": 1, "xb": 1}, metrics={}),
        tag_object=OID,
        submitters={"xa@v2": "x"},
    )
    assert Rendered.of(page).blocks == Rendered.of(calm).blocks
