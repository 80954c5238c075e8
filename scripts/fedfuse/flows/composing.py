"""Composes the set of members at one commit and gathers what its record needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fedfuse.adapters.document import Document
from fedfuse.adapters.schemas import load_json
from fedfuse.flows.snapshot import Snapshot
from fedfuse.fusion import fold
from fedfuse.fusion.record import Provenance, Shipped
from fedfuse.fusion.state import State
from fedfuse.gates import compatibility, fused_set
from fedfuse.model.canonical import sha256
from fedfuse.model.release import object_id
from fedfuse.model.verdict import GateResult


@dataclass(frozen=True, slots=True)
class Composed:
    """A composition and what the set gate says of it."""

    composition: fold.Composition
    set_gate: GateResult

    @property
    def cuts_release(self) -> bool:
        """Whether every required role is filled and the set gate passes."""
        return not self.composition.missing_roles and self.set_gate.verdict.admits


def compose(state: State, snapshot: Snapshot) -> Composed:
    """Compose a state with the policy, contracts and manifests of a snapshot."""
    registry = snapshot.registry()
    composition = fold.compose(state, registry, joins=lambda ref: joins(ref, snapshot))
    gate = fused_set.judge_set(
        composition.members,
        registry=registry,
        base_models=_base_models(composition, snapshot),
        router_labels=router_labels(snapshot),
        unusable=state.yanked | state.revoked,
    )
    return Composed(composition, gate)


def joins(ref: str, snapshot: Snapshot) -> bool:
    """Whether the route table of a snapshot accepts the contract that a version ships on."""
    manifest = snapshot.manifest(*fold.split_ref(ref))
    if manifest is None or manifest.contract is None:
        return False
    role = manifest.role.name
    own = snapshot.contract(role, manifest.contract.version)
    return own is not None and compatibility.joins(snapshot.accepted_contract(role), own)


def _base_models(composition: fold.Composition, snapshot: Snapshot) -> Mapping[str, str]:
    """The base model of each voter that stands on one."""
    voting = snapshot.registry().fusion.voting
    found = {}
    for voter in voting.voters if voting else ():
        version = composition.members.get(voter)
        manifest = snapshot.manifest(voter, version) if version else None
        if manifest and manifest.artifact.base_model:
            found[voter] = manifest.artifact.base_model.id
    return found


def router_labels(snapshot: Snapshot) -> tuple[str, ...] | None:
    """The labels of the trained router the registry names; None for a static router."""
    router = snapshot.registry().fusion.router
    if router["kind"] == "static":
        return None
    path = f"releases/routers/v{router['version']}/router.json"
    document = load_json(snapshot.tree.read(path) or b"", path=path)
    labels = document.value.get("labels", []) if isinstance(document, Document) else []
    return tuple(str(label) for label in labels)


def shipped_members(composition: fold.Composition, snapshot: Snapshot) -> Mapping[str, Shipped]:
    """Every member's manifest with its digests, by unit."""
    found = {}
    for unit, version in composition.members.items():
        manifest = snapshot.manifest(unit, version)
        data = snapshot.tree.read(f"manifests/{unit}/v{version}.yaml")
        if manifest is not None and data is not None:
            found[unit] = Shipped(manifest, object_id("blob", data), sha256(data))
    return found


def provenance(
    composition: fold.Composition, snapshot: Snapshot, *, commit: str, created: datetime
) -> Provenance:
    """Where a release of this composition comes from."""
    registry, suite = snapshot.registry(), snapshot.suite()
    accepted = {r.role: r.contract for r in registry.fusion.routes.values()}
    contracts = {
        f"{role}/v{version}": found.sha256
        for role, version in sorted(accepted.items())
        if (found := snapshot.contract(role, version))
    }
    return Provenance(
        commit=commit,
        created=created,
        policy=snapshot.policy_digest(),
        contracts=contracts,
        suites={f"{suite.name}/v{suite.version}": suite.sha256},
        bundle={path: sha256(data) for path, data in bundle_files(composition, snapshot).items()},
    )


def bundle_files(composition: fold.Composition, snapshot: Snapshot) -> dict[str, bytes]:
    """The bundle files that the record does not derive, by repository path."""
    registry = snapshot.registry()
    paths = [f"manifests/{u}/v{v}.yaml" for u, v in composition.members.items()]
    paths += [
        f"schemas/contract/{r.role}/v{r.contract}.json" for r in registry.fusion.routes.values()
    ]
    router = registry.fusion.router
    if router["kind"] != "static":
        folder = f"releases/routers/v{router['version']}"
        paths += [f"{folder}/{name}" for name in snapshot.tree.names(folder)]
    found = {path: snapshot.tree.read(path) for path in sorted(set(paths))}
    return {path: data for path, data in found.items() if data is not None}
