"""New: the manifest and evidence of a unit's next version, made from an artifact folder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fedfuse.adapters import files, hashing, json_strict, yaml_strict
from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.engine.interface import Snapshot
from fedfuse.errors import FedfuseError, RefusedError, UsageError
from fedfuse.flows.authoring import eval_setup, run_facts
from fedfuse.flows.authoring.new_document import Facts, Run, add_files, build, is_folder, taken_over
from fedfuse.flows.authoring.options import NewOptions
from fedfuse.flows.history import snapshots
from fedfuse.flows.history.draft_tree import DraftTree
from fedfuse.flows.history.ledger import fold_history
from fedfuse.model import yaml_text
from fedfuse.model.canonical import sha256
from fedfuse.model.change import data_file
from fedfuse.model.document import Document
from fedfuse.model.evidence import MAX_BYTES
from fedfuse.model.finding import Finding
from fedfuse.model.role import Role
from fedfuse.model.state import State
from fedfuse.model.suite import Suite
from fedfuse.model.version import split_ref
from fedfuse.suite.config import digest

_HEADER = "# yaml-language-server: $schema=../../../schemas/{}.v1.schema.json\n"


@dataclass(frozen=True, slots=True)
class Measurement:
    """The files of a run: per-item results, or the table of a report about data."""

    evidence: Path | None
    table: Path | None


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be written."""

    path: str
    """Of the manifest, below the registry's root; empty when there is none yet."""
    files: Mapping[str, bytes]
    """In the order they are written: the manifest last, since it makes the others count."""
    findings: tuple[Finding, ...]
    """What `check` would refuse; nothing may be written while there is any."""
    taken_over: Mapping[str, Any] = field(default_factory=dict)
    """What it has from the unit's version before, by field."""
    unjudged: str = ""
    """Why nobody knows what main withdrew and shipped; empty when that was judged too."""


def draft(
    root: Path,
    unit: str,
    artifact: Path,
    *,
    options: NewOptions,
    measured: Measurement,
    quiet: bool = False,
) -> Draft:
    """Make the manifest of a unit's next version, and judge it as `check` will, but for the gates.

    All words are judged before the files are hashed; `quiet` hides the progress of that. Raises
    UsageError for words that do not fit the registry, RefusedError for files that cannot be
    shipped, RegistryError for a broken registry.
    """
    base = snapshots.of(WorkTree(root))
    facts = _facts(base, unit, artifact, options)
    file = _measured_file(measured, facts.role)
    data = read_bytes(file)
    read = (
        read_run(data, file, options, facts.role, base)
        if facts.role.metrics
        else _table(data, file)
    )
    if isinstance(read, tuple):
        return Draft("", {}, read)
    document = build(options, facts, read)
    asked = read.facts.config_sha256 if isinstance(read, Run) else ""
    if asked and document["artifact"]["format"] == "config":
        shipped = digest(eval_setup.config(artifact, facts.role))
        if asked != shipped:
            other = run_facts.asked_otherwise(file, artifact, asked=asked, shipped=shipped)
            return Draft("", {}, (other,))
    add_files(document, hashing.hash_files(artifact, facts.paths, quiet=quiet))
    stem = f"manifests/{unit}/v{facts.version}"
    written = {f"{stem}.evidence.csv": data} if isinstance(read, Run) else {}
    written[f"{stem}.yaml"] = text_of(document, f"{stem}.yaml")
    state, unjudged = state_of_main(root)
    judged = base.engine.read_manifest(
        f"{stem}.yaml",
        head=DraftTree(base.tree, written),
        base=base,
        subject_role=lambda ref: _role_of(ref, base),
        state=state,
    )
    kept = taken_over(options, facts, document)
    return Draft(f"{stem}.yaml", written, judged.findings, kept, unjudged)


def state_of_main(root: Path) -> tuple[State | None, str]:
    """What main came to, as this clone has it; None, and why, for a folder that cannot tell."""
    try:
        with Repository(root) as repository:
            return fold_history(repository, repository.main_ref()).state, ""
    except FedfuseError as err:
        return None, err.what


def write(root: Path, made: Draft) -> None:
    """Write the files of a draft without findings, each whole, the manifest last.

    Raises RefusedError when one exists, FedfuseError when the folder cannot be written.
    """
    for path, data in made.files.items():
        files.write_new(root / path, data)


