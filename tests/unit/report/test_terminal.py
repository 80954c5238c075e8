"""The report on a terminal: aligned, complete and inert."""

import re

import pytest
from hypothesis import given, settings
from tests.unit.report import builders, samples
from tests.unit.report.hostile import hostile_text

from fedfuse.model.verdict import Verdict
from fedfuse.report import pull_request, text
from fedfuse.report.findings import problems


def lines_of(name: str) -> list[str]:
    return text.render(pull_request.terminal(samples.SAMPLES[name])).splitlines()


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_the_first_line_starts_with_the_verdict(name: str) -> None:
    assert lines_of(name)[0].startswith(samples.SAMPLES[name].verdict)


def test_a_gate_line_holds_gate_verdict_and_reason_in_columns() -> None:
    lines = lines_of("fails_gates")
    assert "  quality        pass          quality 0.8267, floor 0.75" in lines
    assert any(line.startswith("  latency        fail          p95 231.0 ms, ") for line in lines)


def test_a_finding_starts_with_its_place_and_code_and_ends_in_its_fix() -> None:
    rendered = text.render(pull_request.terminal(builders.report(findings=(builders.finding(),))))
    assert (
        "\nmanifests/hf/textgen-lora/v3.yaml:14:3: E302 the id does not agree with the path\n"
        "  expected acme/textgen-lora-v3, found acme/textgen-lora-v2\n"
        "  fix: write `id: acme/textgen-lora-v3`\n"
    ) in rendered


def test_a_finding_about_the_change_as_a_whole_says_so() -> None:
    whole = builders.finding(path="", line=0, column=0, code="E211", message="no shared history")
    rendered = text.render(pull_request.terminal(builders.report(findings=(whole,), metrics={})))
    assert rendered.startswith("fail: 1 problem in this change\n")
    assert "\nthis change: E211 no shared history\n" in rendered


def test_findings_outside_a_report_look_the_same() -> None:
    found = (builders.finding(line=20), builders.finding(line=3))
    rendered = text.render((problems(found),))
    assert rendered in text.render(pull_request.terminal(builders.report(findings=found)))
    assert rendered.index("yaml:3:") < rendered.index("yaml:20:")
    assert text.render((problems(()),)) == ""


@pytest.mark.parametrize(
    ("count", "shown", "more"),
    [
        (pull_request.MAX_SHOWN, pull_request.MAX_SHOWN, ""),
        (pull_request.MAX_SHOWN + 1, pull_request.MAX_SHOWN, "... and 1 more problem; "),
        (5000, pull_request.MAX_SHOWN, "... and 4,800 more problems; "),
    ],
)
def test_of_thousands_of_findings_the_first_are_shown_and_the_rest_is_counted(
    count: int, shown: int, more: str
) -> None:
    found = tuple(builders.finding(line=line) for line in range(1, count + 1))
    rendered = text.render(pull_request.terminal(builders.report(findings=found)))
    assert rendered.startswith(f"fail: {count:,} problems in ")
    assert rendered.count("E302") == shown
    rest = "\n" + more + "fedfuse check --format json has all of it\n"
    assert (rest in rendered) == bool(more)
    assert ("more problem" in rendered) == bool(more)


def test_among_too_many_manifests_those_that_are_refused_are_shown() -> None:
    count = pull_request.MAX_SHOWN + 5
    gates = tuple(
        builders.gate("latency", "p95", verdict, subject=f"hf/unit-{n:04}@v1")
        for n in range(count)
        for verdict in (Verdict.PASS, Verdict.FAIL if n == count - 1 else Verdict.PASS)
    )
    lines = text.render(pull_request.terminal(builders.report(gates=gates))).splitlines()
    shown = [line for line in lines if line.startswith("hf/unit-")]
    assert (len(shown), shown[0]) == (pull_request.MAX_SHOWN, f"hf/unit-{count - 1:04}@v1")
    more = "... and 5 more manifests; fedfuse check --format json has all of it"
    assert more in lines


def test_what_was_not_checked_has_a_line_each() -> None:
    lines = lines_of("offline")
    assert {"identity: not checked", "remote: not checked", "complete: false"} <= set(lines)


def test_a_member_that_leaves_and_one_that_joins_are_told_apart() -> None:
    assert "  aws/runtime-distilled leaves (was v3)" in lines_of("event")
    assert "  hf/textgen-lora joins as v3" in lines_of("first_manifest")


@settings(max_examples=60)
@given(hostile_text)
def test_no_line_acts_on_a_terminal_or_a_workflow_runner(foreign: str) -> None:
    for line in text.render(pull_request.terminal(builders.report_quoting(foreign))).split("\n"):
        assert re.fullmatch(r"[ -~]*", line)
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


@settings(max_examples=60)
@given(hostile_text)
def test_foreign_text_adds_no_line(foreign: str) -> None:
    report, harmless = builders.report_quoting(foreign or "x"), builders.report_quoting("harmless")
    lines = text.render(pull_request.terminal(report)).count("\n")
    assert lines == text.render(pull_request.terminal(harmless)).count("\n")
