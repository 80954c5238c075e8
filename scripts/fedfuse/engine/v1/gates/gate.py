"""A gate: its rule, and everything that people read about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from fedfuse.engine.guide import GateGuide
from fedfuse.engine.v1.gates.case import Case
from fedfuse.errors import RegistryError
from fedfuse.model.verdict import GateResult

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Gate:
    """One promotion gate."""

    name: str
    """As roles list it, and as the section of its thresholds in registry.yaml is called."""
    judge: Callable[[Case], tuple[GateResult, ...]]
    """Its outcomes on a case, in a fixed order. Raises what `thresholds` does, nothing else."""
    guide: GateGuide
    has_thresholds: bool = True
    """Whether it judges by a section of the role's policy; without that section it fails."""


def thresholds(kind: Callable[..., _T], case: Case, gate: str) -> _T | None:
    """The thresholds of a gate for the role of a shipment; None where policy has no such section.

    Raises RegistryError for a section with others than `kind` has: a later schema may have more.
    """
    section = case.policy.get(gate)
    if section is None:
        return None
    try:
        return kind(**section)
    except TypeError:
        what = f"roles.{case.shipment.manifest.role.name}.{gate} has what engine 1 does not know"
        fix = "write the thresholds that `fedfuse explain` names, and restore the schema"
        raise RegistryError(f"registry.yaml: {what}, or lacks what it needs", fix=fix) from None
