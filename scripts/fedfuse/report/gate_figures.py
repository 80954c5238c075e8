"""Numbers as people read them: rounded for their unit, with the unit beside them."""

from fedfuse.model.verdict import GateResult

_PLACES = {"ms": 1, "share": 4, "points": 2, "ratio": 3, "items": 0, "p-value": 4}
"""Decimal places a unit is worth; six for any other, as in a release record."""
_FORMS = {"share": "{}", "ratio": "{}x", "p-value": "p {}"}
"""Number and unit together, where that is not simply one after the other."""
_POINTS = 100.0
"""Points in a share of 1."""
_TOO_LONG_FOR_PLACES = 1e15


def label(result: GateResult) -> str:
    """Gate and check, with the unit where it is too long to stand beside every number."""
    name = f"{result.gate} {result.check}"
    return f"{name} ({result.unit})" if " " in result.unit else name


def cells(result: GateResult) -> tuple[str, str, str, str]:
    """What was measured, the baseline, the limit and the difference to the baseline, as text.

    A paired comparison shows both sides' levels as shares and their difference in points, with the
    lower bound that was judged. Another bound stands beside the figure that it is a bound of.
    """
    if _is_comparison(result):
        return _compared(result)
    unit = result.unit
    this = _figure(result.observed, unit)
    if result.measured is not None and this:
        this = f"{_figure(result.measured, unit)} (<= {this})"
    return this, _figure(result.baseline, unit), _figure(result.limit, unit), _delta(result)


def _is_comparison(result: GateResult) -> bool:
    return result.unit == "points" and result.baseline is not None


def _compared(result: GateResult) -> tuple[str, str, str, str]:
    this, baseline = _level(result.measured), _level(result.baseline)
    limit = "" if result.limit is None else f"delta > {_rounded(result.limit, 'points')}"
    return this, baseline, limit, _difference(result)


def _difference(result: GateResult) -> str:
    """The difference with the bound that was judged, or as much of it as is known."""
    bound = "" if result.observed is None else f">= {_rounded(result.observed, 'points', sign='+')}"
    if result.measured is None or result.baseline is None:
        return _with_unit(bound, "points") if bound else ""
    difference = _signed(result.measured - result.baseline, "points")
    return f"{difference} ({bound})" if bound else difference


def _level(points: float | None) -> str:
    return "" if points is None else _figure(points / _POINTS, "share")


def _figure(value: float | None, unit: str) -> str:
    return "" if value is None else _with_unit(_rounded(value, unit), unit)


def _delta(result: GateResult) -> str:
    value, baseline, unit = result.observed, result.baseline, result.unit
    if value is None or baseline is None or unit == "ratio":
        return ""
    difference = value - baseline
    if unit == "share":
        return _signed(difference * _POINTS, "points")
    percent = f" ({difference / baseline * 100:+.1f} %)" if baseline else ""
    return f"{_signed(difference, unit)}{percent}"


def _signed(value: float, unit: str) -> str:
    return _with_unit(_rounded(value, unit, sign="+"), unit)


def _rounded(value: float, unit: str, *, sign: str = "") -> str:
    if not abs(value) < _TOO_LONG_FOR_PLACES:
        return f"{value:{sign}.6g}"
    places = _PLACES.get(unit, 6)
    text = f"{round(value, places) + 0.0:{sign},.{places}f}"
    return text.rstrip("0").rstrip(".") if places else text


def _with_unit(number: str, unit: str) -> str:
    if unit in _FORMS:
        return _FORMS[unit].format(number)
    return number if " " in unit or not unit else f"{number} {unit}"
