"""Whether a composed set makes a new release, which version it gets, and why."""

from collections.abc import Mapping
from typing import Any

from fedfuse.engine.interface import Snapshot
from fedfuse.model.canonical import dumps, sha256
from fedfuse.model.composition import Composition, NextRelease
from fedfuse.model.registry import Fusion, Registry, Route, Voting
from fedfuse.model.state import State
from fedfuse.model.version import Bump, Version


def next_release(composition: Composition, snapshot: Snapshot) -> NextRelease | None:
    """The release that a composition owes; None when it is the newest one again."""
    registry = snapshot.registry()
    if not differs(composition, registry):
        return None
    kind, reasons = bump(composition, registry)
    return NextRelease(next_version(composition.state, kind), kind, tuple(reasons))


def differs(composition: Composition, registry: Registry) -> bool:
    """Whether the composed set, or the engine that judges it, is another than the newest's."""
    newest = composition.state.release
    if newest is None or newest.engine != registry.engine:
        return True
    section = fusion_section(registry.fusion)
    return newest.content_id != content_id(composition.members, section)


def fusion_section(fusion: Fusion) -> dict[str, Any]:
    """The fusion section as the record holds it: without what registry.yaml leaves out."""
    return {
        "routes": {name: _route(route) for name, route in fusion.routes.items()},
        "router": dict(fusion.router),
        "voting": _voting(fusion.voting) if fusion.voting else None,
        "distillation": dict(fusion.distillation) if fusion.distillation else None,
    }


def _route(route: Route) -> dict[str, Any]:
    given = {"unit": route.unit, "fallback": list(route.fallback)}
    return {
        "role": route.role,
        "contract": route.contract,
        **{name: value for name, value in given.items() if value},
    }


def _voting(voting: Voting) -> dict[str, Any]:
    given = {"timeout_ms": voting.timeout_ms, "judge": voting.judge}
    return {
        "prompt_types": list(voting.prompt_types),
        "voters": list(voting.voters),
        "quorum": voting.quorum,
        **{name: value for name, value in given.items() if value},
    }


def content_id(members: Mapping[str, int], fusion: Mapping[str, Any]) -> str:
    """What a release is, apart from when and by which commit: members and fusion section."""
    return sha256(dumps({"members": dict(members), "fusion": dict(fusion)}))


def bump(composition: Composition, registry: Registry) -> tuple[Bump, list[str]]:
    """How the composed set differs from the newest release, with reasons for people."""
    previous = composition.state.release
    if previous is None:
        return Bump.FIRST, ["the first set in which every required role is filled"]
    fusion = fusion_section(registry.fusion)
    major = [
        f"role {role} moves from contract v{old} to v{new}"
        for role, old in sorted(contracts_of(previous.fusion).items())
        if (new := contracts_of(fusion).get(role)) is not None and new != old
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
    if previous.engine != registry.engine:
        patch.append(f"engine {previous.engine} -> {registry.engine}")
    kind = Bump.MAJOR if major else Bump.MINOR if minor else Bump.PATCH
    return kind, major + minor + patch


def next_version(state: State, kind: Bump) -> Version:
    """The version a release with this bump gets."""
    return (state.release.version if state.release else Version(0, 0, 0)).bumped(kind)


def contracts_of(fusion: Mapping[str, Any]) -> dict[str, int]:
    """The contract version that a record's routes accept, by role."""
    return {route["role"]: route["contract"] for route in fusion["routes"].values()}
