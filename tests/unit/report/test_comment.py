"""The pull-request comment: what it says first, and that it stays inert and short."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from tests.unit.report import builders, samples
from tests.unit.report.hostile import HOSTILE, Fence, Rendered, hostile_text

from fedfuse.model.report import Report
from fedfuse.model.verdict import Verdict
from fedfuse.report import pull_request


def render(report: Report) -> str:
    return pull_request.comment(report)


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_comment_starts_with_its_marker_and_says_the_verdict_within_80_characters(
    name: str,
) -> None:
    report = samples.SAMPLES[name]
    comment = render(report)
    assert comment.startswith("<!-- fedfuse:check -->\n")
    opening = comment.removeprefix("<!-- fedfuse:check -->")[:80]
    assert f"fedfuse: {report.verdict}" in opening


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("passes", "### ✅ fedfuse: pass — all 12 checks of `hf/textgen-lora@v3`"),
        ("fails_gates", "### ❌ fedfuse: fail — 3 problems in `hf/textgen-lora@v3`"),
        ("has_findings", "### ❌ fedfuse: fail — 4 problems in 2 files"),
        ("offline", "### ⚠️ fedfuse: pass (incomplete) — all 3 checks of `hf/textgen-lora@v3`"),
        ("hub_is_down", "### ⚠️ fedfuse: error — the artifacts could not be checked"),
        ("event", "### ✅ fedfuse: pass — this event may land"),
        ("tool", "### ✅ fedfuse: pass — this tool change may land"),
    ],
)
def test_the_title_tells_what_happened_and_to_what(name: str, title: str) -> None:
    assert title in render(samples.SAMPLES[name]).splitlines()


def test_an_inconclusive_comment_bears_no_green_mark_in_its_title() -> None:
    title = render(builders.report(gates=(samples.UNSETTLED,))).splitlines()[1]
    assert title == "### ⚠️ fedfuse: inconclusive — 1 problem in `hf/textgen-lora@v3`"


def test_a_single_check_is_not_all_of_several() -> None:
    title = render(builders.report(gates=(samples.FLOOR,))).splitlines()[1]
    assert title == "### ✅ fedfuse: pass — 1 check of `hf/textgen-lora@v3`"


def test_what_was_not_checked_stands_above_the_gates() -> None:
    comment = render(samples.SAMPLES["offline"])
    said = comment.index("identity: not checked, remote: not checked, complete: false")
    assert said < comment.index("| gate |")


def test_a_manifest_that_would_wait_says_for_what_above_the_fold() -> None:
    comment = render(samples.SAMPLES["waits_for_its_report"])
    assert (
        "Merging would cut no release: the set of members stays as it is. `hf/textgen-lora@v3` "
        "waits: no admitted benchmark report measures `hf/textgen-lora@v3` yet.\n"
    ) in comment


def test_the_gate_table_shows_numbers_with_their_units_and_the_difference() -> None:
    lines = render(samples.SAMPLES["passes"]).splitlines()
    assert "| latency p95 | ✅ pass | 180 ms | 187.4 ms | 250 ms | -7.4 ms (-3.9 %) |" in lines


def test_a_comment_on_several_manifests_names_the_unit_in_every_row() -> None:
    other = replace(samples.FAST, subject="hf/policy-adapter@v1")
    lines = render(builders.report(gates=(samples.FAST, other))).splitlines()
    assert sum(line.startswith("| `hf/policy-adapter@v1` | latency p95 |") for line in lines) == 1


def test_every_problem_is_numbered_and_ends_in_its_fix() -> None:
    report = builders.report(
        findings=(builders.finding(),),
        gates=(samples.SLOW,),
        places=builders.places((samples.SLOW, 36)),
    )
    comment = render(report)
    assert (
        "1. `manifests/hf/textgen-lora/v3.yaml:14:3` **`E302`** the id does not agree with the "
        "path\\\n   expected `acme/textgen-lora-v3`, found `acme/textgen-lora-v2`\\\n"
        "   **Fix:** write `id: acme/textgen-lora-v3`\n"
    ) in comment
    assert (
        "2. `manifests/hf/textgen-lora/v3.yaml:36` **latency p95**: p95 231.0 ms, limit 210 ms "
    ) in comment


def test_a_refusal_without_a_line_names_its_subject_where_there_are_several() -> None:
    failed = replace(samples.SET, verdict=Verdict.FAIL)
    other = {"hf/policy-adapter@v1": builders.METRICS, builders.UNIT: builders.METRICS}
    assert "1. **set composition** of `release`: " in render(
        builders.report(gates=(failed,), metrics=other)
    )


def test_the_command_that_reproduces_the_report_is_a_code_block() -> None:
    rendered = Rendered.of(render(samples.SAMPLES["offline"]))
    assert rendered.fences == (Fence("sh", builders.REPRODUCE + "\n"),)


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_every_sample_is_inert(name: str) -> None:
    Rendered.of(render(samples.SAMPLES[name])).assert_inert()


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_hostile_string_acts_wherever_it_stands(text: str) -> None:
    Rendered.of(render(builders.report_quoting(text))).assert_inert()


@settings(max_examples=60, deadline=None)
@given(hostile_text)
def test_foreign_text_cannot_add_a_row_an_item_or_a_section(text: str) -> None:
    rendered = Rendered.of(render(builders.report_quoting(text)))
    rendered.assert_inert()
    assert rendered.blocks == Rendered.of(render(builders.report_quoting("harmless"))).blocks


def test_a_command_that_holds_a_fence_stays_in_its_block() -> None:
    comment = render(builders.report(base="a\n```\n# b\n::error::\x1b"))
    assert [fence.content.count("\n") for fence in Rendered.of(comment).fences] == [4]


def test_five_thousand_findings_fit_and_the_rest_is_counted() -> None:
    found = tuple(builders.finding(line=line) for line in range(1, 5001))
    comment = render(builders.report(findings=found, gates=(samples.SLOW,)))
    shown = comment.count("**`E302`**")
    assert 45_000 < len(comment) <= 60_000
    assert f"…and {5001 - shown:,} more problems. `fedfuse check --format json`" in comment
    assert "| latency p95 | ❌ fail |" in comment
    assert comment.rstrip().endswith("complete: true")


def test_a_long_gate_table_leaves_room_for_every_problem() -> None:
    gates = tuple(replace(samples.FAST, subject=f"hf/unit{n}@v1") for n in range(2_000))
    found = tuple(builders.finding(line=line) for line in range(1, 101))
    comment = render(builders.report(findings=found, gates=gates))
    assert comment.count("**`E302`**") == 100
    assert " more checks. `fedfuse check --format json`" in comment
    assert len(comment) <= 60_000


def test_details_are_cut_before_any_problem_and_a_sentence_says_so() -> None:
    long = builders.gate("compatibility", "contract", reason="because " * 80)
    gates = tuple(replace(long, subject=f"hf/unit{n}@v1") for n in range(120))
    found = tuple(builders.finding(line=line) for line in range(1, 71))
    comment = render(builders.report(findings=found, gates=gates, metrics={}))
    assert comment.count("**`E302`**") == 70
    assert "<summary>Contract comparison</summary>" in comment
    assert re.search(r"…and \d+ more checks\. `fedfuse check --format json`", comment)
    assert "<summary>Provenance</summary>" in comment


@pytest.mark.parametrize("units", range(20, 140, 20))
def test_sections_that_fit_alone_still_fit_together(units: int) -> None:
    gates = tuple(
        builders.gate(name, "check", subject=f"hf/unit{n}@v1", reason="because " * 60)
        for n in range(units)
        for name in ("compatibility", "quality")
    )
    metrics = {f"hf/unit{n}@v1": {"quality": 0.1} for n in range(units)}
    assert len(render(builders.report(gates=gates, metrics=metrics))) <= 60_000


@pytest.mark.parametrize("text", ["x" * 50_000, "`" * 50_000, "|" * 50_000, "@ok " * 9_000])
def test_the_longest_texts_still_fit(text: str) -> None:
    findings = tuple(builders.finding(path=text, line=n, message=text) for n in range(1, 400))
    gates = tuple(builders.gate(text, text, subject=f"{text}{n}", reason=text) for n in range(400))
    report = replace(builders.report_quoting(text), findings=findings, gates=gates)
    comment = render(report)
    assert len(comment) <= 60_000
    Rendered.of(comment).assert_inert()
