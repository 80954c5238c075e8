"""What an engine offers, and what it is given. Everything else is inside it.

`flows` hand a tree, a reader of file formats and a state to an engine; it answers with plain values
of `model`. It does no input or output, so the same arguments give the same answer for ever.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from fedfuse.engine.comparison import Comparison
from fedfuse.engine.guide import GateGuide
from fedfuse.model.change import Change, Shape
from fedfuse.model.composition import Composition, NextRelease
from fedfuse.model.contract import ContractDocument
from fedfuse.model.document import Document
from fedfuse.model.evaluation import EvaluationRecord
from fedfuse.model.evidence import Evidence, Machine
from fedfuse.model.finding import Finding
from fedfuse.model.judgement import Judged, Judgement, Measured, Sealed
from fedfuse.model.manifest import Manifest
from fedfuse.model.registry import Registry
from fedfuse.model.role import Role
from fedfuse.model.router import Router
from fedfuse.model.serving import Event, Serving
from fedfuse.model.state import State, Waiting
from fedfuse.model.suite import Item, Suite
from fedfuse.model.verdict import GateResult

Earlier = Callable[[str], tuple[Waiting, ...]]
"""A unit to the versions that were members of earlier releases, newest first."""
Shipped = Callable[[str, int], Manifest | None]
"""A unit and a version to its manifest on main."""
SubjectRole = Callable[[str], Role | None]
"""A ref to the role of the version that it names, on the base or in the same change."""


class Tree(Protocol):
    """Where files come from: a commit, or the work tree."""

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when there is no file at the path."""

    def names(self, folder: str) -> tuple[str, ...]:
        """The names in a folder; empty when there is no such folder."""

    def digest(self, path: str) -> str:
        """An id that changes whenever the file or folder does; empty when there is none."""


class Validator(Protocol):
    """A JSON Schema that works."""

    def findings(self, document: Document) -> tuple[Finding, ...]:
        """Everything the schema refuses about a document; empty when valid."""


class Reader(Protocol):
    """Reads file formats: strict YAML, strict JSON, JSON Schema."""

    def yaml(self, data: bytes, *, path: str) -> Document | tuple[Finding, ...]:
        """A YAML file, or everything wrong with it."""

    def json(self, data: bytes, *, path: str) -> Document | tuple[Finding, ...]:
        """A JSON file, or everything wrong with it."""

    def validator(self, schema: bytes, *, path: str) -> Validator:
        """The schema in a file. Raises RegistryError when it does not work."""


class Snapshot(Protocol):
    """The registry as of one tree, as one engine reads it."""

    @property
    def engine(self) -> "Engine":
        """The engine that reads it."""

    @property
    def tree(self) -> Tree:
        """Where the files come from."""

    @property
    def cache(self) -> dict[tuple[str, str], Any]:
        """What was read, by content."""

    def registry(self) -> Registry:
        """registry.yaml. Raises RegistryError when it is missing or broken."""

    def registry_findings(self) -> tuple[Finding, ...]:
        """What is wrong with registry.yaml; empty when it is valid."""

    def policy_digest(self) -> str:
        """sha256 of registry.yaml."""

    def validator(self, kind: str) -> Validator:
        """The schema of a kind. Raises RegistryError when there is none that works."""

    def document(self, data: bytes, path: str, *, kind: str) -> Document | tuple[Finding, ...]:
        """A YAML file that obeys its schema, or everything wrong with it."""

    def json(self, path: str) -> Document | tuple[Finding, ...]:
        """A JSON file of the tree, or everything wrong with it; a missing one is empty."""

    def suite(self) -> Suite:
        """The canonical suite. Raises RegistryError when it is missing or broken."""

    def sealed_suite(self) -> Suite | None:
        """The suite on which the registry measures; None without an evaluator.

        Raises RegistryError when it is missing, broken, or sealed no more.
        """

    def suite_at(self, folder: str) -> Suite | tuple[Finding, ...]:
        """The suite in a folder, or everything wrong with it."""

    def router(self, version: int) -> Router | tuple[Finding, ...]:
        """The trained router of a version, or everything wrong with its folder."""

    def contract(self, role: str, version: int) -> ContractDocument | None:
        """A fusion API contract; None when the registry has no such version."""

    def accepted_contract(self, role: str) -> ContractDocument | None:
        """The contract the route table accepts for a role; None when no route uses the role."""

    def versions(self, unit: str) -> tuple[int, ...]:
        """All version numbers a unit has used, ascending."""

    def newest(self, unit: str) -> int:
        """The newest version number a unit has used; 0 before its first."""

    def manifest(self, unit: str, version: int) -> Manifest | None:
        """A manifest that was valid when it landed; None when there is none."""

    def subject(self, ref: str) -> Manifest | None:
        """The model version that a ref names; None when main has no valid one."""

    def evaluation(self, path: str) -> EvaluationRecord | None:
        """An Evaluation that was valid when it landed; None when there is none."""

    def next_evaluation(self, by: str, subject: str) -> int:
        """One above the newest number of an Evaluation of a version by one measurer."""

    def measured(self, unit: str, version: int, *, suite: Suite) -> Measured | None:
        """A version with its evidence; None when that evidence is not on the given suite."""

    def remeasured(self, shipped: Manifest, path: str, *, suite: Suite) -> Measured | None:
        """A version as an Evaluation found it; None when that is not on the given suite."""


