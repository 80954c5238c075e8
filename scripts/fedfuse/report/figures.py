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

    A comparison with a baseline in `points` has no measured number of its own: what it judged is
    the lower bound of the difference, which therefore stands in the last place.
    """
    unit = result.unit
    measured = "" if _is_bound(result) else _figure(result.observed, unit)
    return measured, _figure(result.baseline, unit), _figure(result.limit, unit), _delta(result)


def _is_bound(result: GateResult) -> bool:
    return result.unit == "points" and result.baseline is not None


def _figure(value: float | None, unit: str) -> str:
    return "" if value is None else _with_unit(_rounded(value, unit), unit)


def _delta(result: GateResult) -> str:
    value, baseline, unit = result.observed, result.baseline, result.unit
    if value is None or baseline is None or unit == "ratio":
        return ""
    if _is_bound(result):
        return f">= {_signed(value, unit)}"
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
