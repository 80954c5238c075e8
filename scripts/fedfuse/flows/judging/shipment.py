"""Reads one shipment out of a change: the document, its evidence, and all that is wrong with it."""

from dataclasses import dataclass

from fedfuse.adapters.document import Document
from fedfuse.flows.judging import evidence_rules, manifest_rules
from fedfuse.flows.judging.evidence_rules import SubjectRole
from fedfuse.flows.reading.snapshot import Snapshot, Tree
from fedfuse.flows.reading.withheld import withhold
from fedfuse.gates.case import Measured
from fedfuse.model import manifest, secrets
from fedfuse.model.canonical import sha256
from fedfuse.model.change import data_file
from fedfuse.model.evidence import Evidence
from fedfuse.model.finding import Finding

_NONE_NEEDED = Evidence("", ())


@dataclass(frozen=True, slots=True)
class Shipment:
    """What a change ships under the path of a manifest or an Evaluation."""

    path: str
    sha256: str
    """Digest of the document's bytes; empty when the file could not be read."""
    findings: tuple[Finding, ...]
    measured: Measured | None = None
    """The manifest with its evidence (without rows for roles that need none); None exactly when
    there are findings."""
    document: Document | None = None
    """The manifest as parsed, to point into; None exactly when `measured` is."""


def read(path: str, *, head: Tree, base: Snapshot, subject_role: SubjectRole) -> Shipment:
    """Judge everything about a shipment but its gates. All problems at once; never raises for them.

    `head` is only read as data; schemas, policy, suites and contracts come from `base`.
    """
    data = head.read(path)
    place = data_file(path)
    if data is None or place is None:
        return Shipment(path, "", (Finding(path, 0, 0, "E208", "the file is no manifest"),))
    digest = sha256(data)
    leaked = secrets.scan(data, path)
    document = base.document(data, path, kind="manifest")
    if not isinstance(document, Document):
        return Shipment(path, digest, withhold((*leaked, *document)))
    shipped = manifest.from_document(document.value)
    found = manifest_rules.findings(document, shipped, place=place, base=base)
    evidence: Evidence | None = _NONE_NEEDED
    if shipped.evaluation is not None:
        evidence, problems = evidence_rules.of_manifest(
            document, shipped, place=place, head=head, base=base, subject_role=subject_role
        )
        found += problems
    findings = withhold((*leaked, *found))
    measured = Measured(shipped, evidence) if evidence and not findings else None
    return Shipment(path, digest, findings, measured, document if measured else None)
