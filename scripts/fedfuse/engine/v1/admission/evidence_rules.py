"""What evidence must agree with: the canonical suite, its digest, and the declared metrics."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from fedfuse.engine.interface import Snapshot, Tree
from fedfuse.engine.v1.admission import copied_runs, evidence_csv, impossible, other_runs, secrets
from fedfuse.engine.v1.metrics import metrics
from fedfuse.errors import RegistryError
from fedfuse.model.canonical import sha256
from fedfuse.model.change import DataFile
from fedfuse.model.document import Document, Pointer
from fedfuse.model.evidence import Evidence, Machine
from fedfuse.model.finding import Finding
from fedfuse.model.manifest import Contract, Evaluation, Manifest
from fedfuse.model.role import Role
from fedfuse.model.suite import Suite
from fedfuse.model.version import split_ref

METRIC_TOLERANCE = 1e-6
_TOO_BROKEN = "evaluate again: too many items of the primary part ended in an error"

SubjectRole = Callable[[str], Role | None]
"""The role of the shipment a ref names, on the base or in the same change; None for none."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The evidence file that belongs to a document, by where the document lies."""

    name: str
    """File name beside the document."""
    path: str
    repeats: other_runs.Repeats
    """The run on main that it may not repeat, yet does."""
    near: Callable[[], tuple[other_runs.Run, ...]]
    """The runs that its timings are compared with."""
    contract: Contract | None
    """That of the version that was measured, as far as it is on main or ships here."""


def of_manifest(
    document: Document,
    shipped: Manifest,
    *,
    place: DataFile,
    head: Tree,
    base: Snapshot,
    subject_role: SubjectRole,
    beside: tuple[str, ...],
) -> tuple[Evidence | None, list[Finding]]:
    """The evidence of a manifest, or everything that is wrong with it; never raises for it.

    A manifest without an evaluation has neither. `beside` are the manifests that were judged
    before it in the same change.
    """
    if shipped.evaluation is None:
        return None, []
    role = _measured_role(shipped, subject_role)
    found = [] if role else [_no_subject(document, shipped)]
    unit, name = f"{place.owner}/{place.unit}", f"v{place.version}.evidence.csv"
    subject = shipped.subject if role is not None and shipped.role.has_subject else ""
    measured = base.subject(subject) if subject else shipped
    sheet = Sheet(
        name,
        f"manifests/{unit}/{name}",
        other_runs.before_manifest(place, base),
        lambda: (
            *other_runs.in_change(beside, head),
            *other_runs.near_manifest(place, base, subject=subject),
        ),
        measured.contract if measured else None,
    )
    evidence, problems = read(
        document,
        shipped.evaluation,
        sheet=sheet,
        role=role,
        suite=base.suite(),
        head=head,
        base=base,
    )
    return evidence, found + problems


def _no_subject(document: Document, shipped: Manifest) -> Finding:
    return document.finding(
        "E328",
        ("subject",),
        message=f"there is no model version {shipped.subject} to measure",
        expected="a model version on main or in this change",
        found=shipped.subject,
        fix="name a version that exists, as provider/unit@v<n>",
    )


def read(
    document: Document,
    evaluation: Evaluation,
    *,
    sheet: Sheet,
    role: Role | None,
    suite: Suite,
    head: Tree,
    base: Snapshot,
) -> tuple[Evidence | None, list[Finding]]:
    """The evidence that a document's `evaluation` declares, or everything that is wrong with it.

    `role` is the one whose parts of the suite it holds; None when nobody can tell, which is a
    finding of the caller's. Never raises for it. Raises RegistryError for a suite without the items
    that the role is measured by.
    """
    found = [*_suite_reference(document, suite), *_currency(document, base)]
    data = head.read(sheet.path)
    if data is None or evaluation.evidence_path != sheet.name:
        found.append(_misplaced(document, evaluation, sheet, is_there=data is not None))
        return None, found
    if found or role is None:
        return None, found
    _require_parts(suite, role)
    items = suite.items(role.parts)
    evidence, problems = evidence_csv.parse(data, path=sheet.path, items=items)
    found += [*problems, *secrets.scan(data, sheet.path)]
    found += impossible.in_price(document, evaluation, base)
    found += _evidence_identity(document, data, sheet=sheet, head=head, base=base)
    if evidence is not None:
        found += impossible.in_rows(
            evidence.rows,
            items,
            path=sheet.path,
            contract=sheet.contract,
            promised=base.contract(role.name, sheet.contract.version) if sheet.contract else None,
        )
        found += _metrics(document, evaluation, evidence, role, suite)
        found += _interleaved(document, evaluation, evidence, base)
    return evidence, found


def _require_parts(suite: Suite, role: Role) -> None:
    if missing := [part for part in role.parts if not suite.parts.get(part)]:
        what = f"{suite.label} has no {', '.join(missing)} items to measure role {role.name} by"
        raise RegistryError(what, fix="name a suite with all parts in registry.yaml")


