"""The shape of one catalogued rule, and the text in which rules are written."""

import re
from dataclasses import dataclass

_RULE = re.compile(
    r"^(E\d{3}) (.+?)\n  Why: (.+?)\n  Fix: (.+?)\n(?=E\d{3} |\Z)", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Rule:
    """What `fedfuse explain CODE` prints."""

    code: str
    """`E` and three digits."""
    title: str
    """The rule as a true sentence."""
    why: str
    """What goes wrong without it, one or two sentences."""
    fix: str
    """How to satisfy it, one or two sentences."""


def rules(text: str) -> tuple[Rule, ...]:
    """Each rule of a text: its code and title, then `Why:` and `Fix:`, on as many lines as needed.

    Raises ValueError for a text that holds anything else.
    """
    if rest := _RULE.sub("", text).strip():
        raise ValueError(f"no rule: {rest:.60}")
    return tuple(Rule(*map(_joined, found.groups())) for found in _RULE.finditer(text))


def _joined(part: str) -> str:
    return " ".join(line.strip() for line in part.splitlines())
