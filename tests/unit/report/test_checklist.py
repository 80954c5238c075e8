"""checklist.md of a bundle: every member and outcome, and nothing a record says stays active."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.unit.report.hostile import HOSTILE, Rendered

from fedfuse.report.bundle_pages import checklist as render


def record(text: str = "textgen") -> Mapping[str, Any]:
    outcome = {
        "gate": text,
        "check": text,
        "verdict": text,
        "observed": text,
        "limit": text,
        "unit": text,
    }
    artifact = {"digest": text}
    unit = {"member": 3, "contract": 1, "report": text, "artifact": artifact}
    route = {"role": text, "contract": 1, "fallback": [text]}
    voting = {"prompt_types": [text], "voters": [text], "quorum": 2}
    fusion = {"routes": {text: route}, "router": {"kind": "static"}, "voting": voting}
    return {
        "release": text,
        "fusion": fusion,
        "commit": text,
        "units": {text: unit, "gcp/retrieval-eval": {"member": None}},
        "verdicts": {text: [outcome]},
    }


def test_a_member_and_its_outcomes_have_a_row_each_and_reports_have_none() -> None:
    page = render(record()).decode()
    assert "| `textgen` | v3 | v1 | `textgen` | `textgen` |" in page
    assert "| `textgen` | `textgen textgen` | `textgen` | `textgen` | `textgen textgen` |" in page
    assert "retrieval-eval" not in page


def test_the_checklist_says_who_answers_and_who_votes() -> None:
    page = render(record()).decode()
    assert "| `textgen` | `textgen`, then `textgen` | `v1` |" in page
    assert "are voted on by `textgen`, one vote per base model: 2 votes decide" in page


def test_an_outcome_without_numbers_leaves_their_cells_empty() -> None:
    said = {"gate": "safety", "check": "critical", "verdict": "pass", "unit": ""}
    outcome = {**said, "observed": None, "limit": None}
    page = render({**record(), "verdicts": {"hf/textgen-lora@v3": [outcome]}}).decode()
    assert "| `hf/textgen-lora@v3` | `safety critical` | `pass` |  |  |" in page


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_a_record_stays_text(text: str) -> None:
    read = Rendered.of(render(record(text)).decode())
    read.assert_inert()
    assert read.blocks == Rendered.of(render(record()).decode()).blocks
