"""The registry's own files at one commit (or in a work tree), parsed and cached by content."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from fedfuse.adapters import schemas, yaml_strict
from fedfuse.adapters.document import Document
from fedfuse.errors import RegistryError
from fedfuse.model import evaluation, manifest, registry
from fedfuse.model.canonical import sha256
from fedfuse.model.change import data_file
from fedfuse.model.evaluation import EvaluationRecord
from fedfuse.model.finding import Finding
from fedfuse.model.manifest import Manifest
from fedfuse.model.registry import Registry
from fedfuse.model.role import Role

if TYPE_CHECKING:
    from fedfuse.gates.case import ContractDocument, Measured
    from fedfuse.model.suite import Item, Suite

REGISTRY_PATH = "registry.yaml"
_T = TypeVar("_T")


class Tree(Protocol):
    """Where files come from: a commit, or the work tree."""

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when there is no file at the path."""

    def names(self, folder: str) -> tuple[str, ...]:
        """The names in a folder; empty when there is no such folder."""

    def digest(self, path: str) -> str:
        """An id that changes whenever the file or folder does; empty when there is none."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The registry as of one tree. Snapshots of one repository share a cache."""

    tree: Tree
    cache: dict[tuple[str, str], Any] = field(default_factory=dict)

    def at(self, tree: Tree) -> "Snapshot":
        """The registry as of another tree, with the same cache."""
        return Snapshot(tree, self.cache)

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

    def validator(self, kind: str) -> schemas.Validator:
        """The schema of a kind. Raises RegistryError when the registry has none that works."""
        path = f"schemas/{kind}.v1.schema.json"
        return self._cached("schema", path, lambda: self._load_validator(path))

    def document(self, data: bytes, path: str, *, kind: str) -> Document | tuple[Finding, ...]:
        """A YAML file that obeys its schema, or everything wrong with it."""
        document = yaml_strict.load(data, path=path)
        if isinstance(document, Document):
            findings = self.validator(kind).findings(document)
            return findings or document
        return document

    def suite(self) -> "Suite":
        """The canonical suite. Raises RegistryError when it is missing or broken."""
        settings = self.registry()
        found = self.suite_at(settings.suite_path)
        if isinstance(found, tuple):
            raise RegistryError(
                f"{found[0].place}: {found[0].message}", fix="repair the canonical suite on main"
            )
        return found

    def suite_at(self, folder: str) -> "Suite | tuple[Finding, ...]":
        """The suite in a folder, or everything wrong with it."""
        return self._cached("suite", folder, lambda: self._load_suite(folder))

    def contract(self, role: str, version: int) -> "ContractDocument | None":
        """A fusion API contract; None when the registry has no such version."""
        path = f"schemas/contract/{role}/v{version}.json"
        return self._cached("contract", path, lambda: self._load_contract(path, version))

    def accepted_contract(self, role: str) -> "ContractDocument | None":
        """The contract the route table accepts for a role; None when no route uses the role.

        Raises RegistryError when the route table names a contract that is not there.
        """
        version = self.registry().fusion.contract_of(role)
        found = self.contract(role, version) if version else None
        if version and found is None:
            raise RegistryError(
                f"registry.yaml routes to contract {role} v{version}, which cannot be read",
                fix=f"add schemas/contract/{role}/v{version}.json, or change the route",
            )
        return found

    def versions(self, unit: str) -> tuple[int, ...]:
        """All version numbers a unit has used, ascending."""
        known = (data_file(f"manifests/{unit}/{n}") for n in self.tree.names(f"manifests/{unit}"))
        return tuple(sorted(f.version for f in known if f is not None and f.kind == "manifest"))

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
        return manifest.from_document(document.value)

    def evaluation(self, path: str) -> EvaluationRecord | None:
        """An Evaluation that was valid when it landed; None when there is none."""
        return self._cached("evaluation", path, lambda: self._load_evaluation(path))

    def measured(self, unit: str, version: int, *, suite: "Suite") -> "Measured | None":
        """A shipment with its evidence; None when that evidence is not on the given suite."""
        shipped = self.manifest(unit, version)
        return self._measured(shipped, suite, at=shipped.evidence_path) if shipped else None

    def remeasured(self, shipped: Manifest, path: str, *, suite: "Suite") -> "Measured | None":
        """A shipment as an Evaluation found it; None when that is not on the given suite."""
        record = self.evaluation(path)
        if record is None:
            return None
        as_found = replace(shipped, metrics=record.metrics, evaluation=record.evaluation)
        return self._measured(as_found, suite, at=record.evidence_path)

    def _measured(self, shipped: Manifest, suite: "Suite", *, at: str) -> "Measured | None":
        from fedfuse.gates.case import Measured  # noqa: PLC0415 - `status` reads no evidence
        from fedfuse.model import evidence_csv  # noqa: PLC0415 - as above

        if shipped.evaluation is None or shipped.evaluation.suite_sha256 != suite.sha256:
            return None
        items = evidence_items(self.measured_role(shipped), suite)
        data = self.tree.read(at)
        if data is None:
            return None
        evidence, _ = evidence_csv.parse(data, path=at, items=items)
        return Measured(shipped, evidence) if evidence else None

    def measured_role(self, shipped: Manifest) -> Role:
        """The role whose suite parts a manifest's evidence holds: its own, or its subject's."""
        if not shipped.role.has_subject:
            return shipped.role
        unit = shipped.subject.split("@")[0]
        subject_role = self.registry().units.get(unit)
        return subject_role.as_reported() if subject_role else shipped.role

    def _cached(self, what: str, path: str, load: Callable[[], _T]) -> _T:
        schema = self.tree.digest(f"schemas/{what}.v1.schema.json")
        key = (what, f"{path} {self.tree.digest(path)} {schema}")
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
            return registry.from_document(document.value)
        return document

    def _load_validator(self, path: str) -> schemas.Validator:
        data = self.tree.read(path)
        if data is None:
            raise RegistryError(f"{path} is missing", fix="restore it on main")
        return schemas.Validator(data)

    def _load_suite(self, folder: str) -> "Suite | tuple[Finding, ...]":
        from fedfuse.model import suite_document  # noqa: PLC0415 - `status` reads no suite

        path = f"{folder}/suite.yaml"
        data = self.tree.read(path)
        if data is None:
            return (Finding(path, 0, 0, "E420", "the suite has no suite.yaml", fix="add it"),)
        document = self.document(data, path, kind="suite")
        if not isinstance(document, Document):
            return document
        names = [part["file"] for part in document.value["parts"].values()]
        files = {name: self.tree.read(f"{folder}/{name}") for name in names}
        suite, findings = suite_document.parse(
            document.value,
            folder=folder,
            sha256=sha256(data),
            files={name: body for name, body in files.items() if body is not None},
        )
        return suite or findings

    def _load_contract(self, path: str, version: int) -> "ContractDocument | None":
        from fedfuse.gates.case import ContractDocument  # noqa: PLC0415 - seldom in `status`

        data = self.tree.read(path)
        if data is None:
            return None
        document = schemas.load_json(data, path=path)
        if not isinstance(document, Document):
            return None
        return ContractDocument(version, sha256(data), document.value)

    def _load_manifest(self, path: str) -> Manifest | None:
        data = self.tree.read(path)
        if data is None:
            return None
        document = yaml_strict.load(data, path=path)
        if not isinstance(document, Document):
            return None
        try:
            return manifest.from_document(document.value)
        except (KeyError, TypeError, ValueError, AttributeError):  # one that never was valid
            return None

    def _load_evaluation(self, path: str) -> EvaluationRecord | None:
        document = self.document(self.tree.read(path) or b"", path, kind="evaluation")
        return evaluation.from_document(document.value) if isinstance(document, Document) else None


def evidence_items(role: Role, suite: "Suite") -> "tuple[Item, ...]":
    """The items that evidence for a role holds, in order."""
    return suite.items(role.parts)
