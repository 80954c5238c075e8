"""Chooses the members at one commit: each unit's newest version that may join."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from fedfuse.engine.interface import Snapshot
from fedfuse.engine.v1 import joining
from fedfuse.engine.v1.fixed import require_fixed
from fedfuse.engine.v1.gates import fused_set
from fedfuse.engine.v1.next_release import contracts_of
from fedfuse.engine.v1.roles import ROLES
from fedfuse.model.composition import Composition, Wait
from fedfuse.model.contract import ContractDocument
from fedfuse.model.finding import Finding
from fedfuse.model.registry import Registry
from fedfuse.model.router import Router
from fedfuse.model.state import State, UnitState, Waiting
from fedfuse.model.verdict import GateResult
from fedfuse.model.version import split_ref


def compose(state: State, snapshot: Snapshot) -> Composition:
    """Compose a state with the policy, contracts and manifests of a snapshot.

    Raises RegistryError for a policy that changes what is fixed, or routes to no contract.
    """
    require_fixed(state, snapshot)
    for role in snapshot.registry().fusion.contracts:
        snapshot.accepted_contract(role)
    return choose(state, snapshot.registry(), joins=lambda ref: joins(ref, snapshot))


def judge_set(composition: Composition, snapshot: Snapshot) -> GateResult:
    """What the set gate says of a composition; the snapshot is the one that made it."""
    state, router = composition.state, _router(snapshot)
    return fused_set.judge_set(
        composition.members,
        registry=snapshot.registry(),
        base_models=_base_models(composition, snapshot),
        router_labels=router.labels if isinstance(router, Router) else None,
        router_flaw=f"{router[0].place}: {router[0].message}" if isinstance(router, tuple) else "",
        contract_of=lambda name: _contract_of(name, composition, snapshot),
        changed=_changed(composition, snapshot),
        unusable=state.yanked | state.revoked,
    )


def choose(state: State, registry: Registry, *, joins: Callable[[str], bool]) -> Composition:
    """Choose each unit's newest admitted, covered version whose contract is accepted.

    `joins` tells whether the contract of a ref is accepted by the route table. Units that the
    registry no longer lists leave; all that they had waits until it lists them again. A member
    that the newest release does not have, since it was fallen back to, joins anew.
    """
    released = state.release.members if state.release else {}
    units: dict[str, UnitState] = {}
    waits: list[Wait] = []
    for name, unit in sorted(state.units.items()):
        if name not in registry.units:
            units[name] = _park(unit)
            continue
        is_new = unit.member not in {None, released.get(name)}
        kept = _park(unit) if is_new and not joins(f"{name}@v{unit.member}") else unit
        units[name], unit_waits = _choose(name, kept, joins)
        waits += unit_waits
    members = {name: unit.member for name, unit in units.items() if unit.member is not None}
    filled = {units[name].role for name in members}
    missing = tuple(role for role in registry.required_roles if role not in filled)
    return Composition(replace(state, units=units), members, tuple(waits), missing)


def _park(unit: UnitState) -> UnitState:
    """The unit without its member, which is the first to join again."""
    if unit.member is None:
        return unit
    waiting = (Waiting(unit.member, unit.report), *unit.waiting)
    return replace(unit, member=None, report="", waiting=waiting)


def _choose(
    name: str, unit: UnitState, joins: Callable[[str], bool]
) -> tuple[UnitState, list[Wait]]:
    waits: list[Wait] = []
    for waiting in reversed(unit.waiting):
        ref = f"{name}@v{waiting.version}"
        reason = _obstacle(ref, unit, waiting, joins)
        if not reason:
            later = tuple(w for w in unit.waiting if w.version > waiting.version)
            chosen = replace(unit, member=waiting.version, report=waiting.report, waiting=later)
            return chosen, waits
        waits.append(Wait(ref, reason))
    return unit, waits


def _obstacle(ref: str, unit: UnitState, waiting: Waiting, joins: Callable[[str], bool]) -> str:
    needed = ROLES[unit.role].covered_by
    if needed and not waiting.report:
        return f"no admitted {needed} report measures {ref} yet"
    return "" if joins(ref) else f"the route table does not accept the contract of {ref} yet"


def joins(ref: str, snapshot: Snapshot) -> bool:
    """Whether the route table of a snapshot accepts the contract that a version ships on."""
    manifest = snapshot.manifest(*split_ref(ref))
    if manifest is None or manifest.contract is None:
        return False
    role = manifest.role.name
    own = snapshot.contract(role, manifest.contract.version)
    return own is not None and joining.joins(snapshot.accepted_contract(role), own)


def _contract_of(
    name: str, composition: Composition, snapshot: Snapshot
) -> ContractDocument | None:
    """The contract that the routes accept for a role, or that the member of a unit ships on."""
    version = composition.members.get(name)
    if version is None:
        return snapshot.accepted_contract(name)
    manifest = snapshot.manifest(name, version)
    if manifest is None or manifest.contract is None:
        return None
    return snapshot.contract(manifest.role.name, manifest.contract.version)


def _changed(composition: Composition, snapshot: Snapshot) -> frozenset[str]:
    """The units whose member, or whose role's contract, is not that of the newest release."""
    registry, released = snapshot.registry(), composition.state.release
    if released is None:
        return frozenset(composition.members)
    moved = dict(registry.fusion.contracts.items() - contracts_of(released.fusion).items())
    return frozenset(
        unit
        for unit, version in composition.members.items()
        if released.members.get(unit) != version or registry.units[unit].name in moved
    )


def _base_models(composition: Composition, snapshot: Snapshot) -> Mapping[str, str]:
    """The base model of each voter that stands on one."""
    voting = snapshot.registry().fusion.voting
    found = {}
    for voter in voting.voters if voting else ():
        version = composition.members.get(voter)
        manifest = snapshot.manifest(voter, version) if version else None
        if manifest and manifest.artifact.base_model:
            found[voter] = manifest.artifact.base_model.id
    return found


def _router(snapshot: Snapshot) -> Router | tuple[Finding, ...] | None:
    """The trained router the registry names, or what is wrong with it; None for a static one."""
    router = snapshot.registry().fusion.router
    return None if router["kind"] == "static" else snapshot.router(router["version"])
