"""What judging the shipments of one change came to, and what it does to the state."""

from collections.abc import Callable
from dataclasses import dataclass

from fedfuse.flows.judging.shipment import Shipment
from fedfuse.fusion import fold
from fedfuse.fusion.state import State, Waiting
from fedfuse.gates import roster
from fedfuse.model import evaluation
from fedfuse.model.evaluation import EvaluationRecord, Outcome
from fedfuse.model.finding import Finding
from fedfuse.model.manifest import Manifest
from fedfuse.model.report import Measurement
from fedfuse.model.verdict import GateResult


@dataclass(frozen=True, slots=True)
class Judged:
    """One shipment with the outcomes of its gates (none while it has findings)."""

    shipment: Shipment
    results: tuple[GateResult, ...]

    @property
    def manifest(self) -> Manifest | None:
        """The manifest; None when there are findings."""
        measured = self.shipment.measured
        return measured.manifest if measured else None

    @property
    def admitted(self) -> bool:
        """Whether nothing was found and every gate passes or is waived."""
        return self.manifest is not None and all(r.verdict.admits for r in self.results)


@dataclass(frozen=True, slots=True)
class JudgedEvaluation:
    """One Evaluation with its outcome. Without findings it is admitted whatever it says."""

    shipment: Shipment
    record: EvaluationRecord | None = None
    """None exactly when there are findings."""
    results: tuple[GateResult, ...] = ()

    @property
    def admitted(self) -> bool:
        """Whether nothing was found: what it says of its subject is another matter."""
        return self.record is not None

    @property
    def outcome(self) -> Outcome | None:
        """What it came to; None when there are findings."""
        if self.record is None:
            return None
        return Outcome(self.record.by, self.record.number, roster.overall(self.results))


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything that one change ships, judged."""

    manifests: tuple[Judged, ...]
    evaluations: tuple[JudgedEvaluation, ...] = ()

    @property
    def shipped(self) -> tuple[Judged | JudgedEvaluation, ...]:
        """Both kinds."""
        return (*self.evaluations, *self.manifests)

    @property
    def admitted(self) -> bool:
        """Whether all of it is."""
        return all(one.admitted for one in self.shipped)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings of the shipments, sorted by place."""
        return tuple(sorted({f for one in self.shipped for f in one.shipment.findings}))

    @property
    def measurements(self) -> tuple[Measurement, ...]:
        """What the Evaluations came to, by path."""
        return tuple(
            Measurement(
                one.record.path,
                one.record.subject,
                one.outcome.verdict,
                evaluation.effect(one.outcome, one.record.subject),
                one.results,
            )
            for one in self.evaluations
            if one.record and one.outcome
        )

    def taken_in(self, state: State, *, earlier: Callable[[str], tuple[Waiting, ...]]) -> State:
        """The state with all that is admitted: Evaluations, models, the reports about these.

        `earlier` lists a unit's earlier members, as `fold.withdraw` needs them.
        """
        for one in self.evaluations:
            if one.record and one.outcome:
                state = fold.evaluate(state, one.record.subject, one.outcome, earlier=earlier)
        admitted = [
            (m, one.results) for one in self.manifests if one.admitted and (m := one.manifest)
        ]
        for manifest, results in sorted(admitted, key=lambda pair: pair[0].role.is_report):
            state = fold.admit(state, manifest, results)
        return state


NOTHING = Judgement(())
"""What a change that ships nothing comes to."""
