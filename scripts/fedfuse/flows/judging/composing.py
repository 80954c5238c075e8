"""Composes the set of members at one commit."""

from collections.abc import Mapping
from dataclasses import dataclass

from fedfuse.adapters.document import Document
from fedfuse.adapters.schemas import load_json
from fedfuse.flows.reading.snapshot import Snapshot
from fedfuse.fusion import fold
from fedfuse.fusion.state import State
from fedfuse.model.verdict import GateResult


@dataclass(frozen=True, slots=True)
class Composed:
    """A composition with the snapshot whose policy made it."""

    composition: fold.Composition
    snapshot: Snapshot

    @property
    def set_gate(self) -> GateResult:
        """What the set gate says of it."""
        from fedfuse.gates import fused_set  # noqa: PLC0415 - not for a set that stays the same

        state = self.composition.state
        return fused_set.judge_set(
            self.composition.members,
            registry=self.snapshot.registry(),
            base_models=_base_models(self.composition, self.snapshot),
            router_labels=router_labels(self.snapshot),
            unusable=state.yanked | state.revoked,
        )

    @property
    def cuts_release(self) -> bool:
        """Whether every required role is filled and the set gate passes."""
        return not self.composition.missing_roles and self.set_gate.verdict.admits


def compose(state: State, snapshot: Snapshot) -> Composed:
    """Compose a state with the policy, contracts and manifests of a snapshot."""
    composition = fold.compose(state, snapshot.registry(), joins=lambda ref: joins(ref, snapshot))
    return Composed(composition, snapshot)


def joins(ref: str, snapshot: Snapshot) -> bool:
    """Whether the route table of a snapshot accepts the contract that a version ships on."""
    manifest = snapshot.manifest(*fold.split_ref(ref))
    if manifest is None or manifest.contract is None:
        return False
    from fedfuse.gates import compatibility  # noqa: PLC0415 - only when something waits

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
