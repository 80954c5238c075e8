"""The report on one change: what every part of the judgement said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fedfuse.model.change import Shape
from fedfuse.model.finding import Finding
from fedfuse.model.verdict import GateResult, Verdict, worst


@dataclass(frozen=True, slots=True)
class MemberChange:
    """One unit whose member version would differ from the newest release."""

    unit: str
    old: int | None
    """None when the unit would appear."""
    new: int | None
    """None when the unit would leave."""


@dataclass(frozen=True, slots=True)
class IfMerged:
    """The release that merging the change would cut."""

    tag: str
    """Empty when the merge cuts no release; `note` says why."""
    bump: str
    members: tuple[str, ...]
    """`provider/unit@vN`, by unit name."""
    diff: tuple[MemberChange, ...]
    waiting: tuple[tuple[str, str], ...]
    """Ref of an admitted version that would not join yet, and what it waits for."""
    note: str = ""
    withdrawn: tuple[str, ...] = ()
    """What is withdrawn beside the version that an event names, since it has its bytes."""


@dataclass(frozen=True, slots=True)
class Trend:
    """A unit's primary metric over its admitted versions on main and the proposed one."""

    unit: str
    metric: str
    """`quality` or `safety`."""
    points: tuple[tuple[int, float], ...]
    """Version and value, ascending; at least two, the proposed version last."""
    floor: float | None = None
    """What the policy asks for at least; None where it sets no floor under this metric."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file."""

    path: str
    line: int
    """1-based."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What pins one thing that a judgement rests on."""

    name: str
    """A path, an artifact's uri, or as in `suite canonical/v1`."""
    value: str
    """sha256; of an artifact the provider's own revision."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What an Evaluation that the change adds came to. It is a fact: it refuses nothing here."""

    path: str
    subject: str
    """`provider/unit@vN`, the version that was measured."""
    verdict: Verdict
    effect: str
    """What landing it does, one sentence without a full stop."""
    results: tuple[GateResult, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """A part of the judgement that depends on more than the repository."""

    status: str
    """`ok`, `refused`, `error` (could not be decided) or `not checked`."""
    message: str = ""
    findings: tuple[Finding, ...] = ()


NOT_CHECKED = Side("not checked")


@dataclass(frozen=True, slots=True)
class Report:
    """Everything `fedfuse check` found out about a change."""

    kind: Shape
    base: str
    head: str
    at: datetime
    """The clock of the judgement."""
    findings: tuple[Finding, ...]
    gates: tuple[GateResult, ...]
    if_merged: IfMerged | None
    """None while findings make the change unfit to be composed."""
    metrics: Mapping[str, Mapping[str, Any]]
    """Ref of each judged manifest to its declared metrics."""
    identity: Side = NOT_CHECKED
    remote: Side = NOT_CHECKED
    trends: tuple[Trend, ...] = ()
    """By unit; a unit without an earlier version to compare with has none."""
    places: Mapping[tuple[str, str, str], Place] = field(default_factory=dict)
    """Subject, gate and check of a result to the line of the manifest that it is about."""
    measurements: tuple[Measurement, ...] = ()
    """By path."""
    digests: tuple[Digest, ...] = ()
    """Of the policy and of what is judged; base and head pin all of it too."""

    def place(self, gate: GateResult) -> Place | None:
        """The line a result is about; None for one about the release as a whole."""
        return self.places.get((gate.subject, gate.gate, gate.check))

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Findings on content, identity and artifacts, in this order."""
        return self.findings + self.identity.findings + self.remote.findings

    @property
    def verdict(self) -> str:
        """`fail`, `error`, `inconclusive`, `no-evidence` or `pass`: the first that applies."""
        result = worst(gate.verdict for gate in self.gates)
        if self.all_findings or result is Verdict.FAIL:
            return Verdict.FAIL.value
        if "error" in {self.identity.status, self.remote.status}:
            return "error"
        return Verdict.PASS.value if result.admits else result.value

    @property
    def complete(self) -> bool:
        """Whether identity and artifacts were decided too."""
        return {self.identity.status, self.remote.status} <= {"ok", "refused"}

    @property
    def exit_code(self) -> int:
        """0 admitted, 1 refused, 3 when something outside could not be reached."""
        return {Verdict.PASS.value: 0, "error": 3}.get(self.verdict, 1)
