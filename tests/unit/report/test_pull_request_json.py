"""The report for machines: fixed keys, canonical numbers, one reproducible line."""

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.report import builders, samples
from tests.unit.report.hostile import hostile_text

from fedfuse.model.report import Report, Side
from fedfuse.report import pull_request_json


def parsed(report: Report) -> Any:
    return json.loads(pull_request_json.render(report))


def deterministic_line(report: Report) -> str:
    lines = pull_request_json.render(report).splitlines()
    return next(line for line in lines if line.startswith('"deterministic":'))


def test_the_document_has_exactly_the_documented_keys() -> None:
    document = parsed(samples.SAMPLES["passes"])
    deterministic = document["deterministic"]
    assert set(document) == {"verdict", "complete", "deterministic", "identity", "remote"}
    assert set(deterministic) == {
        "kind",
        "base",
        "head",
        "at",
        "findings",
        "gates",
        "if_merged",
        "metrics",
        "digests",
        "trends",
        "measurements",
    }
    assert set(deterministic["gates"][0]) == {
        "gate",
        "check",
        "subject",
        "path",
        "line",
        "verdict",
        "measured",
        "observed",
        "limit",
        "baseline",
        "unit",
        "reason",
    }
    assert deterministic["if_merged"]["tag"] == "acme-ai-federated-v1.2.1"
    assert deterministic["if_merged"]["diff"] == [{"unit": "hf/textgen-lora", "old": 2, "new": 3}]


def test_a_trend_and_the_line_of_a_result_are_values_that_anyone_recomputes() -> None:
    deterministic = parsed(samples.SAMPLES["fails_gates"])["deterministic"]
    assert deterministic["trends"] == [
        {
            "unit": "hf/textgen-lora",
            "metric": "quality",
            "points": [
                {"version": 1, "value": 0.781},
                {"version": 2, "value": 0.8204},
                {"version": 3, "value": 0.8267},
            ],
            "floor": 0.75,
        }
    ]
    places = [(gate["path"], gate["line"]) for gate in deterministic["gates"]]
    assert places[:3] == [("", 0), (builders.MANIFEST, 34), (builders.MANIFEST, 36)]
    assert deterministic["gates"][1]["measured"] == 82.67


def test_a_finding_keeps_every_field_in_full() -> None:
    message = "x" * 10_000
    report = builders.report(findings=(builders.finding(message=message),))
    assert parsed(report)["deterministic"]["findings"] == [
        {
            "code": "E302",
            "path": "manifests/hf/textgen-lora/v3.yaml",
            "line": 14,
            "column": 3,
            "message": message,
            "expected": "acme/textgen-lora-v3",
            "found": "acme/textgen-lora-v2",
            "fix": "write `id: acme/textgen-lora-v3`",
        }
    ]


def test_no_release_is_composed_while_the_change_is_unfit() -> None:
    assert parsed(samples.SAMPLES["fails_gates"])["deterministic"]["if_merged"] is None


def test_identity_and_remote_do_not_touch_the_deterministic_line() -> None:
    report = samples.SAMPLES["passes"]
    refused = Side("refused", "account 1", (builders.finding(code="E601"),))
    other = replace(report, identity=refused, remote=Side("error", "no answer"))
    assert deterministic_line(report) == deterministic_line(other)
    assert parsed(other)["identity"]["findings"][0]["code"] == "E601"
    assert parsed(other)["verdict"] == "fail"


def test_the_order_in_which_findings_were_found_does_not_show() -> None:
    found = tuple(builders.finding(line=line) for line in (9, 2, 30))
    lines = {deterministic_line(builders.report(findings=f)) for f in (found, found[::-1])}
    assert len(lines) == 1


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0.1 + 0.2, 0.3),
        (-0.0, 0.0),
        (1e-9, 0.0),
        (0.8420001, 0.842),
        (180.0, 180.0),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (None, None),
    ],
)
def test_numbers_are_rounded_to_six_places_and_always_valid_json(
    number: float | None, written: float | str | None
) -> None:
    report = builders.report(gates=(replace(samples.FLOOR, observed=number),))
    shown = parsed(report)["deterministic"]["gates"][0]["observed"]
    assert repr(shown) == repr(written)


@given(st.floats())
def test_a_number_is_the_same_once_it_was_written(number: float) -> None:
    report = builders.report(metrics={builders.UNIT: {"quality": number}})
    once = parsed(report)["deterministic"]["metrics"][builders.UNIT]["quality"]
    again = builders.report(metrics={builders.UNIT: {"quality": float(once)}})
    assert deterministic_line(again) == deterministic_line(report)


@given(hostile_text)
def test_any_foreign_text_survives_as_it_is(text: str) -> None:
    finding = parsed(builders.report_quoting(text))["deterministic"]["findings"][0]
    assert finding["message"] == text
