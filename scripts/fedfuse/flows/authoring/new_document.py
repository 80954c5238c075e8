"""The document of a new manifest: what was measured, what was said, and what stays as it was."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from fedfuse.adapters.stores import roster
from fedfuse.engine.interface import Engine
from fedfuse.errors import RefusedError, UsageError
from fedfuse.flows.authoring.options import NewOptions
from fedfuse.flows.authoring.run_facts import RunFacts
from fedfuse.model.bundle import listing_digest
from fedfuse.model.evidence import Evidence, Machine
from fedfuse.model.manifest import ArtifactFile
from fedfuse.model.registry import Person, Registry
from fedfuse.model.role import Role
from fedfuse.model.suite import Suite

_FORMATS = {".safetensors": "safetensors", ".gguf": "gguf", ".onnx": "onnx"}
_ADAPTER = "adapter_config.json"
_STANDING = frozenset({"config", "lora-safetensors"})
"""Formats that are nothing without a base model."""
_METRIC_PLACES = 9


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known without asking."""

    provider: str
    name: str
    version: int
    role: Role
    settings: Registry
    previous: Mapping[str, Any]
    """The document of the unit's newest version; empty for the first."""
    contracts: Mapping[int, str]
    """Versions of the role's contract with their digests."""
    uri: str
    paths: tuple[str, ...]
    """Of the artifact's files, relative to its folder, sorted."""


@dataclass(frozen=True, slots=True)
class Run:
    """An evaluation run."""

    suite: Suite
    evidence: Evidence
    role: Role
    """The role whose suite parts the evidence holds: the unit's own, or its subject's."""
    engine: Engine
    """What computes its metrics."""
    facts: RunFacts


_ASKED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("--revision", ("artifact", "revision")),
    ("--base-model", ("artifact", "base_model")),
    ("--license", ("license",)),
    ("--contract", ("contract", "version")),
    ("--subject", ("subject",)),
    ("--hardware", ("evaluation", "hardware", "accelerator")),
    ("--concurrency", ("evaluation", "hardware", "concurrency")),
    ("--pricing", ("evaluation", "pricing", "per_hour")),
    ("--seed", ("evaluation", "seed")),
    ("--training-system", ("training", "system")),
    ("--training-run", ("training", "run")),
    ("--training-code", ("training", "code", "repo")),
    ("--training-dataset", ("training", "dataset", "id")),
    ("--training-splits", ("training", "dataset", "splits")),
)
"""Options and the fact each of them gives; which facts a role has is said by `build`."""


_OF_THE_RUN = frozenset({"--hardware", "--concurrency", "--pricing", "--seed"})
_TAKEN_OVER: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("base_model", ("artifact", "base_model")),
    ("license_id", ("license",)),
    ("contract", ("contract", "version")),
    ("training_system", ("training", "system")),
    ("training_code", ("training", "code")),
    ("training_dataset", ("training", "dataset", "id")),
    ("training_dataset", ("training", "dataset", "sha256")),
    ("training_splits", ("training", "dataset", "splits")),
)
"""Options, and the field that is as in the version before where the option is left out."""


def build(options: NewOptions, facts: Facts, measured: Run | Mapping[str, float]) -> dict[str, Any]:
    """The manifest without its files, keys in the order of the schema.

    `measured` is a table for reports about data. Raises UsageError for words of another form and
    for missing ones, all of them at once, and RefusedError for what no manifest may hold.
    """
    document: dict[str, Any] = {
        "apiVersion": "fedfuse/v1",
        "kind": "Manifest",
        "provider": facts.provider,
        "unit": facts.name,
        "version": facts.version,
        "id": f"{facts.settings.namespace}/{facts.name}-v{facts.version}",
        "role": facts.role.name,
        "track": options.track,
        "artifact": _artifact(options, facts),
        "license": options.license_id or facts.previous.get("license"),
    }
    if not facts.role.is_report:
        document["contract"] = _contract(options, facts)
    if facts.role.has_subject:
        document["subject"] = options.subject or None
    if isinstance(measured, Run):
        document |= measurement(
            options,
            measured,
            path=f"v{facts.version}.evidence.csv",
            currency=facts.settings.currency,
        )
    else:
        document["table"] = dict(measured)
    document["training"] = _training(options, facts.previous.get("training", {}))
    actors = facts.settings.providers[facts.provider].actors
    document["submitted_by"] = submitter(options, facts.provider, actors)
    ask_for_missing(document, f"{facts.provider}/{facts.name}@v{facts.version}")
    return document


def ask_for_missing(document: Mapping[str, Any], what: str) -> None:
    """Raise UsageError for every fact that nothing says: no option, run file or earlier version."""
    missing = [option for option, pointer in _ASKED if _at(document, pointer, missing="") is None]
    if missing:
        measured = any(option in _OF_THE_RUN for option in missing)
        raise UsageError(
            f"nothing says {', '.join(missing)} of {what}",
            fix="add these options (`fedfuse new --help` shows their form)"
            + ("; `fedfuse eval run` writes a run file that says what a run had" * measured),
        )


def taken_over(options: NewOptions, facts: Facts, document: Mapping[str, Any]) -> dict[str, Any]:
    """What a document has from the unit's version before, by field, because no option says it."""
    found = {}
    for option, pointer in _TAKEN_OVER:
        value = _at(document, pointer)
        if value and not getattr(options, option) and value == _at(facts.previous, pointer):
            found[".".join(pointer)] = value
    said, old = options.io_facts(), _at(facts.previous, ("contract", "io")) or {}
    kept = {name: value for name, value in old.items() if name not in said}
    return {**found, "contract.io": kept} if kept and not facts.role.is_report else found


