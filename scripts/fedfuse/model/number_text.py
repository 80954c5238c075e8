"""How sentences word numbers. Records hold them as `canonical.decimal`, which never changes."""

_PLACES = 6
"""As many as metrics are declared to."""
_COUNTING = 2
"""Digits other than leading zeros that a small number keeps."""
_TOO_LONG = 1e15


def number_text(value: float, *, places: int = _PLACES) -> str:
    """A number as people read it: `0.000044`, never `4.4e-05`, and without trailing zeros.

    Rounded to so many places, or to two digits that count where that leaves fewer. What is
    infinite, NaN or above 1e15 is left to `%g`. Never raises.
    """
    if not abs(value) < _TOO_LONG:
        return f"{value:g}"
    below = -int(f"{value:e}".partition("e")[2])
    text = f"{value:.{max(places, below + _COUNTING - 1)}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
