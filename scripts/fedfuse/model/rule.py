"""The shape of one catalogued rule."""

from dataclasses import dataclass


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
