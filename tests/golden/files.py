"""The files of the golden histories: the suite, contracts, shipments, Evaluations and events.

Documents are JSON, which is YAML as well.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cache
from typing import Any

from tests.golden.runs import PARTS, ROLE_PARTS, Run, evidence, items, metrics

Files = dict[str, bytes]
Edit = Callable[[dict[str, Any]], object]
"""Changes a document in place."""

REPORTS = ("retrieval-eval", "benchmark", "dataset-quality")
PLAIN = Run()
UNITS: Mapping[str, str] = {
    "north/chat": "textgen",
    "north/small": "textgen",
    "north/guard": "policy",
    "south/vectors": "embed",
    "south/recall": "retrieval-eval",
    "south/table": "dataset-quality",
    "west/server": "runtime",
    "west/bench": "benchmark",
}


def suite(version: int = 1, edit: Edit = lambda _: None) -> Files:
    """The files of the canonical suite; every version has the same items."""
    folder = f"schemas/suites/canonical/v{version}"
    files: Files = {}
    for part in PARTS:
        lines = "".join(f"{json.dumps(item)}\n" for item in items(part))
        files[f"{folder}/{part}.jsonl"] = lines.encode()
    document: dict[str, Any] = {
        "apiVersion": "fedfuse/v1",
        "kind": "Suite",
        "name": "canonical",
        "version": version,
        "license": "apache-2.0",
        "generator": {"name": "golden", "seed": version},
        "parts": {
            part: {
                "file": f"{part}.jsonl",
                "sha256": digest(files[f"{folder}/{part}.jsonl"]),
                "items": len(items(part)),
            }
            for part in PARTS
        },
    }
    edit(document)
    return {f"{folder}/suite.yaml": text(document), **files}


def contract(
    role: str, version: int, *, fields: tuple[str, ...] = ("text",), votes: bool = False
) -> Files:
    """A contract whose request may have a choice of fields and needs the first one.

    With `votes` its response holds a decision.
    """
    side = {
        "type": "object",
        "properties": {name: {"type": "string", "maxLength": 64} for name in fields},
        "required": [fields[0]],
        "additionalProperties": False,
    }
    answer = {
        "type": "object",
        "properties": {"answer": {"type": "string"}},
        "required": ["answer"],
    }
    if votes:
        answer = {
            "type": "object",
            "properties": {
                "answer": {"type": "string"},
                "decision": {"enum": ["allow", "refuse"]},
            },
            "required": ["answer", "decision"],
        }
    document = {
        "apiVersion": "fedfuse/v1",
        "kind": "Contract",
        "role": role,
        "version": version,
        "request": side,
        "response": answer,
    }
    return {f"schemas/contract/{role}/v{version}.json": text(document)}


def ship(
    unit: str,
    version: int,
    run: Run = PLAIN,
    *,
    subject: str = "",
    track: str = "release",
    contract_file: Files | None = None,
    io: Mapping[str, Any] | None = None,
    baseline: str = "",
    suite_version: int = 1,
    edit: Edit = lambda _: None,
) -> Files:
    """The manifest of a version, with its evidence."""
    role = UNITS[unit]
    measured = role if role in ROLE_PARTS else UNITS.get(subject.partition("@")[0], "")
    of = measured if measured in ROLE_PARTS else "textgen"
    document = _identity(unit, version, track)
    stem = f"manifests/{unit}/v{version}"
    if role == "dataset-quality":
        document["table"] = {"rows": 1000, "duplicates": 0.01}
        edit(document)
        return {f"{stem}.yaml": text(document)}
    if role in ROLE_PARTS:
        ((path, data),) = (contract_file or contract(role, 1)).items()
        number = int(path.rpartition("/v")[2].removesuffix(".json"))
        document["contract"] = {"version": number, "sha256": digest(data)}
        document["contract"] |= {"io": dict(io)} if io else {}
    else:
        document["subject"] = subject
    parts = ROLE_PARTS[of][: None if role in ROLE_PARTS else 1]
    rows = run.rows(parts, f"{unit}{version}")
    csv = evidence(rows)
    document["metrics"] = metrics(run, rows, parts, of if role in ROLE_PARTS else "report")
    document["evaluation"] = _evaluation(
        f"v{version}.evidence.csv", csv, run=run, suite_version=suite_version, baseline=baseline
    )
    edit(document)
    return {f"{stem}.yaml": text(document), f"{stem}.evidence.csv": csv}


def evaluate(
    subject: str,
    by: str,
    number: int = 1,
    run: Run = PLAIN,
    *,
    baseline: str = "",
    suite_version: int = 1,
    edit: Edit = lambda _: None,
) -> Files:
    """A later Evaluation of a version, with its evidence."""
    role = UNITS.get(subject.partition("@")[0], "textgen")
    stem = f"{subject.replace('/', '.').replace('@', '.')}.e{number}"
    parts = ROLE_PARTS.get(role, ("quality",))
    rows = run.rows(parts, f"{subject}{by}{number}")
    csv = evidence(rows)
    document: dict[str, Any] = {
        "apiVersion": "fedfuse/v1",
        "kind": "Evaluation",
        "by": by,
        "subject": subject,
        "number": number,
        "metrics": metrics(run, rows, parts, role),
        "evaluation": _evaluation(
            f"{stem}.csv", csv, run=run, suite_version=suite_version, baseline=baseline
        ),
        "submitted_by": {"login": f"{by}-bot", "id": 101},
    }
    edit(document)
    folder = f"manifests/{by}/evaluations"
    return {f"{folder}/{stem}.yaml": text(document), f"{folder}/{stem}.csv": csv}


def event(number: int, kind: str, **fields: Any) -> Files:
    """An event; a promotion brings the record of its release. A field `from` is written `from_`."""
    named = {name.rstrip("_"): value for name, value in fields.items()}
    document = {"apiVersion": "fedfuse/v1", "kind": kind, "number": number, **named}
    record = {f"releases/{named['release']}.json": b"{}\n"} if kind == "promote" else {}
    return {f"releases/events/{number:04}.yaml": text(document), **record}


def text(document: Mapping[str, Any]) -> bytes:
    """A document as a file."""
    return f"{json.dumps(document, indent=1)}\n".encode()


def digest(data: bytes) -> str:
    """sha256 of a file."""
    return hashlib.sha256(data).hexdigest()


_TRAINING: Mapping[str, Any] = {
    "system": "autotrain",
    "run": "https://example.org/runs/1",
    "code": {"repo": "https://example.org/code", "commit": "c" * 40},
    "dataset": {
        "id": "acme/instructions",
        "sha256": "d" * 64,
        "splits": {"train": 8000, "val": 1000, "test": 1000},
    },
}


def _identity(unit: str, version: int, track: str) -> dict[str, Any]:
    """What a manifest says of itself, whatever its role."""
    provider, name = unit.split("/")
    return {
        "apiVersion": "fedfuse/v1",
        "kind": "Manifest",
        "provider": provider,
        "unit": name,
        "version": version,
        "id": f"acme/{name}-v{version}",
        "role": UNITS[unit],
        "track": track,
        "artifact": _artifact(unit, version, report=UNITS[unit] in REPORTS),
        "license": "apache-2.0",
        "training": deepcopy(_TRAINING),
        "submitted_by": {"login": f"{provider}-bot", "id": 101},
    }


def _artifact(unit: str, version: int, *, report: bool) -> dict[str, Any]:
    scheme = {"north": "hf", "south": "gs", "west": "s3"}[unit.split("/", maxsplit=1)[0]]
    file = "report.json" if report else "model.safetensors"
    revision = {"hf": "a" * 40, "gs": "1700000000000001", "s3": "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrH"}
    return {
        "uri": f"{scheme}://acme/{unit.split('/')[1]}-v{version}",
        "revision": revision[scheme],
        "format": "report" if report else "safetensors",
        "files": [{"path": file, "size": 7, "sha256": digest(f"{unit}{version}".encode())}],
    }


@cache
def _suite_digest(version: int) -> str:
    return digest(suite(version)[f"schemas/suites/canonical/v{version}/suite.yaml"])


def _evaluation(
    name: str, csv: bytes, *, run: Run, suite_version: int, baseline: str
) -> dict[str, Any]:
    return {
        "suite": {
            "name": "canonical",
            "version": suite_version,
            "sha256": _suite_digest(suite_version),
        },
        "evidence": {"path": name, "sha256": digest(csv), "items": csv.count(b"\n") - 1},
        **({"baseline": baseline} if baseline else {}),
        "hardware": {"accelerator": "1xL4", "region": "local", "concurrency": run.concurrency},
        "pricing": {"currency": "USD", "per_hour": run.per_hour, "as_of": "2026-09-01"},
        "seed": 7,
    }
