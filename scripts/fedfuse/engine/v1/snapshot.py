"""The registry's own files at one commit (or in a work tree), parsed and cached by content."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from fedfuse.engine.interface import Engine, Reader, Tree, Validator
from fedfuse.engine.v1 import documents, policy
from fedfuse.errors import RegistryError
from fedfuse.model.canonical import sha256
from fedfuse.model.change import data_file
from fedfuse.model.contract import ContractDocument
from fedfuse.model.document import Document
from fedfuse.model.evaluation import EvaluationRecord, evaluation_folder, subject_of
from fedfuse.model.finding import Finding
from fedfuse.model.judgement import Measured
from fedfuse.model.manifest import Manifest
from fedfuse.model.registry import REGISTRY_PATH, Registry
from fedfuse.model.router import folder_of

if TYPE_CHECKING:
    from fedfuse.model.router import Router
    from fedfuse.model.suite import Suite

_T = TypeVar("_T")
_KEPT = frozenset({"event"})
"""Kinds of documents that fold, history and rules all ask for; they are few and small."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The registry as of one tree. Snapshots of one repository share a cache."""

    tree: Tree
    reader: Reader
    cache: dict[tuple[str, str], Any]
    engine: Engine
    """What reads it: this very engine, for whoever holds the snapshot."""

    def registry(self) -> Registry:
        """registry.yaml. Raises RegistryError when it is missing or broken."""
        found = self._cached("registry", REGISTRY_PATH, self._load_registry)
        if isinstance(found, Registry):
            return found
        first = found[0]
        raise RegistryError(
            f"{first.place}: {first.message}", fix=first.fix or "repair registry.yaml on main"
        )

    def registry_findings(self) -> tuple[Finding, ...]:
        """What is wrong with registry.yaml; empty when it is valid."""
        found = self._cached("registry", REGISTRY_PATH, self._load_registry)
        return () if isinstance(found, Registry) else found

    def policy_digest(self) -> str:
        """sha256 of registry.yaml."""
        return sha256(self.tree.read(REGISTRY_PATH) or b"")

    def validator(self, kind: str) -> Validator:
        """The schema of a kind. Raises RegistryError when the registry has none that works."""
        path = f"schemas/{kind}.v1.schema.json"
        return self._cached("schema", path, lambda: self._load_validator(path))

    def document(self, data: bytes, path: str, *, kind: str) -> Document | tuple[Finding, ...]:
        """A YAML file that obeys its schema, or everything wrong with it."""
        if kind not in _KEPT:
            return self._load_document(data, path, kind)
        schema = self.tree.digest(f"schemas/{kind}.v1.schema.json")
        key = ("document", f"{path} {sha256(data)} {schema}")
        return self._kept(key, lambda: self._load_document(data, path, kind))

    def _load_document(self, data: bytes, path: str, kind: str) -> Document | tuple[Finding, ...]:
        document = self.reader.yaml(data, path=path)
        if isinstance(document, Document):
            findings = self.validator(kind).findings(document)
            return findings or documents.legible(document, kind)
        return document

    def json(self, path: str) -> Document | tuple[Finding, ...]:
        """A JSON file of the tree, or everything wrong with it; a missing one is empty."""
        return self.reader.json(self.tree.read(path) or b"", path=path)

    def suite(self) -> "Suite":
        """The canonical suite. Raises RegistryError when it is missing or broken."""
        settings = self.registry()
        found = self.suite_at(settings.suite_path)
        if isinstance(found, tuple):
            raise RegistryError(
                f"{found[0].place}: {found[0].message}", fix="repair the canonical suite on main"
            )
        return found

    def sealed_suite(self) -> "Suite | None":
        """The suite on which the registry itself measures; None where it has no evaluator.

        Raises RegistryError when it is missing, broken, or sealed no more.
        """
        place = self.registry().evaluator_path
        if not place:
            return None
        found = self.suite_at(place)
        if isinstance(found, tuple):
            fix = "repair the evaluator's suite on main"
            raise RegistryError(f"{found[0].place}: {found[0].message}", fix=fix)
        if not found.sealed:
            what = f"{place} is the evaluator's suite in registry.yaml, but anybody can read it"
            raise RegistryError(what, fix="name the next sealed suite in evaluator.suite")
        return found

    def suite_at(self, folder: str) -> "Suite | tuple[Finding, ...]":
        """The suite in a folder, or everything wrong with it."""
        return self._cached("suite", folder, lambda: self._load_suite(folder))

    def router(self, version: int) -> "Router | tuple[Finding, ...]":
        """The trained router of a version, or everything wrong with its folder."""
        from fedfuse.engine.v1.admission import router_folder  # noqa: PLC0415 - most read no router

        key = ("router", " ".join(map(self.tree.digest, (folder_of(version), "schemas"))))
        return self._kept(key, lambda: router_folder.read(version, self))

    def contract(self, role: str, version: int) -> ContractDocument | None:
        """A fusion API contract; None when the registry has no such version."""
        path = f"schemas/contract/{role}/v{version}.json"
        return self._cached("contract", path, lambda: self._load_contract(path, version))

    def accepted_contract(self, role: str) -> ContractDocument | None:
        """The contract the route table accepts for a role; None when no route uses the role.

        Raises RegistryError when the route table names a contract that is not there.
        """
        version = self.registry().fusion.contracts.get(role)
        found = self.contract(role, version) if version else None
        if version and found is None:
            raise RegistryError(
                f"registry.yaml routes to contract {role} v{version}, which cannot be read",
                fix=f"add schemas/contract/{role}/v{version}.json, or change the route",
            )
        return found

    def versions(self, unit: str) -> tuple[int, ...]:
        """All version numbers a unit has used, ascending."""
        folder = f"manifests/{unit}"
        names = self.tree.names(folder)
        seen, found = self.cache.get(("versions", unit), ((), ()))
        if seen != names:
            known = (data_file(f"{folder}/{name}") for name in names)
            found = tuple(sorted(f.version for f in known if f and f.kind == "manifest"))
            self.cache["versions", unit] = names, found
        return cast("tuple[int, ...]", found)

    def newest(self, unit: str) -> int:
        """The newest version number a unit has used; 0 before its first."""
        return max(self.versions(unit), default=0)

    def manifest(self, unit: str, version: int) -> Manifest | None:
        """A manifest that was valid when it landed; None when there is none."""
        path = f"manifests/{unit}/v{version}.yaml"
        return self._cached("manifest", path, lambda: self._load_manifest(path))

    def subject(self, ref: str) -> Manifest | None:
        """The model version that a ref names; None when main has no valid one of its unit's role.

        Whether it was admitted is not asked: a refused one is no member, whatever measures it.
        """
        unit, _, number = ref.partition("@v")
        path = f"manifests/{unit}/v{number}.yaml"
        role, place = self.registry().units.get(unit), data_file(path)
        if role is None or role.is_report or place is None or place.kind != "manifest":
            return None
        document = self.document(self.tree.read(path) or b"", path, kind="manifest")
        if not isinstance(document, Document) or document.value["role"] != role.name:
            return None
        return documents.manifest_of(document.value)

    def evaluation(self, path: str) -> EvaluationRecord | None:
        """An Evaluation that was valid when it landed; None when there is none."""
        return self._cached("evaluation", path, lambda: self._load_evaluation(path))

    def next_evaluation(self, by: str, subject: str) -> int:
        """One above the newest number of an Evaluation of a version by one measurer."""
        folder = evaluation_folder(by)
        known = (data_file(f"{folder}/{name}") for name in self.tree.names(folder))
        used = (
            file.version
            for file in known
            if file and file.kind == "evaluation" and subject_of(file) == subject
        )
        return max(used, default=0) + 1

    def measured(self, unit: str, version: int, *, suite: "Suite") -> Measured | None:
        """A model version with its evidence; None when that is not on the given suite."""
        shipped = self.manifest(unit, version)
        return self._measured(shipped, suite, at=shipped.evidence_path) if shipped else None

    def remeasured(self, shipped: Manifest, path: str, *, suite: "Suite") -> Measured | None:
        """A shipment as an Evaluation found it; None when that is not on the given suite."""
        record = self.evaluation(path)
        if record is None:
            return None
        as_found = replace(shipped, metrics=record.metrics, evaluation=record.evaluation)
        return self._measured(as_found, suite, at=record.evidence_path)

    def _measured(self, shipped: Manifest, suite: "Suite", *, at: str) -> Measured | None:
        from fedfuse.engine.v1.admission import evidence_csv  # noqa: PLC0415 - `status` reads none

        if shipped.evaluation is None or shipped.evaluation.suite_sha256 != suite.sha256:
            return None
        items = suite.items(shipped.role.parts)
        data = self.tree.read(at)
        if data is None:
            return None
        evidence, _ = evidence_csv.parse(data, path=at, items=items)
        return Measured(shipped, evidence) if evidence else None

    def _cached(self, what: str, path: str, load: Callable[[], _T]) -> _T:
        schema = self.tree.digest(f"schemas/{what}.v1.schema.json")
        return self._kept((what, f"{path} {self.tree.digest(path)} {schema}"), load)

    def _kept(self, key: tuple[str, str], load: Callable[[], _T]) -> _T:
        if key not in self.cache:
            self.cache[key] = load()
        return cast("_T", self.cache[key])

    def _load_registry(self) -> Registry | tuple[Finding, ...]:
        data = self.tree.read(REGISTRY_PATH)
        if data is None:
            what = "there is no registry.yaml, so this is no registry"
            return (Finding(REGISTRY_PATH, 0, 0, "E330", what, fix="fedfuse init DIR makes one"),)
        document = self.document(data, REGISTRY_PATH, kind="registry")
        if isinstance(document, Document):
            return policy.from_document(document.value)
        return document

    def _load_validator(self, path: str) -> Validator:
        data = self.tree.read(path)
        if data is None:
            raise RegistryError(f"{path} is missing", fix="restore it on main")
        return self.reader.validator(data, path=path)

    def _load_suite(self, folder: str) -> "Suite | tuple[Finding, ...]":
        from fedfuse.engine.v1.admission import suite_document  # noqa: PLC0415 - `status` reads no suite

        path = f"{folder}/suite.yaml"
        data = self.tree.read(path)
        if data is None:
            return (Finding(path, 0, 0, "E420", "the suite has no suite.yaml", fix="add it"),)
        document = self.document(data, path, kind="suite")
        if not isinstance(document, Document):
            return document
        pins = (*document.value["parts"].values(), document.value.get("sealed"))
        names = [pin["file"] for pin in pins if pin]
        files = {name: self.tree.read(f"{folder}/{name}") for name in names}
        suite, findings = suite_document.parse(
            document.value,
            folder=folder,
            sha256=sha256(data),
            files={name: body for name, body in files.items() if body is not None},
        )
        return suite or findings

    def _load_contract(self, path: str, version: int) -> ContractDocument | None:
        data = self.tree.read(path)
        if data is None:
            return None
        document = self.reader.json(data, path=path)
        if not isinstance(document, Document):
            return None
        return ContractDocument(version, sha256(data), document.value)

    def _load_manifest(self, path: str) -> Manifest | None:
        data = self.tree.read(path)
        if data is None:
            return None
        document = self.reader.yaml(data, path=path)
        if not isinstance(document, Document):
            return None
        try:
            return documents.manifest_of(document.value)
        except documents.ILLEGIBLE:  # one that never was valid
            return None

    def _load_evaluation(self, path: str) -> EvaluationRecord | None:
        document = self.document(self.tree.read(path) or b"", path, kind="evaluation")
        return (
            documents.evaluation_record_of(document.value)
            if isinstance(document, Document)
            else None
        )
