"""What evidence must agree with: the canonical suite, its digest, and the declared metrics."""

import math
from collections.abc import Callable

from fedfuse.adapters.document import Document, Pointer
from fedfuse.flows.snapshot import Snapshot, Tree, evidence_items
from fedfuse.model import evidence_csv, secrets
from fedfuse.model.canonical import sha256
from fedfuse.model.change import data_file
from fedfuse.model.evidence import Evidence, Machine, metrics
from fedfuse.model.finding import Finding
from fedfuse.model.manifest import Evaluation, Manifest
from fedfuse.model.role import Role

METRIC_TOLERANCE = 1e-6

SubjectRole = Callable[[str], Role | None]
"""The role of the shipment a ref names, on the base or in the same change; None for none."""


def read(
    document: Document,
    shipped: Manifest,
    *,
    head: Tree,
    base: Snapshot,
    subject_role: SubjectRole,
) -> tuple[Evidence | None, list[Finding]]:
    """The evidence of a manifest, or everything that is wrong with it; never raises for it."""
    evaluation = shipped.evaluation
    if evaluation is None:
        return None, []
    found = [*_suite_reference(document, base), *_currency(document, base)]
    role = _measured_role(shipped, subject_role)
    if role is None:
        found.append(
            document.finding(
                "E328",
                ("subject",),
                message=f"there is no shipment {shipped.subject} to measure",
                expected="a model version on main or in this change",
                found=shipped.subject,
                fix="name a version that exists, as provider/unit@v<n>",
            )
        )
    data = head.read(shipped.evidence_path)
    place = data_file(shipped.evidence_path)
    if data is None or place is None or place.kind != "evidence":
        found.append(
            document.finding(
                "E410",
                ("evaluation", "evidence", "path"),
                message="the evidence file is not beside the manifest",
                expected=f"v{shipped.version}.evidence.csv",
                found=evaluation.evidence_path,
                fix="add the CSV that `fedfuse eval run` wrote",
            )
        )
        return None, found
    if found or role is None:
        return None, found
    items = evidence_items(role, base.suite())
    evidence, problems = evidence_csv.parse(data, path=shipped.evidence_path, items=items)
    found += [*problems, *secrets.scan(data, shipped.evidence_path)]
    found += _evidence_identity(document, shipped, data, head, base)
    if evidence is not None:
        found += _metrics(document, evaluation, evidence, role, base)
    return evidence, found


def _measured_role(shipped: Manifest, subject_role: SubjectRole) -> Role | None:
    if not shipped.role.has_subject:
        return shipped.role
    role = subject_role(shipped.subject)
    return None if role is None or role.is_report else role.as_reported()


def _suite_reference(document: Document, base: Snapshot) -> list[Finding]:
    suite = base.suite()
    expected = {"name": suite.name, "version": suite.version, "sha256": suite.sha256}
    declared = document.value["evaluation"]["suite"]
    if declared == expected:
        return []
    wrong = next(key for key in ("name", "version", "sha256") if declared[key] != expected[key])
    return [
        document.finding(
            "E411",
            ("evaluation", "suite", wrong),
            message=f"the canonical suite on main is {suite.name} v{suite.version}",
            expected=str(expected[wrong]),
            found=str(declared[wrong]),
            fix=f"evaluate on {base.registry().suite_path} and ship that evidence",
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
    document: Document, shipped: Manifest, data: bytes, head: Tree, base: Snapshot
) -> list[Finding]:
    pointer: Pointer = ("evaluation", "evidence", "sha256")
    digest = sha256(data)
    declared = document.value["evaluation"]["evidence"]["sha256"]
    if digest != declared:
        return [
            document.finding(
                "E412",
                pointer,
                message=f"this is not the digest of v{shipped.version}.evidence.csv",
                expected=digest,
                found=declared,
                fix=f"write sha256: {digest}",
            )
        ]
    blob = head.digest(shipped.evidence_path)
    for version in base.versions(shipped.unit):
        earlier = f"manifests/{shipped.unit}/v{version}.evidence.csv"
        if version != shipped.version and base.tree.digest(earlier) == blob:
            return [
                document.finding(
                    "E413",
                    pointer,
                    message=f"this is the evidence of {shipped.unit}@v{version}",
                    fix="evaluate this artifact and ship its own evidence",
                )
            ]
    return []


def _metrics(
    document: Document, evaluation: Evaluation, evidence: Evidence, role: Role, base: Snapshot
) -> list[Finding]:
    machine = Machine(evaluation.per_hour, evaluation.concurrency)
    recomputed = metrics(evidence, base.suite().parts, role=role, machine=machine)
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
                    fix=f"write {name}: {value:.6f}",
                )
            )
    return found