def _misplaced(
    document: Document, evaluation: Evaluation, sheet: Sheet, *, is_there: bool
) -> Finding:
    return document.finding(
        "E410",
        ("evaluation", "evidence", "path"),
        message=f"the evidence of this version is {sheet.name} beside it",
        expected=sheet.name,
        found=evaluation.evidence_path,
        fix=f"write path: {sheet.name}" if is_there else f"add the CSV of the run as {sheet.path}",
    )


def _measured_role(shipped: Manifest, subject_role: SubjectRole) -> Role | None:
    if not shipped.role.has_subject:
        return shipped.role
    role = subject_role(shipped.subject)
    return None if role is None or role.is_report else role.as_reported()


def _suite_reference(document: Document, suite: Suite) -> list[Finding]:
    expected = {"name": suite.name, "version": suite.version, "sha256": suite.sha256}
    declared = document.value["evaluation"]["suite"]
    if declared == expected:
        return []
    wrong = next(key for key in ("name", "version", "sha256") if declared[key] != expected[key])
    return [
        document.finding(
            "E411",
            ("evaluation", "suite", wrong),
            message=f"the {'sealed' if suite.sealed else 'canonical'} suite on main is "
            f"{suite.name} v{suite.version}",
            expected=str(expected[wrong]),
            found=str(declared[wrong]),
            fix=f"evaluate on schemas/suites/{suite.label} and ship that evidence",
        )
    ]


def _currency(document: Document, base: Snapshot) -> list[Finding]:
    expected = base.registry().currency
    declared = document.value["evaluation"]["pricing"]["currency"]
    if declared == expected:
        return []
    return [
        document.finding(
            "E417",
            ("evaluation", "pricing", "currency"),
            message="the registry compares costs in another currency",
            expected=expected,
            found=declared,
            fix=f"give the price per hour in {expected}",
        )
    ]


def _evidence_identity(
    document: Document, data: bytes, *, sheet: Sheet, head: Tree, base: Snapshot
) -> list[Finding]:
    pointer: Pointer = ("evaluation", "evidence", "sha256")
    digest = sha256(data)
    declared = document.value["evaluation"]["evidence"]["sha256"]
    if digest != declared:
        return [
            document.finding(
                "E412",
                pointer,
                message=f"this is not the digest of {sheet.name}",
                expected=digest,
                found=declared,
                fix=f"write sha256: {digest}",
            )
        ]
    if what := sheet.repeats(head.digest(sheet.path)):
        return [
            document.finding(
                "E413",
                pointer,
                message=f"this is the evidence of {what}",
                fix="evaluate this artifact and ship its own evidence",
            )
        ]
    return copied_runs.findings(
        document, data, head.digest(sheet.path), near=sheet.near(), head=head, base=base
    )


def _metrics(
    document: Document, evaluation: Evaluation, evidence: Evidence, role: Role, suite: Suite
) -> list[Finding]:
    machine = Machine(evaluation.per_hour, evaluation.concurrency)
    recomputed = metrics(evidence, suite.parts, role=role, machine=machine)
    found = []
    if evaluation.items != len(evidence.rows):
        found.append(
            document.finding(
                "E414",
                ("evaluation", "evidence", "items"),
                message="the evidence has another number of items",
                expected=str(len(evidence.rows)),
                found=str(evaluation.items),
                fix=f"write items: {len(evidence.rows)}",
            )
        )
    found += [
        document.finding(
            "E415",
            ("metrics", name),
            message=f"the evidence of role {role.name} gives no {name}",
            found=str(document.value["metrics"][name]),
            fix=f"remove {name}",
        )
        for name in document.value["metrics"].keys() - recomputed.keys()
    ]
    for name, value in recomputed.items():
        declared = document.value["metrics"].get(name, math.nan)
        if not abs(declared - value) <= METRIC_TOLERANCE:
            found.append(
                document.finding(
                    "E415",
                    ("metrics", name),
                    message=f"the evidence gives another {name}",
                    expected=f"{value:.6f}",
                    found=f"{declared}",
                    fix=f"write {name}: {value:.6f}" if math.isfinite(value) else _TOO_BROKEN,
                )
            )
    return found


def _interleaved(
    document: Document, evaluation: Evaluation, evidence: Evidence, base: Snapshot
) -> list[Finding]:
    """Latencies of a baseline have an owner, and who is named as a baseline has latencies."""
    named = evaluation.baseline
    if not named and not evidence.paired:
        return []
    if named and evidence.paired and base.manifest(*split_ref(named)) is not None:
        return []
    if not named:
        what, fix = (
            "the evidence holds latencies of a baseline",
            "name it: baseline: PROVIDER/UNIT@vN",
        )
    elif not evidence.paired:
        what, fix = f"the evidence holds no latencies of {named}", "remove baseline"
    else:
        what, fix = f"there is no {named} on main", "name the version that was measured beside it"
    pointer = ("evaluation", "baseline") if named else ("evaluation", "evidence", "path")
    return [document.finding("E419", pointer, message=what, found=named, fix=fix)]
