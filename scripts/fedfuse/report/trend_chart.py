"""A unit's metric over its versions as a Mermaid chart, which GitHub draws inside a comment."""

import math

from fedfuse.model.report import Trend

_HEIGHT = 220
"""Pixels; Mermaid draws 700 of width."""
_LABELS = "{labelFontSize: 11}"
"""In pixels; at this size the names of twenty versions stand side by side."""
_PROPOSED = "this"
"""The name of the proposed version, as in the table of gates."""
_COLOURS = "#0969da, #cf222e"
"""Of the metric and of the floor; Mermaid's own are too pale on white."""
_MARGIN = 0.1
"""Share of the range of values that stays free above and below them."""
_SMALLEST_MARGIN = 0.005
_PLACES = 4


def mermaid(trend: Trend) -> tuple[str, ...]:
    """The lines of the chart's source: the metric's line, and a flat one where there is a floor.

    Nothing but numbers and our own words is in it, so nothing has to be escaped. The proposed
    version is the last one and marked. Empty when a number is not finite. Never raises.
    """
    floor = () if trend.floor is None else ([trend.floor] * len(trend.points),)
    lines = ([value for _, value in trend.points], *floor)
    drawn = [value for line in lines for value in line]
    if not all(map(math.isfinite, drawn)):
        return ()
    low, high = min(drawn), max(drawn)
    margin = max((high - low) * _MARGIN, _SMALLEST_MARGIN)
    names = [*(f"v{version:d}" for version, _ in trend.points[:-1]), _PROPOSED]
    labels = ", ".join(f'"{name}"' for name in names)
    return (
        "---",
        "config:",
        f"  xyChart: {{height: {_HEIGHT}, xAxis: {_LABELS}, yAxis: {_LABELS}}}",
        f'  themeVariables: {{xyChart: {{plotColorPalette: "{_COLOURS}"}}}}',
        "---",
        "xychart-beta",
        f"  x-axis [{labels}]",
        f"  y-axis {_number(low - margin)} --> {_number(high + margin)}",
        *(f"  line [{', '.join(map(_number, line))}]" for line in lines),
    )


def _number(value: float) -> str:
    return f"{round(value, _PLACES) + 0.0:.{_PLACES}f}"
