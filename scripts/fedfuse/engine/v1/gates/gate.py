"""A gate: its rule, and everything that people read about it."""

from collections.abc import Callable
from dataclasses import dataclass

from fedfuse.engine.guide import GateGuide
from fedfuse.engine.v1.gates.case import Case
from fedfuse.model.verdict import GateResult


@dataclass(frozen=True, slots=True)
class Gate:
    """One promotion gate."""

    name: str
    """As roles list it, and as the section of its thresholds in registry.yaml is called."""
    judge: Callable[[Case], tuple[GateResult, ...]]
    """Its outcomes on a case, in a fixed order. Never raises."""
    guide: GateGuide
    has_thresholds: bool = True
    """Whether it judges by a section of the role's policy; without that section it fails."""