def add_files(document: dict[str, Any], files: tuple[ArtifactFile, ...]) -> None:
    """List the artifact's files; they are the revision of a folder artifact."""
    artifact = document["artifact"]
    artifact["files"] = [{"path": f.path, "size": f.size, "sha256": f.sha256} for f in files]
    if is_folder(artifact["uri"]):
        artifact["revision"] = listing_digest({file.path: file.sha256 for file in files})


def is_folder(uri: str) -> bool:
    """Whether a uri's store has no revisions but the content of the artifact."""
    store = roster.of_uri(uri)
    return store is not None and store.is_folder


def _at(document: Mapping[str, Any], pointer: tuple[str, ...], *, missing: Any = None) -> Any:
    """The value at a place of a document; `missing` where there is no such place."""
    value: Any = document
    for key in pointer:
        if not isinstance(value, Mapping) or key not in value:
            return missing
        value = value[key]
    return value


def _artifact(options: NewOptions, facts: Facts) -> dict[str, Any]:
    base = options.base()
    old = facts.previous.get("artifact", {}).get("base_model")
    artifact: dict[str, Any] = {
        "uri": facts.uri,
        "revision": options.revision or ("" if is_folder(facts.uri) else None),
        "format": _format(facts),
        "files": [],
        "base_model": {"id": base[0], "revision": base[1]} if base else old,
    }
    if artifact["base_model"] is None and artifact["format"] not in _STANDING:
        del artifact["base_model"]
    return artifact


def _format(facts: Facts) -> str:
    """What the files are, by their names; settings for a base model when no file is a weight."""
    if facts.role.is_report:
        return "report"
    paths = [PurePosixPath(path) for path in facts.paths]
    formats = {_FORMATS[path.suffix] for path in paths if path.suffix in _FORMATS}
    if len(formats) > 1:
        raise RefusedError(
            f"the folder holds weights of more than one format: {', '.join(sorted(formats))}",
            fix="ship one format; another one is another unit",
        )
    adapted = formats == {"safetensors"} and any(path.name == _ADAPTER for path in paths)
    return "lora-safetensors" if adapted else next(iter(formats), "config")


def _contract(options: NewOptions, facts: Facts) -> dict[str, Any]:
    old = facts.previous.get("contract", {})
    accepted = facts.settings.fusion.contracts.get(facts.role.name)
    version = (
        options.contract or old.get("version") or accepted or max(facts.contracts, default=None)
    )
    if version is not None and version not in facts.contracts:
        known = ", ".join(str(number) for number in sorted(facts.contracts)) or "none"
        raise UsageError(
            f"there is no contract v{version} for role {facts.role.name}",
            fix=f"use --contract with one of: {known}",
        )
    io = {**old.get("io", {}), **options.io_facts()}
    contract = {"version": version, "sha256": facts.contracts.get(version or 0)}
    return {**contract, "io": io} if io else contract


def _metrics(measured: Run) -> dict[str, float]:
    facts = measured.facts
    if facts.pricing is None or facts.concurrency is None:
        return {}
    machine = Machine(facts.pricing.per_hour, facts.concurrency)
    found = measured.engine.metrics(
        measured.evidence, measured.suite.parts, role=measured.role, machine=machine
    )
    endless = [name for name, value in found.items() if not math.isfinite(value)]
    if endless:
        raise RefusedError(
            f"the evidence gives no finite {', '.join(endless)}: too many errors, or no tokens",
            fix="measure again with `fedfuse eval run`",
        )
    return {name: round(value, _METRIC_PLACES) for name, value in found.items()}


def measurement(options: NewOptions, measured: Run, *, path: str, currency: str) -> dict[str, Any]:
    """The fields `metrics` and `evaluation` of a run whose evidence lies at a path.

    Raises RefusedError for a run that gives no finite metrics.
    """
    evidence, suite, facts = measured.evidence, measured.suite, measured.facts
    hardware, pricing = facts.hardware, facts.pricing
    evaluation = {
        "suite": {"name": suite.name, "version": suite.version, "sha256": suite.sha256},
        "evidence": {"path": path, "sha256": evidence.sha256, "items": len(evidence.rows)},
        "baseline": options.baseline,
        "hardware": {
            "accelerator": hardware and hardware.accelerator,
            "region": hardware and hardware.region,
            "concurrency": facts.concurrency,
        },
        "pricing": {
            "currency": currency,
            "per_hour": pricing and pricing.per_hour,
            "as_of": pricing and pricing.as_of,
        },
        "seed": facts.seed,
        **({"run": dict(facts.run)} if facts.run else {}),
    }
    if not options.baseline:
        del evaluation["baseline"]
    return {"metrics": _metrics(measured), "evaluation": evaluation}


def _training(options: NewOptions, old: Mapping[str, Any]) -> dict[str, Any]:
    known: Mapping[str, Any] = old.get("dataset", {})
    code, data = options.code(), options.dataset() or (known.get("id"), known.get("sha256"))
    return {
        "system": options.training_system or old.get("system"),
        "run": options.training_run or None,
        "code": {"repo": code[0], "commit": code[1]} if code else old.get("code", {"repo": None}),
        "dataset": {
            "id": data[0],
            "sha256": data[1],
            "splits": options.splits() or known.get("splits"),
        },
    }


def submitter(options: NewOptions, who: str, people: Sequence[Person]) -> dict[str, Any]:
    """The account that submits in somebody's name. Raises UsageError when it is not clear."""
    known = ", ".join(person.login for person in people)
    if not options.login and len(people) != 1:
        raise UsageError(f"{who} has several accounts", fix=f"use --login: {known}")
    person = next((p for p in people if p.login == (options.login or people[0].login)), None)
    if person is None:
        raise UsageError(
            f"{options.login} is no account of {who} in registry.yaml",
            fix=f"use --login with one of: {known}",
        )
    return {"login": person.login, "id": person.id}
