"""What people read about a gate: the texts of `fedfuse explain GATE` and of reports."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fedfuse.model.document import Pointer
from fedfuse.model.role import Role
from fedfuse.model.verdict import Verdict


def _whole(_check: str, _role: Role) -> Pointer:
    return ()


@dataclass(frozen=True, slots=True)
class GateGuide:
    """What a gate asks for, why, and what to do."""

    rule: str
    """What must hold, as sentences with the names of the thresholds in registry.yaml."""
    why: str
    """What goes wrong without it."""
    fix: str
    """What a provider can do after each way of missing it."""
    verdicts: Mapping[Verdict, str]
    """What each verdict that this gate gives means here."""
    next_step: str
    """One clause for a report: what to push."""
    place: Callable[[str, Role], Pointer] = _whole
    """A check and a role to the part of the manifest that the check is about."""
    waivable: bool = False
    """Whether a maintainer's waiver may admit a manifest that misses it."""
