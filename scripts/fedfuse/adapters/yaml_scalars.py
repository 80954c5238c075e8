"""What a plain (unquoted) YAML scalar means, and which ones must be quoted.

Only what YAML 1.1 and YAML 1.2 readers agree on has a meaning: `null`, `true`, `false`, numbers as
JSON writes them (with an exponent only as `1.0e-05`), and everything that is text to all of them.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from fedfuse.model.quoting import quoted

MAX_INTEGER = 2**53
"""Larger integers lose digits in readers that keep every number as a double."""
_MAX_INTEGER_LENGTH = len(str(-MAX_INTEGER))


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a plain scalar has no meaning here."""

    code: str
    found: str
    fix: str = ""
    """Empty: the code's usual way out."""


Scalar: TypeAlias = str | int | float | bool | None

_CONSTANTS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None, "": None}
_AMBIGUOUS = {
    spelling
    for word in ("y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=")
    for spelling in (word, word.capitalize(), word.upper())
} - _CONSTANTS.keys()
WORDS = frozenset({"<<", *_AMBIGUOUS, *_CONSTANTS})
"""Words that are not text to every reader."""
NUMERIC_START = frozenset("+-.0123456789")
"""First characters of every number and date, and of much text."""
_match_numeric = re.compile(
    r"""
      (?P<integer> -?(?:0|[1-9][0-9]*+))
    | (?P<real> -?(?:0|[1-9][0-9]*+) \.[0-9]++ (?:[eE][-+][0-9]++)?)
    | (?P<ambiguous>
          [-+]?[0-9][0-9_]*+ (?:(?::[0-5]?[0-9])++ (?:\.[0-9_]*+)?       # 1:30 is 90 or text
                               |(?:\.[0-9_]*+)? (?:[eE][-+]?[0-9]++)?)  # 010 is 8 or 10
        | [-+]?\.[0-9_]++ (?:[eE][-+]?[0-9]++)?
        | [-+]?0[bBoOxX][0-9a-fA-F_]++
        | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2} (?:[Tt\ ][0-9Zz:.+\ -]*+)?     # a date or text
      )
    | (?P<not_finite> [-+]?\.(?:inf|Inf|INF|nan|NaN|NAN))
    """,
    re.VERBOSE,
).fullmatch
"""What some reader takes for a number or a date; the rest is text to all of them."""


def plain(text: str) -> Scalar | Refused:
    """The value of a plain scalar, or why it has to be written differently; never raises."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text in WORDS:
        return Refused("E115", text) if text == "<<" else _ambiguous(text)
    return numeric(text) if text[0] in NUMERIC_START else text


def numeric(text: str) -> str | float | Refused:
    """`plain` for a text that begins like a number."""
    match = _match_numeric(text)
    if match is None:
        return text
    kind = match.lastgroup
    if kind == "integer":
        # Python refuses to convert very long ones.
        value = int(text) if len(text) <= _MAX_INTEGER_LENGTH else math.inf
        fit = -MAX_INTEGER <= value <= MAX_INTEGER and text != "-0"
        return value if fit else Refused("E119", quoted(text))
    if kind == "real":
        value = float(text)
        fit = math.isfinite(value) and (value != 0.0 or text[0] != "-")
        return value if fit else Refused("E119", quoted(text))
    return _ambiguous(text) if kind == "ambiguous" else Refused("E119", text)


def _ambiguous(text: str) -> Refused:
    return Refused("E118", quoted(text), fix=f"quote it if it is text: {quoted(text)}")
