"""The charts of comments, read by Mermaid, which GitHub draws them with."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedfuse.model.report import Trend
from fedfuse.report import pull_request, trend_chart
from tests.github.description import cache_folder
from tests.unit.report import builders, samples
from tests.unit.report.hostile import HOSTILE, Rendered, hostile_text

pytestmark = pytest.mark.npm
DRIVER = Path(__file__).with_name("mermaid.mjs")
PLACES = 0.00005
"""Charts hold four places of a number."""
NUMBERS = {
    "one value": [0.5],
    "equal values": [0.75] * 7,
    "negative values": [-0.25, -1.5, -0.00004],
    "both signs": [-3.0, 2.0],
    "zeros": [0.0, -0.0],
    "tiny values": [1e-9, 5e-324],
    "huge values": [1e15, 250_000.125, 1e300],
    "a hundred values": [n / 100 for n in range(100)],
}
NAMES = (*HOSTILE, 'a"b', "'", "[x]", "]]", "-->", "%%", "---", "ü€\u65e5\u672c", "long " * 400)

TORN = {"-->": "to", '"v1"': '"v1', "[0.7810": "[x", "xychart-beta": "xychart-gamma"}

numbers = st.floats(-1e6, 1e6)
trends = st.builds(
    Trend,
    hostile_text,
    hostile_text,
    st.lists(numbers, min_size=1, max_size=100).map(lambda values: tuple(enumerate(values, 1))),
    st.none() | numbers,
)


def read_by_mermaid(charts: Sequence[str]) -> list[dict[str, Any]]:
    """What Mermaid reads in each of the charts; one process for all of them."""
    done = subprocess.run(
        ("node", "--input-type=module", "--eval", DRIVER.read_text(encoding="utf-8")),
        input=json.dumps(charts),
        cwd=cache_folder(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    read: list[dict[str, Any]] = json.loads(done.stdout)
    assert len(read) == len(charts)
    return read


def in_a_comment(trend: Trend) -> str:
    """The chart of a trend as GitHub finds it in the comment that holds it."""
    comment = pull_request.comment(builders.report(trends=(trend,)))
    fences = Rendered.of(comment).fences
    (found,) = (fence.content for fence in fences if fence.language == "mermaid")
    assert found.splitlines() == list(trend_chart.mermaid(trend))
    return found


def many() -> list[Trend]:
    """Trends of every odd kind, and two hundred that Hypothesis makes up."""
    made = [Trend(name, name, ((1, 0.5), (2, 0.25)), 0.3) for name in NAMES]
    for values in NUMBERS.values():
        points = tuple(enumerate(values, 1))
        made += [Trend("hf/a", "quality", points, floor) for floor in (None, 0.9, -2.0)]

    @settings(max_examples=200)
    @given(trends)
    def collect(trend: Trend) -> None:
        made.append(trend)

    collect()
    return made


def test_mermaid_draws_every_chart_with_the_numbers_of_its_trend() -> None:
    made = [samples.QUALITY, *many()]
    assert len(made) > 250
    for trend, read in zip(made, read_by_mermaid(list(map(in_a_comment, made))), strict=True):
        assert read.get("problem") is None, (trend, read)
        assert read["type"] == "xychart"
        assert read["config"]["xyChart"]["height"] == 220
        assert_shows(read["drawn"], trend)


def assert_shows(drawn: dict[str, Any], trend: Trend) -> None:
    names = [*(f"v{version}" for version, _ in trend.points[:-1]), "this"]
    assert drawn["xAxis"]["categories"] == names
    floor = [] if trend.floor is None else [[trend.floor] * len(names)]
    wanted = [[value for _, value in trend.points], *floor]
    for plot, values in zip(drawn["plots"], wanted, strict=True):
        assert [name for name, _ in plot["data"]] == names
        assert [value for _, value in plot["data"]] == [
            pytest.approx(v, abs=PLACES) for v in values
        ]
        assert all(drawn["yAxis"]["min"] < v < drawn["yAxis"]["max"] for _, v in plot["data"])


def test_what_is_no_chart_is_told_apart() -> None:
    source = "\n".join(trend_chart.mermaid(samples.QUALITY))
    torn = [source.replace(part, broken) for part, broken in TORN.items()]
    assert source not in torn
    whole, *rest = read_by_mermaid([source, *torn])
    assert "problem" not in whole
    assert all(one.get("problem") for one in rest)
