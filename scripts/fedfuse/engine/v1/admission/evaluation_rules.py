"""What an Evaluation must agree with: its place, its subject on main, and its evidence."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from fedfuse.engine.interface import Snapshot, Tree
from fedfuse.engine.v1 import documents
from fedfuse.engine.v1.admission import evidence_rules, other_runs, secrets
from fedfuse.engine.v1.admission.evidence_rules import Sheet
from fedfuse.engine.v1.admission.manifest_rules import misplaced
from fedfuse.model import evaluation
from fedfuse.model.canonical import sha256
from fedfuse.model.change import DataFile, data_file
from fedfuse.model.document import Document
from fedfuse.model.evaluation import REGISTRY, EvaluationRecord
from fedfuse.model.finding import Finding
from fedfuse.model.judgement import Judged, Measured
from fedfuse.model.manifest import Manifest
from fedfuse.model.redaction import redact
from fedfuse.model.suite import Suite
from fedfuse.model.version import split_ref


def read(
    path: str,
    *,
    head: Tree,
    base: Snapshot,
    unusable: Callable[[str], bool],
    beside: tuple[str, ...] = (),
) -> Judged:
    """Judge everything about an Evaluation but its gates. All problems at once; never raises.

    `head` is only read as data; schema, policy, suite and subject come from `base`. `unusable`
    tells whether a version was yanked or revoked. `beside` are the manifests and Evaluations that
    were judged before it in the same change.
    """
    data, place = head.read(path), data_file(path)
    if data is None or place is None:
        lost = Finding(path, 0, 0, "E208", "the file is no Evaluation", fix="remove it")
        return Judged(path, "", (lost,))
    digest = sha256(data)
    leaked = secrets.scan(data, path)
    document = base.document(data, path, kind="evaluation")
    if not isinstance(document, Document):
        return Judged(path, digest, redact((*leaked, *document)))
    record = documents.evaluation_record_of(document.value)
    subject = base.subject(evaluation.subject_of(place))
    suite = _suite(record, place, base)
    found = [
        *_naming(document, place, base),
        *_succession(document, place, base),
        *_subject(document, place, subject, unusable),
        *_baseline(document, record, place),
    ]
    evidence, problems = evidence_rules.read(
        document,
        record.evaluation,
        sheet=_sheet(place, base, head, beside, subject),
        role=subject.role if subject else None,
        suite=suite,
        head=head,
        base=base,
    )
    findings = redact((*leaked, *found, *problems))
    if findings or subject is None or evidence is None:
        return Judged(path, digest, findings)
    as_found = replace(subject, metrics=record.metrics, evaluation=record.evaluation)
    measured = Measured(as_found, evidence)
    return Judged(path, digest, (), measured, document=document, record=record, suite=suite)


def _suite(record: EvaluationRecord, place: DataFile, base: Snapshot) -> Suite:
    """The suite that it has to be on: the registry may measure on its sealed one as well."""
    named, settings = record.evaluation, base.registry()
    folder, sealed = f"schemas/suites/{named.suite_name}/", settings.evaluator_path
    means_it = f"{folder}v{named.suite_version}" == sealed or (
        sealed.startswith(folder) and named.suite_name != settings.suite_name
    )
    found = base.sealed_suite() if place.owner == REGISTRY and means_it else None
    return found or base.suite()


def _naming(document: Document, place: DataFile, base: Snapshot) -> Iterator[Finding]:
    expected = {
        "by": place.owner,
        "subject": evaluation.subject_of(place),
        "number": place.version,
    }
    yield from misplaced(document, expected, code="E440")
    known = (REGISTRY, *base.registry().providers)
    if place.owner not in known:
        yield document.finding(
            "E441",
            ("by",),
            message="nobody of this name measures here",
            expected=", ".join(known),
            found=place.owner,
            fix=f"move the files to manifests/{REGISTRY}/evaluations, or to a provider's folder",
        )


def _succession(document: Document, place: DataFile, base: Snapshot) -> Iterator[Finding]:
    subject = evaluation.subject_of(place)
    following = base.next_evaluation(place.owner, subject)
    # A work tree is read as its own base: a file of it follows the one below it.
    before = f"{evaluation.stem(place.owner, subject, place.version - 1)}.yaml"
    follows = place.version == 1 or base.tree.digest(before)
    if place.version == following or (follows and base.tree.digest(place.path)):
        return
    yield document.finding(
        "E442",
        ("number",),
        message=f"the next Evaluation of {subject} by {place.owner} is e{following}",
        expected=str(following),
        found=str(place.version),
        fix=f"rename the files to e{following} and write number: {following}",
    )


def _subject(
    document: Document,
    place: DataFile,
    subject: Manifest | None,
    unusable: Callable[[str], bool],
) -> Iterator[Finding]:
    ref = evaluation.subject_of(place)
    if subject is None:
        yield document.finding(
            "E443",
            ("subject",),
            message=f"there is no model version {ref} on main to measure",
            expected="a version of a model on main",
            found=ref,
            fix="name a version that is on main, as provider/unit@v<n>",
        )
    elif unusable(ref):
        yield document.finding(
            "E444",
            ("subject",),
            message=f"{ref} was yanked or revoked, and that is final",
            expected="a version that may still serve",
            found=ref,
            fix="measure the version that the unit fell back to, or ship a next one",
        )


def _baseline(document: Document, record: EvaluationRecord, place: DataFile) -> Iterator[Finding]:
    """Only what the subject could have replaced tells anything about it."""
    named = record.evaluation.baseline
    if not named:
        return
    (unit, version), (other, older) = split_ref(evaluation.subject_of(place)), split_ref(named)
    if other != unit or older >= version:
        yield document.finding(
            "E419",
            ("evaluation", "baseline"),
            message="the baseline of an Evaluation is an earlier version of the same unit",
            expected=f"{unit}@v<n>, below v{version}",
            found=named,
            fix="measure beside an earlier version, or ship evidence without its latencies",
        )


def _sheet(
    place: DataFile,
    base: Snapshot,
    head: Tree,
    beside: tuple[str, ...],
    subject: Manifest | None,
) -> Sheet:
    ref = evaluation.subject_of(place)
    path = f"{evaluation.stem(place.owner, ref, place.version)}.csv"
    return Sheet(
        path.rpartition("/")[2],
        path,
        other_runs.before_evaluation(place, base),
        lambda: (
            *other_runs.in_change(beside, head),
            *other_runs.near_evaluation(place, base),
        ),
        subject.contract if subject else None,
    )