def _facts(base: Snapshot, unit: str, artifact: Path, options: NewOptions) -> Facts:
    settings = base.registry()
    if unit not in settings.units:
        known = ", ".join(settings.units)
        raise UsageError(f"registry.yaml lists no unit {unit}", fix=f"use one of: {known}")
    provider, _, name = unit.partition("/")
    role, versions = settings.units[unit], base.versions(unit)
    version = max(versions, default=0) + 1
    prefix = settings.providers[provider].prefixes[0]
    joint = "" if prefix.endswith(("/", ":")) else "/"
    uri = options.uri or f"{prefix}{joint}{name}-v{version}"
    known_contracts = (
        (place.version, base.tree.read(place.path) or b"")
        for file in base.tree.names(f"schemas/contract/{role.name}")
        if (place := data_file(f"schemas/contract/{role.name}/{file}"))
    )
    return Facts(
        provider=provider,
        name=name,
        version=version,
        role=role,
        settings=settings,
        previous=_previous(base, unit, versions),
        contracts={version: sha256(data) for version, data in known_contracts},
        uri=uri,
        paths=hashing.list_files(artifact, hidden=is_folder(uri)),
    )


def _previous(base: Snapshot, unit: str, versions: tuple[int, ...]) -> Mapping[str, Any]:
    if not versions:
        return {}
    path = f"manifests/{unit}/v{versions[-1]}.yaml"
    document = base.document(base.tree.read(path) or b"", path, kind="manifest")
    if not isinstance(document, Document):
        first = document[0]
        raise RefusedError(f"{first.place}: {first.message}", fix=f"fedfuse validate {path}")
    return document.value


def _measured_file(measured: Measurement, role: Role) -> Path:
    wanted, given, other = "--evidence", measured.evidence, measured.table
    if not role.metrics:
        wanted, given, other = "--table", measured.table, measured.evidence
    if given is None or other is not None:
        raise UsageError(
            f"a manifest of role {role.name} is made from {wanted} FILE, and from nothing else",
            fix="measure with `fedfuse eval run`"
            if role.metrics
            else "write {name: number} as JSON",
        )
    return given


def read_bytes(file: Path) -> bytes:
    """At most one byte more than the largest file that is accepted. Raises what `files` raises."""
    return files.read_named(file, most=MAX_BYTES + 1)


def read_run(
    data: bytes,
    file: Path,
    options: NewOptions,
    role: Role,
    base: Snapshot,
    *,
    suite: Suite | None = None,
) -> Run | tuple[Finding, ...]:
    """The run of a role that a file holds, or everything wrong with the file.

    `suite` is the one it was measured on, by default the canonical one.
    Raises UsageError when the words and the file disagree on a subject or a baseline.
    """
    if role.has_subject:
        subject = _role_of(options.subject, base)
        if subject is None or subject.is_report:
            raise UsageError(
                f"there is no model version {options.subject or 'to measure'}",
                fix="name the one that was measured: --subject provider/unit@v3",
            )
        role = subject.as_reported()
    suite = suite or base.suite()
    evidence, findings = base.engine.parse_evidence(
        data, path=str(file), items=suite.items(role.parts)
    )
    if evidence is None:
        return findings
    if evidence.paired != bool(options.baseline):
        holds = "holds" if evidence.paired else "has no"
        raise UsageError(
            f"the evidence {holds} latencies of a baseline",
            fix=f"{'add' if evidence.paired else 'leave out'} --baseline provider/unit@v3",
        )
    facts = run_facts.of(file, data, options=options, suite=suite)
    if isinstance(facts, tuple):
        return facts
    return Run(suite, evidence, role, base.engine, facts)


def _table(data: bytes, file: Path) -> Mapping[str, float] | tuple[Finding, ...]:
    document = json_strict.load_json(data, path=str(file))
    return document.value if isinstance(document, Document) else document


def _role_of(ref: str, base: Snapshot) -> Role | None:
    """The role of a version in the work tree; None when there is no such version."""
    try:
        unit, version = split_ref(ref)
    except ValueError:
        return None
    return base.registry().units.get(unit) if version in base.versions(unit) else None


def text_of(document: Mapping[str, Any], path: str) -> bytes:
    """The document as strict YAML that reads back as the same values."""
    try:
        text = _HEADER.format(document["kind"].lower()) + yaml_text.render(document)
    except ValueError as err:
        raise UsageError(str(err), fix="give finite numbers only") from err
    loaded = yaml_strict.load(text.encode(), path=path)
    if isinstance(loaded, Document) and loaded.value != document:
        raise RuntimeError(f"{path} would not say what was meant")
    return text.encode()
