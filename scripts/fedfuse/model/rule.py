"""The shape of one catalogued rule, and the text in which rules are written."""

import re
from dataclasses import dataclass

_TEXT = r"(.+(?:\n {3,}.+)*)"
"""The rest of a line, and the lines below that are indented further than a new part."""
_RULE = re.compile(rf"^([\w-]+): {_TEXT}\n  Why: {_TEXT}\n  Fix: {_TEXT}\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Rule:
    """What `fedfuse explain` prints about a code, or about a check of the checklist."""

    code: str
    """`E` and three digits; of a check its name, as `check:` of an item says it."""
    title: str
    """The rule as a true sentence; of a check what must hold for a yes."""
    why: str
    """What goes wrong without it, one or two sentences."""
    fix: str
    """How to satisfy it, one or two sentences."""


def rules(text: str) -> tuple[Rule, ...]:
    """Each rule of a text: `CODE: TITLE`, then `Why:` and `Fix:`, on as many lines as needed.

    Raises ValueError for a text that holds anything else.
    """
    if rest := _RULE.sub("", text).strip():
        raise ValueError(f"no rule: {rest:.60}")
    return tuple(Rule(*map(_joined, found.groups())) for found in _RULE.finditer(text))


def _joined(part: str) -> str:
    return " ".join(line.strip() for line in part.splitlines())
