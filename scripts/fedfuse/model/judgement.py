"""What judging the manifests and Evaluations of one change came to. Plain data."""

from dataclasses import dataclass

from fedfuse.model.document import Document
from fedfuse.model.evaluation import EvaluationRecord, Outcome
from fedfuse.model.evidence import Evidence, Row
from fedfuse.model.finding import Finding
from fedfuse.model.manifest import Manifest
from fedfuse.model.suite import Suite
from fedfuse.model.verdict import GateResult, worst


@dataclass(frozen=True, slots=True)
class Measured:
    """A version of a unit with the evidence that counts for it."""

    manifest: Manifest
    evidence: Evidence | None = None
    """None where there is none: for a role that needs none, or on another suite."""

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of the evidence; empty without any."""
        return self.evidence.rows if self.evidence else ()

    @property
    def evidence_sha256(self) -> str:
        """Digest of the evidence; empty without any."""
        return self.evidence.sha256 if self.evidence else ""


@dataclass(frozen=True, slots=True)
class Judged:
    """One manifest or Evaluation that a change adds."""

    path: str
    sha256: str
    """Digest of the document's bytes; empty when the file could not be read."""
    findings: tuple[Finding, ...] = ()
    measured: Measured | None = None
    """The manifest with its evidence, for an Evaluation its subject with the new figures; None
    exactly when there are findings."""
    document: Document | None = None
    """As parsed, to point into; None exactly when `measured` is."""
    record: EvaluationRecord | None = None
    """Of an Evaluation without findings; None for a manifest."""
    results: tuple[GateResult, ...] = ()
    """Outcomes of the gates; none while there are findings."""
    suite: Suite | None = None
    """Of an Evaluation without findings: what it was measured on."""

    @property
    def manifest(self) -> Manifest | None:
        """The manifest, or the subject of an Evaluation; None when there are findings."""
        return self.measured.manifest if self.measured else None

    @property
    def outcome(self) -> Outcome | None:
        """What an Evaluation came to; None for a manifest, and when there are findings."""
        if self.record is None:
            return None
        verdict = worst(result.verdict for result in self.results)
        sealed = self.suite.label if self.suite and self.suite.sealed else ""
        return Outcome(self.record.by, self.record.number, verdict, sealed)

    @property
    def admitted(self) -> bool:
        """Whether nothing was found and every gate passes or is waived.

        An Evaluation without findings is admitted, whatever it says of its subject.
        """
        if self.measured is None:
            return False
        return self.record is not None or all(r.verdict.admits for r in self.results)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the registry's own Evaluations on its sealed suite say of promoting a version."""

    path: str
    """Of the Evaluation of this version that stands; empty when there is none."""
    passed: bool
    """Whether it passed."""
    serves: str = ""
    """The version of the unit that serves and has to be beaten; empty when there is none."""
    serves_path: str = ""
    """Of that version's Evaluation that passed; empty when there is none."""
    results: tuple[GateResult, ...] = ()
    """How the two compare, once both passed."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything that one change adds, judged."""

    manifests: tuple[Judged, ...] = ()
    evaluations: tuple[Judged, ...] = ()

    @property
    def added(self) -> tuple[Judged, ...]:
        """Both kinds."""
        return (*self.evaluations, *self.manifests)

    @property
    def admitted(self) -> bool:
        """Whether all of it is."""
        return all(one.admitted for one in self.added)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, sorted by place."""
        return tuple(sorted({f for one in self.added for f in one.findings}))
