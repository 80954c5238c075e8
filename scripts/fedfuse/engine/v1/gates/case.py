"""The case a gate judges: one shipment and everything it is compared with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fedfuse.model.contract import ContractDocument
from fedfuse.model.judgement import Measured
from fedfuse.model.registry import Policy
from fedfuse.model.suite import Suite


@dataclass(frozen=True, slots=True)
class Case:
    """Everything the gates of one shipment need. Pure data; `now` is an argument too."""

    shipment: Measured
    suite: Suite
    policy: Policy
    now: datetime
    """Timezone-aware; the committer date of the judged commit."""
    currency: str
    baseline: Measured | None = None
    """The unit's production member, else the newest release's, else its newest admitted."""
    baseline_gap: str = ""
    """Why the baseline has no usable evidence; non-empty makes comparisons `no-evidence`."""
    anchor: Measured | None = None
    """The unit's last version admitted as superior or bootstrap on this suite version."""
    candidate: Measured | None = None
    """The unit's member in the newest release, where it differs from the baseline."""
    teachers: tuple[Measured, ...] = ()
    """What the unit is distilled from, as `fusion.distillation` says."""
    teacher_margin: float | None = None
    """The largest loss to a teacher, as a share; None for the policy's own margin."""
    subject: Measured | None = None
    """The shipment a report measures."""
    accepted_contract: ContractDocument | None = None
    """The contract the route table accepts for the role; None when no route uses the role."""
    shipped_contract: ContractDocument | None = None
    """The contract the manifest names; None when the registry has no such version."""
    accepted_io: Mapping[str, Any] | None = None
    """`contract.io` of the unit's baseline; None in bootstrap."""
    waived_gates: frozenset[str] = frozenset()
    """Gates with an unexpired waiver bound to this manifest's sha256."""
