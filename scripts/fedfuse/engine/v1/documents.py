"""Reads manifests, Evaluations and events: documents that their schemas accept, as values.

None raises for a document that the schemas of this tool accept. A registry may have looser ones:
for what these let in, all raise one of `ILLEGIBLE`.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from fedfuse.engine.v1 import policy
from fedfuse.engine.v1.roles import ROLES
from fedfuse.model.document import Document
from fedfuse.model.evaluation import EvaluationRecord
from fedfuse.model.finding import Finding
from fedfuse.model.manifest import (
    Artifact,
    ArtifactFile,
    BaseModel,
    Contract,
    Evaluation,
    Manifest,
)
from fedfuse.model.release import moment
from fedfuse.model.serving import Event
from fedfuse.model.version import split_ref

ILLEGIBLE = (KeyError, TypeError, ValueError, AttributeError)
"""What a document raises that lacks a field, or has another kind of value in it."""
_EVENTS: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    "promote": lambda raw: raw["release"],
    "rollback": lambda raw: (raw["from"], raw["to"]),
    "lift": lambda raw: raw["hold"],
    "yank": lambda raw: split_ref(raw["version"]),
    "waive": lambda raw: (raw["gate"], raw["manifest_sha256"], moment(raw["expires"])),
}
"""Kind of event to what the folds read of it."""


def event_of(document: Mapping[str, Any]) -> Event:
    """Build an event from its document."""
    _EVENTS.get(document["kind"], dict)(document)
    return Event(document["number"], document["kind"], document)


def manifest_of(document: Mapping[str, Any]) -> Manifest:
    """Build a manifest from its document."""
    return Manifest(
        provider=document["provider"],
        name=document["unit"],
        version=document["version"],
        id=document["id"],
        role=ROLES[document["role"]],
        track=document["track"],
        artifact=_artifact(document["artifact"]),
        license=document["license"],
        contract=_contract(document.get("contract")),
        subject=document.get("subject", ""),
        metrics=document.get("metrics", {}),
        table=document.get("table", {}),
        evaluation=evaluation_of(document["evaluation"]) if "evaluation" in document else None,
    )


def evaluation_record_of(document: Mapping[str, Any]) -> EvaluationRecord:
    """Build an Evaluation from its document."""
    return EvaluationRecord(
        by=document["by"],
        subject=document["subject"],
        number=document["number"],
        metrics=document["metrics"],
        evaluation=evaluation_of(document["evaluation"]),
    )


def evaluation_of(raw: Mapping[str, Any]) -> Evaluation:
    """Build the section of a manifest or an Evaluation."""
    return Evaluation(
        suite_name=raw["suite"]["name"],
        suite_version=raw["suite"]["version"],
        suite_sha256=raw["suite"]["sha256"],
        evidence_path=raw["evidence"]["path"],
        evidence_sha256=raw["evidence"]["sha256"],
        items=raw["evidence"]["items"],
        baseline=raw.get("baseline", ""),
        accelerator=raw["hardware"]["accelerator"],
        concurrency=raw["hardware"]["concurrency"],
        per_hour=raw["pricing"]["per_hour"],
        priced_on=date.fromisoformat(raw["pricing"]["as_of"]),
    )


def _artifact(raw: Mapping[str, Any]) -> Artifact:
    base = raw.get("base_model")
    return Artifact(
        uri=raw["uri"],
        revision=raw["revision"],
        format=raw["format"],
        files=tuple(ArtifactFile(f["path"], f["size"], f["sha256"]) for f in raw["files"]),
        base_model=BaseModel(base["id"], base["revision"]) if base else None,
    )


def _contract(raw: Mapping[str, Any] | None) -> Contract | None:
    return Contract(raw["version"], raw["sha256"], raw.get("io", {})) if raw else None


_READ_BY: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    "registry": policy.from_document,
    "manifest": manifest_of,
    "evaluation": evaluation_record_of,
    "event": event_of,
}
"""Kind to what reads a document of it."""


def legible(document: Document, kind: str) -> Document | tuple[Finding, ...]:
    """A document, or what to say of one that only a looser schema than the tool's lets in."""
    try:
        _READ_BY.get(kind, dict)(document.value)
    except ILLEGIBLE:
        schema = f"schemas/{kind}.v1.schema.json"
        what = f"{schema} accepts this, and engine 1 needs a field that is missing or another"
        return (document.finding("E302", (), message=what, fix=f"restore {schema}"),)
    return document
