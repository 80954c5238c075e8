"""Thresholds for the demonstration: what a model of 135 million parameters can reach at all."""

import re
from pathlib import Path

_ROLES = re.compile(r"^roles:\n(?:(?:  .*)?\n)*", re.MULTILINE)
_DEMONSTRATION = Path(__file__).with_name("thresholds.yaml")


def with_demonstration_thresholds(policy: str) -> str:
    """A registry.yaml with its `roles` section replaced. Raises ValueError when it has none."""
    replaced, count = _ROLES.subn(lambda _: _DEMONSTRATION.read_text("utf-8"), policy)
    if count != 1:
        raise ValueError("registry.yaml has no section roles")
    return replaced