class Engine(Protocol):
    """One numbered set of rules. A module that has these names is one."""

    NUMBER: int
    ROLES: Mapping[str, Role]
    """Role name to role."""
    GUIDES: Mapping[str, GateGuide]
    """Gate name to what people read about it."""

    def snapshot(
        self, tree: Tree, reader: Reader, cache: dict[tuple[str, str], Any], engine: "Engine"
    ) -> Snapshot:
        """The registry as of a tree; `engine` is this one."""

    def shape_of(self, changes: tuple[Change, ...]) -> Shape:
        """The shape that changes claim to have."""

    def shape_findings(
        self,
        changes: tuple[Change, ...],
        *,
        newest: Callable[[str], int] = ...,
        names: Callable[[str], tuple[str, ...]] = ...,
    ) -> tuple[Finding, ...]:
        """Everything wrong with the set of paths alone."""

    def judge(
        self,
        changes: tuple[Change, ...],
        *,
        head: Tree,
        base: Snapshot,
        state: State,
        production: Mapping[str, int],
        now: datetime,
    ) -> Judgement:
        """Judge every manifest and every Evaluation that a change adds."""

    def sealed(
        self,
        ref: str,
        *,
        base: Snapshot,
        state: State,
        production: Mapping[str, int],
        now: datetime,
    ) -> Sealed:
        """What the registry's Evaluations on its sealed suite say of promoting a version."""

    def read_manifest(
        self,
        path: str,
        *,
        head: Tree,
        base: Snapshot,
        subject_role: SubjectRole,
        state: State | None = None,
    ) -> Judged:
        """Judge everything about a manifest but its gates; with a state, its bytes as well."""

    def read_evaluation(
        self, path: str, *, head: Tree, base: Snapshot, unusable: Callable[[str], bool]
    ) -> Judged:
        """Judge everything about an Evaluation but its gates."""

    def tick(self, state: State, moment: datetime) -> State:
        """Move the clock, never backwards."""

    def admit(
        self, state: State, judgement: Judgement, *, earlier: Earlier, shipped: Shipped
    ) -> State:
        """Take in all that is admitted of a judgement."""

    def apply(self, state: State, event: Event, *, earlier: Earlier, shipped: Shipped) -> State:
        """Take in what an event does to the fold."""

    def compose(self, state: State, snapshot: Snapshot) -> Composition:
        """Choose the members by the policy, contracts and manifests of a snapshot.

        Raises RegistryError for a policy that changes what is fixed.
        """

    def fixed_findings(self, state: State, snapshot: Snapshot) -> tuple[Finding, ...]:
        """What the registry.yaml of a snapshot changes although history forbids it."""

    def joins(self, ref: str, snapshot: Snapshot) -> bool:
        """Whether the route table accepts the contract that a version ships on."""

    def judge_set(self, composition: Composition, snapshot: Snapshot) -> GateResult:
        """What the set gate says of a composition."""

    def next_release(self, composition: Composition, snapshot: Snapshot) -> NextRelease | None:
        """The release that a composition owes; None when it is the newest one again."""

    def record(
        self, composition: Composition, snapshot: Snapshot, *, commit: str, created: datetime
    ) -> Mapping[str, Any]:
        """The record of the release that a composition makes at a commit."""

    def oversize(self, rendered: Mapping[str, Any]) -> str:
        """Why a record is too large to cut its release; empty when it is not."""

    def resume(self, record: Mapping[str, Any], tag_object: str) -> State:
        """The state right after a release. Raises ValueError, KeyError or TypeError for others."""

    def event(self, snapshot: Snapshot, data: bytes, path: str) -> Event | None:
        """The event that bytes at a path are; None when they are none."""

    def events(self, snapshot: Snapshot) -> tuple[Event, ...]:
        """The events of a tree that count, by number."""

    def counts(self, snapshot: Snapshot, event: Event) -> bool:
        """Whether a valid event is whole: a promotion without its release's record is void."""

    def serving(self, events: Iterable[Event]) -> Serving:
        """The serving state after the events."""

    def serve(self, serving: Serving, event: Event) -> Serving:
        """The serving state one event later."""

    def warm_behind(self, serving: Serving, release: str) -> tuple[str, ...]:
        """The releases that stay warm once a release is promoted, newest first."""

    def parse_evidence(
        self, data: bytes, *, path: str, items: tuple[Item, ...]
    ) -> tuple[Evidence | None, tuple[Finding, ...]]:
        """The evidence in a file, or everything wrong with it."""

    def metrics(
        self,
        evidence: Evidence,
        parts: Mapping[str, tuple[Item, ...]],
        *,
        role: Role,
        machine: Machine,
    ) -> dict[str, float]:
        """The metrics that evidence proves."""

    def compare(
        self, ours: Sequence[float], theirs: Sequence[float], clusters: Sequence[str]
    ) -> Comparison:
        """Hold the scores of two runs on the same items against each other, as the gates do."""

    def leaks(self, data: bytes, path: str) -> tuple[Finding, ...]:
        """Secrets and raw data in a file."""
