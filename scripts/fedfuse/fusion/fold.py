"""How one judged commit moves the state, and which set of members results from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from fedfuse.fusion.state import State, UnitState, Waiting
from fedfuse.model.canonical import dumps, sha256
from fedfuse.model.evaluation import Outcome
from fedfuse.model.manifest import Manifest
from fedfuse.model.registry import Fusion, Registry
from fedfuse.model.role import ROLES
from fedfuse.model.verdict import GateResult, Verdict
from fedfuse.model.version import Bump

COVERED_BY = {"embed": "retrieval-eval", "runtime": "benchmark"}
"""Roles whose members need an admitted report about exactly that version."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Why an admitted version is not a member yet."""

    ref: str
    reason: str


@dataclass(frozen=True, slots=True)
class Composition:
    """The set of members that a state and a registry make together."""

    state: State
    members: Mapping[str, int]
    waits: tuple[Wait, ...]
    missing_roles: tuple[str, ...]
    """Required roles without a member; while there are any, no release is cut."""


def tick(state: State, moment: datetime) -> State:
    """Move the clock, never backwards."""
    return replace(state, clock=max(moment, state.clock) if state.clock else moment)


def admit(state: State, manifest: Manifest, results: tuple[GateResult, ...]) -> State:
    """Take in a manifest whose gates all pass or are waived. Experiments are only recorded."""
    state = replace(state, verdicts={**state.verdicts, manifest.ref: results})
    if manifest.track != "release":
        return state
    unit = state.unit(manifest.unit, manifest.role.name)
    unit = replace(unit, latest=manifest.version)
    if not manifest.role.is_report:
        waiting = (*unit.waiting, Waiting(manifest.version))
        anchor = manifest.version if _sets_anchor(results) else unit.anchor
        unit = replace(unit, waiting=waiting, anchor=anchor)
    state = state.with_unit(manifest.unit, unit)
    return _cover(state, manifest) if manifest.subject else state


def withdraw(state: State, ref: str, *, earlier: Callable[[str], tuple[Waiting, ...]]) -> State:
    """Take a yanked version out; its unit falls back to an earlier member that still counts.

    `earlier` lists, newest first, the versions of a unit that were members of earlier releases,
    with the reports that covered them. A member whose report is yanked is uncovered again.
    """
    return _take_out(replace(state, yanked=state.yanked | {ref}), ref, earlier=earlier)


def evaluate(
    state: State,
    subject: str,
    outcome: Outcome,
    *,
    earlier: Callable[[str], tuple[Waiting, ...]],
) -> State:
    """Take in what an Evaluation of a version came to.

    A failing one by the registry or by the unit's own provider revokes the version, as if it were
    yanked: `earlier` is as for `withdraw`. Any other is only recorded.
    """
    known = (*state.evaluations.get(subject, ()), outcome)
    state = replace(state, evaluations={**state.evaluations, subject: known})
    if outcome.verdict is not Verdict.FAIL or not outcome.binds(subject):
        return state
    return _take_out(replace(state, revoked=state.revoked | {subject}), subject, earlier=earlier)


def _take_out(state: State, ref: str, *, earlier: Callable[[str], tuple[Waiting, ...]]) -> State:
    name, version = split_ref(ref)
    units = {unit: _uncover(unit_state, ref) for unit, unit_state in state.units.items()}
    if name in units:
        units[name] = _drop(units[name], version)
    state = replace(state, units=units)
    for unit, before in units.items():
        if before.member is None and not ROLES[before.role].is_report:
            state = state.with_unit(unit, _fall_back(state, unit, earlier(unit)))
    return state


def _uncover(unit: UnitState, report: str) -> UnitState:
    waiting = tuple(replace(w, report="") if w.report == report else w for w in unit.waiting)
    if unit.report != report or unit.member is None:
        return replace(unit, waiting=waiting)
    return replace(unit, member=None, report="", waiting=(Waiting(unit.member), *waiting))


def _drop(unit: UnitState, version: int) -> UnitState:
    waiting = tuple(w for w in unit.waiting if w.version != version)
    member = None if unit.member == version else unit.member
    others = [w.version for w in waiting] + ([member] if member is not None else [])
    return replace(
        unit,
        member=member,
        report=unit.report if member is not None else "",
        waiting=waiting,
        anchor=None if unit.anchor == version else unit.anchor,
        latest=max(others, default=None) if unit.latest == version else unit.latest,
    )


