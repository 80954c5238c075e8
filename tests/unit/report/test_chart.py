"""The chart of a trend: Mermaid that holds numbers and our own words, whatever the trend holds."""

import math
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.report import builders, samples
from tests.unit.report.hostile import Rendered, hostile_text

from fedfuse.model.report import Report, Trend
from fedfuse.report import pull_request, summary, trend_chart
from fedfuse.report.escape import MAX_SENTENCE

NUMBER = r"-?\d+\.\d{4}"
SERIES = rf"\[{NUMBER}(?:, {NUMBER})*\]"
SOURCE = re.compile(
    rf"""---
config:
  xyChart: \{{height: 220, xAxis: \{{labelFontSize: 11\}}, yAxis: \{{labelFontSize: 11\}}\}}
  themeVariables: \{{xyChart: \{{plotColorPalette: "#[0-9a-f]{{6}}, #[0-9a-f]{{6}}"\}}\}}
---
xychart-beta
  x-axis \[(?:"v\d+", )+"this"\]
  y-axis {NUMBER} --> {NUMBER}
  line {SERIES}(?:
  line {SERIES})?"""
)

shares = st.floats(0.0, 1.0)
trends = st.builds(
    Trend,
    hostile_text,
    hostile_text,
    st.lists(shares, min_size=2, max_size=20).map(lambda values: tuple(enumerate(values, 1))),
    st.none() | shares,
)


def fences(report: Report) -> list[str]:
    comment = pull_request.comment(report)
    fences = Rendered.of(comment).fences
    return [fence.content for fence in fences if fence.language == "mermaid"]


@given(trends)
def test_a_chart_is_of_one_fixed_form_and_quotes_nothing_foreign(trend: Trend) -> None:
    assert SOURCE.fullmatch("\n".join(trend_chart.mermaid(trend)))


@given(trends)
def test_the_axis_spans_every_value_and_the_floor(trend: Trend) -> None:
    source = "\n".join(trend_chart.mermaid(trend))
    low, high = map(float, re.findall(NUMBER, source.split("y-axis")[1].splitlines()[0]))
    drawn = [float(n) for line in re.findall(SERIES, source) for n in re.findall(NUMBER, line)]
    assert low < min(drawn) <= max(drawn) < high


def test_the_proposed_version_is_marked_and_a_floor_is_a_flat_line() -> None:
    assert list(trend_chart.mermaid(samples.QUALITY)[-4:]) == [
        '  x-axis ["v1", "v2", "this"]',
        "  y-axis 0.7408 --> 0.8512",
        "  line [0.7810, 0.8204, 0.8420]",
        "  line [0.7500, 0.7500, 0.7500]",
    ]
    lines = trend_chart.mermaid(replace(samples.QUALITY, floor=None))
    assert "".join(lines).count("line") == 1


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_nobody_can_draw_leaves_the_words_alone(number: float) -> None:
    trend = replace(samples.QUALITY, points=((1, 0.5), (2, number)))
    report = builders.report(trends=(trend,))
    assert trend_chart.mermaid(trend) == ()
    assert fences(report) == []
    assert f"v2 {number:.4f}" in summary.trend(trend)


def test_every_trend_is_a_folded_chart_beside_its_figures_in_words() -> None:
    safety = Trend("hf/policy-adapter", "safety", ((1, 0.97), (2, 0.991)))
    report = builders.report(trends=(safety, samples.QUALITY))
    charts = (trend_chart.mermaid(one) for one in (safety, samples.QUALITY))
    assert fences(report) == ["\n".join((*chart, "")) for chart in charts]
    comment = pull_request.comment(report)
    folded = comment.split("<summary>Metric over the versions</summary>")[1].split("</details>")[0]
    assert "Of `hf/policy-adapter`: safety v1 0.9700, v2 0.9910 (this).\n" in folded
    assert "v3 0.8420 (this), floor 0.75. The flat line is the floor.\n" in folded


def test_charts_go_with_the_details_when_a_comment_would_be_too_long() -> None:
    found = tuple(builders.finding(line=line) for line in range(1, 5001))
    report = builders.report(findings=found, trends=(samples.QUALITY,))
    assert fences(report) == []
    assert "Left out, as GitHub limits the length of a text: Metric over the versions" in (
        pull_request.comment(report)
    )


@given(trends)
def test_no_trend_breaks_out_of_its_section(trend: Trend) -> None:
    report = builders.report(trends=(trend,))
    rendered = Rendered.of(pull_request.comment(report))
    rendered.assert_inert()
    plain = builders.report(trends=(samples.QUALITY,))
    assert rendered.blocks == Rendered.of(pull_request.comment(plain)).blocks


def test_the_words_of_twenty_versions_are_shown_in_full() -> None:
    points = tuple((999_900 + n, 0.123456) for n in range(20))
    words = summary.trend(replace(samples.QUALITY, points=points, metric="quality"))
    assert len(words) < MAX_SENTENCE
