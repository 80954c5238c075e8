"""Reads one manifest out of a change: the document, its evidence, and all that is wrong with it."""

from fedfuse.engine.interface import Snapshot, SubjectRole, Tree
from fedfuse.engine.v1 import documents
from fedfuse.engine.v1.admission import evidence_rules, manifest_rules, secrets
from fedfuse.engine.v1.admission.bytes_rules import Before
from fedfuse.model.canonical import sha256
from fedfuse.model.change import data_file
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding
from fedfuse.model.judgement import Judged, Measured
from fedfuse.model.redaction import redact
from fedfuse.model.state import State


def read(
    path: str,
    *,
    head: Tree,
    base: Snapshot,
    subject_role: SubjectRole,
    beside: tuple[Judged, ...] = (),
    state: State | None = None,
) -> Judged:
    """Judge everything about a manifest but its gates. All problems at once; never raises for them.

    `head` is only read as data; schemas, policy, suites and contracts come from `base`. `beside`
    are the manifests that were judged before it in the same change: it may copy neither their
    bytes nor their runs. Without the state of main nobody knows which bytes shipped before.
    """
    data = head.read(path)
    place = data_file(path)
    if data is None or place is None:
        return Judged(path, "", (Finding(path, 0, 0, "E208", "the file is no manifest"),))
    digest = sha256(data)
    leaked = secrets.scan(data, path)
    document = base.document(data, path, kind="manifest")
    if not isinstance(document, Document):
        return Judged(path, digest, redact((*leaked, *document)))
    shipped = documents.manifest_of(document.value)
    found = manifest_rules.findings(document, shipped, place=place, base=base)
    if state is not None:
        manifests = tuple(one.manifest for one in beside if one.manifest)
        found += Before(base, state, manifests).findings(document, shipped)
    evidence, problems = evidence_rules.of_manifest(
        document,
        shipped,
        place=place,
        head=head,
        base=base,
        subject_role=subject_role,
        beside=tuple(one.path for one in beside),
    )
    findings = redact((*leaked, *found, *problems))
    if findings:
        return Judged(path, digest, findings)
    return Judged(path, digest, measured=Measured(shipped, evidence), document=document)
