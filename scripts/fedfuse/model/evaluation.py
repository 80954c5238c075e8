"""`kind: Evaluation`: a later measurement of a version that is on main, as a strict value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fedfuse.model.change import DataFile
from fedfuse.model.manifest import Evaluation
from fedfuse.model.verdict import Verdict

REGISTRY = "registry"
"""Measures in the name of the registry itself; no provider may have this name."""


@dataclass(frozen=True, slots=True)
class EvaluationRecord:
    """One later measurement. Built only from a schema-valid document."""

    by: str
    """The provider that measured, or `registry`."""
    subject: str
    """`provider/unit@vN`, the version that was measured."""
    number: int
    """Counts up per subject and `by`, from 1."""
    metrics: Mapping[str, float]
    evaluation: Evaluation

    @property
    def path(self) -> str:
        """Where it lies in the registry."""
        return f"{stem(self.by, self.subject, self.number)}.yaml"

    @property
    def evidence_path(self) -> str:
        """Where its evidence lies in the registry."""
        return f"{stem(self.by, self.subject, self.number)}.csv"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one Evaluation of a version came to."""

    by: str
    number: int
    verdict: Verdict
    sealed: str = ""
    """The sealed suite it was measured on, as `name/vN`; empty for a public one."""

    @property
    def settles(self) -> bool:
        """Whether it says anything: `inconclusive` and `no-evidence` do not."""
        return self.verdict is Verdict.FAIL or self.verdict.admits

    def binds(self, subject: str) -> bool:
        """Whether it is the registry or the unit's own provider that measured.

        Only their failures revoke, and only their passes can be what a next version has to beat.
        """
        return self.by in {REGISTRY, provider_of(subject)}

    def path(self, subject: str) -> str:
        """Where the Evaluation lies."""
        return f"{stem(self.by, subject, self.number)}.yaml"


def evaluation_folder(by: str) -> str:
    """Where the Evaluations of one measurer lie."""
    return f"manifests/{by}/evaluations"


def stem(by: str, subject: str, number: int) -> str:
    """The path of an Evaluation and of its evidence, without their endings."""
    return f"{evaluation_folder(by)}/{subject.replace('/', '.').replace('@', '.')}.e{number}"


def subject_of(place: DataFile) -> str:
    """The version that an Evaluation at a path measures, as `provider/unit@vN`."""
    provider, unit, version = place.unit.split(".")
    return f"{provider}/{unit}@{version}"


def provider_of(subject: str) -> str:
    """The provider that ships a version."""
    return subject.partition("/")[0]


def standing(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """What each measurer says now, oldest first: the newest of its outcomes that settles.

    Public suites and each sealed one are asked for different things, so none outdates another.
    """
    newest: dict[tuple[str, str], Outcome] = {}
    for one in outcomes:
        if one.settles:
            newest.pop((one.by, one.sealed), None)
            newest[one.by, one.sealed] = one
    return tuple(newest.values())


def effect(outcome: Outcome, subject: str) -> str:
    """What an Evaluation does once it is on main, in one sentence without a full stop."""
    if not outcome.settles:
        return f"{outcome.verdict}: it neither counts nor revokes"
    if outcome.verdict.admits:
        return f"{outcome.verdict}: it is {_use(outcome, subject)}"
    if outcome.binds(subject):
        return f"fail: {subject} is revoked for good"
    return f"fail: no release with {subject} is promoted until {outcome.by} measures it to pass"


def _use(outcome: Outcome, subject: str) -> str:
    if outcome.sealed:
        return f"what a promotion of {subject} asks for"
    if outcome.by == provider_of(subject):
        return f"evidence of {subject} on a suite that had none"
    if not outcome.binds(subject):
        return f"independent evidence of {subject}"
    return f"the newest evidence of {subject}, and independent"


def revoking(subject: str, outcomes: Iterable[Outcome]) -> str:
    """Path of the Evaluation that revoked a version; empty when none did."""
    failed = (one for one in outcomes if one.verdict is Verdict.FAIL and one.binds(subject))
    return next((one.path(subject) for one in failed), "")