def _fall_back(state: State, name: str, earlier: tuple[Waiting, ...]) -> UnitState:
    unit = state.units[name]
    uncovered = {w.version for w in unit.waiting}
    for past in earlier:
        usable = not state.unusable(f"{name}@v{past.version}") and past.version not in uncovered
        if usable and past.report not in state.yanked:
            latest = max(past.version, unit.latest or 0)
            return replace(unit, member=past.version, report=past.report, latest=latest)
    return unit


def compose(state: State, registry: Registry, *, joins: Callable[[str], bool]) -> Composition:
    """Choose each unit's newest admitted, covered version whose contract is accepted.

    `joins` tells whether the contract of a ref is accepted by the route table. Units that the
    registry no longer lists leave.
    """
    units: dict[str, UnitState] = {}
    waits: list[Wait] = []
    for name, unit in sorted(state.units.items()):
        if name not in registry.units:
            continue
        units[name], unit_waits = _choose(name, unit, joins)
        waits += unit_waits
    members = {name: unit.member for name, unit in units.items() if unit.member is not None}
    filled = {units[name].role for name in members}
    missing = tuple(role for role in registry.required_roles if role not in filled)
    return Composition(replace(state, units=units), members, tuple(waits), missing)


def fusion_section(fusion: Fusion) -> dict[str, Any]:
    """The fusion section as the record holds it."""
    voting = fusion.voting
    return {
        "routes": {
            name: {"role": route.role, "contract": route.contract}
            for name, route in fusion.routes.items()
        },
        "router": dict(fusion.router),
        "voting": {
            "prompt_types": list(voting.prompt_types),
            "voters": list(voting.voters),
            "quorum": voting.quorum,
        }
        if voting
        else None,
        "distillation": dict(fusion.distillation) if fusion.distillation else None,
    }


def content_id(members: Mapping[str, int], fusion: Mapping[str, Any]) -> str:
    """What a release is, apart from when and by which commit: members and fusion section."""
    return sha256(dumps({"members": dict(members), "fusion": dict(fusion)}))


def bump(
    state: State, composition: Composition, fusion: Mapping[str, Any]
) -> tuple[Bump, list[str]]:
    """How the composed set differs from the newest release, with reasons for people."""
    previous = state.release
    if previous is None:
        return Bump.FIRST, ["the first set in which every required role is filled"]
    major = [
        f"role {role} moves from contract v{old} to v{new}"
        for role, old in sorted(_contracts(previous.fusion).items())
        if (new := _contracts(fusion).get(role)) is not None and new != old
    ]
    before, after = set(previous.members), set(composition.members)
    minor = [f"unit {unit} appears" for unit in sorted(after - before)]
    minor += [f"unit {unit} leaves" for unit in sorted(before - after)]
    minor += [
        f"{part} changed"
        for part in ("routes", "router", "voting", "distillation")
        if fusion[part] != previous.fusion[part]
    ]
    patch = [
        f"{unit} v{previous.members[unit]} -> v{composition.members[unit]}"
        for unit in sorted(before & after)
        if previous.members[unit] != composition.members[unit]
    ]
    kind = Bump.MAJOR if major else Bump.MINOR if minor else Bump.PATCH
    return kind, major + minor + patch


def split_ref(ref: str) -> tuple[str, int]:
    """`provider/unit@vN` as unit and version. Raises ValueError for another form."""
    unit, version = ref.split("@v")
    return unit, int(version)


def _sets_anchor(results: tuple[GateResult, ...]) -> bool:
    """Whether the shipment is provably better than its baseline, or had none (bootstrap)."""
    return any(
        r.check == "baseline"
        and r.gate == "quality"
        and r.verdict is Verdict.PASS
        and (r.observed is None or r.observed > 0)
        for r in results
    )


def _cover(state: State, report: Manifest) -> State:
    unit_name, version = split_ref(report.subject)
    unit = state.units.get(unit_name)
    if unit is None or COVERED_BY.get(unit.role) != report.role.name:
        return state
    waiting = tuple(
        replace(w, report=report.ref) if w.version == version else w for w in unit.waiting
    )
    covering = report.ref if unit.member == version else unit.report
    return state.with_unit(unit_name, replace(unit, waiting=waiting, report=covering))


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
    needed = COVERED_BY.get(unit.role)
    if needed and not waiting.report:
        return f"no admitted {needed} report measures {ref} yet"
    return "" if joins(ref) else f"the route table does not accept the contract of {ref} yet"


def _contracts(fusion: Mapping[str, Any]) -> dict[str, int]:
    return {route["role"]: route["contract"] for route in fusion["routes"].values()}
