"""A plot of a replay: how fast the error budget burnt, with the limits and the breach, as SVG."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from fedfuse.model.slo.objective import PAIRS, Objective, Pair
from fedfuse.model.slo.replay import Replay
from fedfuse.model.slo.wording import rate, target

_WIDTH, _LEFT, _RIGHT = 960, 64, 136
_PANEL, _PLOT, _HEADING = 224, 148, 40
_FLOOR = 0.1
"""The lowest burn rate on the logarithmic axis; whatever is lower lies on it."""
_MAX_POINTS = 800
"""Of more minutes the plot shows the peaks."""
_COLOURS = ("#c2410c", "#1d4ed8")
"""Of the pairs, in their order; apart for people who see few colours too."""
_STYLE = """
text{font:12px system-ui,sans-serif;fill:#374151}.h{font-size:15px;font-weight:600;fill:#111827}
.n{font-weight:600;fill:#111827}.e{text-anchor:end}.m{text-anchor:middle}
.grid{stroke:#e5e7eb}.axis{stroke:#9ca3af}.line{fill:none;stroke-linejoin:round}
.limit{stroke-dasharray:6 4;opacity:.7}.breach{stroke:#111827;stroke-width:1.5}
.mark{fill:#111827;font-weight:600;paint-order:stroke;stroke:#fff;stroke-width:3px}
"""


@dataclass(frozen=True, slots=True)
class _Panel:
    """One objective of one release, with its place and scale."""

    replay: Replay
    index: int
    """Of the objective among the verdicts of a minute."""
    top: int
    decades: int
    """How many powers of ten the axis spans, from `_FLOOR`."""

    @property
    def objective(self) -> Objective:
        return self.replay.minutes[0].verdicts[self.index].objective

    @property
    def bottom(self) -> int:
        return self.top + _PLOT

    def x(self, at: datetime) -> float:
        """The place of a moment between activation and the last minute."""
        whole = self.replay.minutes[-1].at - self.replay.activated_at
        share = (at - self.replay.activated_at) / whole
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(self, burn: float) -> float:
        """The place of a burn rate."""
        share = math.log10(max(burn, _FLOOR) / _FLOOR) / self.decades
        return self.bottom - share * _PLOT


def render(replays: Iterable[Replay]) -> str:
    """One panel for each objective that was measured, release below release; never raises.

    The same replays give the same text. Nothing is loaded from elsewhere.
    """
    parts, top = [], 12
    for replay in (one for one in replays if one.minutes):
        parts.append(_text(_LEFT, top + 20, escape(replay.release), "h"))
        parts.append(_text(_WIDTH - _RIGHT, top + 20, "burn rate: long windows thick", "e"))
        top += _HEADING
        for index in _measured(replay):
            parts += _panel(_Panel(replay, index, top + 24, _decades(replay, index)))
            top += _PANEL
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top}" '
    size = f'width="{_WIDTH}" height="{top}" role="img">'
    title = "<title>Burn rates of error budgets</title>"
    ground = f'<rect width="{_WIDTH}" height="{top}" fill="#fff"/>'
    colours = "".join(f".p{number}{{fill:{colour}}}" for number, colour in enumerate(_COLOURS))
    style = f"<style>{_STYLE}{colours}</style>"
    lines = [head + size, title, style, ground, *parts, "</svg>"]
    return "\n".join(lines) + "\n"


def _measured(replay: Replay) -> list[int]:
    """The indices of the objectives that had counters at some time."""
    count = len(replay.minutes[0].verdicts)
    return [i for i in range(count) if any(m.verdicts[i].seen for m in replay.minutes)]


def _decades(replay: Replay, index: int) -> int:
    highest = max(minute.verdicts[index].worst_burn for minute in replay.minutes)
    return max(3, math.ceil(math.log10(max(highest, 1.0) / _FLOOR)))


def _panel(panel: _Panel) -> Iterator[str]:
    name = panel.objective.name
    heading = f'<tspan class="n">{name}</tspan> {escape(target(panel.objective))}'
    yield _text(_LEFT, panel.top - 8, heading)
    yield from _grid(panel)
    yield from _clock(panel)
    for number, pair in enumerate(PAIRS):
        yield from _pair(panel, number, pair)
    yield from _breach(panel)


def _grid(panel: _Panel) -> Iterator[str]:
    for decade in range(panel.decades + 1):
        burn = _FLOOR * 10**decade
        y = panel.y(burn)
        yield _line((_LEFT, y), (_WIDTH - _RIGHT, y), "grid" if decade else "axis")
        yield _text(_LEFT - 8, y + 4, rate(burn), "e")


def _clock(panel: _Panel) -> Iterator[str]:
    first, last = panel.replay.activated_at, panel.replay.minutes[-1].at
    day = last - first > timedelta(days=2)
    for quarter in range(5):
        at = first + (last - first) * quarter / 4
        anchor = ("", "m", "m", "m", "e")[quarter]
        text = at.strftime("%Y-%m-%d" if day else "%H:%M")
        yield _text(panel.x(at), panel.bottom + 18, text, anchor)
    if not day:
        yield _text(_WIDTH - _RIGHT, panel.top - 8, first.strftime("%Y-%m-%d, UTC"), "e")


def _pair(panel: _Panel, number: int, pair: Pair) -> Iterator[str]:
    colour, limit = _COLOURS[number], float(pair.factor)
    y = panel.y(limit)
    yield _line((_LEFT, y), (_WIDTH - _RIGHT, y), "limit", colour=colour)
    burns = [minute.verdicts[panel.index].pairs[number].burns for minute in panel.replay.minutes]
    for which, width in ((1, 1.0), (0, 2.25)):
        points = _points(panel, [burn[which] for burn in burns])
        yield (
            f'<polyline class="line" stroke="{colour}" stroke-width="{width}" points="{points}">'
            f"<title>{(pair.long, pair.short)[which].name}</title></polyline>"
        )
    words = f"{rate(limit)} limit {pair.long.name}, {pair.short.name}"
    yield _text(_WIDTH - _RIGHT + 8, y + 4, words, f"p{number}")


def _points(panel: _Panel, burns: Sequence[float]) -> str:
    minutes = panel.replay.minutes
    step = math.ceil(len(minutes) / _MAX_POINTS)
    found = []
    for start in range(0, len(minutes), step):
        peak = max(burns[start : start + step])
        found.append(f"{panel.x(minutes[start].at):.1f},{panel.y(peak):.1f}")
    return " ".join(found)


def _breach(panel: _Panel) -> Iterator[str]:
    breach = panel.replay.breach
    if breach is None or panel.objective not in [one.objective for one in breach.breaches]:
        return
    x = panel.x(breach.at)
    yield _line((x, panel.top), (x, panel.bottom), "breach")
    late = x > _WIDTH * 0.75
    label = f"breach {breach.at.strftime('%H:%M')}: rolls back"
    yield _text(x + (-6 if late else 6), panel.top + 12, label, "mark e" if late else "mark")


def _line(
    start: tuple[float, float], end: tuple[float, float], kind: str, *, colour: str = ""
) -> str:
    stroke = f' stroke="{colour}"' if colour else ""
    place = f'x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"'
    return f'<line class="{kind}" {place}{stroke}/>'


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{named}>{text}</text>'
