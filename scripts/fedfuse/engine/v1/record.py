"""Renders the record of a fused release: everything the fold needs to go on from it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fedfuse.engine.v1.next_release import bump, content_id, fusion_section, next_version
from fedfuse.model import release
from fedfuse.model.bundle import listing_digest
from fedfuse.model.canonical import decimal
from fedfuse.model.composition import Composition
from fedfuse.model.manifest import Manifest
from fedfuse.model.registry import Registry
from fedfuse.model.state import Released, State, UnitState, Waiver
from fedfuse.model.verdict import GateResult


@dataclass(frozen=True, slots=True)
class Shipped:
    """A member's manifest with what identifies its file."""

    manifest: Manifest
    blob: str
    """git object id of the manifest file."""
    sha256: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a release comes from."""

    commit: str
    created: datetime
    policy: str
    """sha256 of registry.yaml at the commit."""
    contracts: Mapping[str, str]
    """`role/vN` to sha256 of each accepted contract."""
    suites: Mapping[str, str]
    """`name/vN` to sha256 of the canonical suite."""
    bundle: Mapping[str, str]
    """Repository path to sha256 of the bundle files that the record does not derive."""


def render(
    composition: Composition,
    registry: Registry,
    *,
    shipped: Mapping[str, Shipped],
    provenance: Provenance,
) -> dict[str, Any]:
    """The record of the release this composition makes. `shipped` has every member's unit."""
    state = composition.state
    section = fusion_section(registry.fusion)
    kind, reasons = bump(composition, registry)
    version = next_version(state, kind)
    members = (member.manifest for _, member in sorted(shipped.items()))
    return {
        "apiVersion": "fedfuse/v1",
        "kind": "FusedRelease",
        "release": f"{registry.release_name}-v{version}",
        "version": str(version),
        "previous": _previous(state.release),
        "bump": kind.value,
        "reasons": reasons,
        **_origin(registry, provenance),
        **_carried(state, provenance.created),
        "units": {
            name: _unit(unit, shipped.get(name)) for name, unit in sorted(state.units.items())
        },
        "fusion": section,
        "metrics": {m.ref: {k: decimal(v) for k, v in m.metrics.items()} for m in members},
        "content_id": content_id(composition.members, section),
        "bundle": dict(provenance.bundle),
    }


def _origin(registry: Registry, provenance: Provenance) -> dict[str, Any]:
    """Whose release it is, and what it was judged by."""
    return {
        "engine": registry.engine,
        "namespace": registry.namespace,
        "repository": registry.repository,
        "hub": registry.hub,
        "tagger": registry.bot,
        "slo": dict(registry.slo),
        "commit": provenance.commit,
        "created": release.timestamp(provenance.created),
        "digests": {
            "policy": provenance.policy,
            "contracts": dict(provenance.contracts),
            "suites": dict(provenance.suites),
        },
    }


def _carried(state: State, created: datetime) -> dict[str, Any]:
    """What the fold goes on with, beside the units. Without Evaluations no word of them."""
    clock = state.clock or created
    return {
        **({"evaluations": _evaluations(state)} if state.evaluations else {}),
        "clock": release.timestamp(clock),
        "yanked": sorted(state.yanked),
        "revoked": sorted(state.revoked),
        "waivers": [_waiver(w) for w in state.waivers if w.expires > clock],
        "admissions": {unit: known.text for unit, known in sorted(state.admissions.items())},
        "verdicts": _verdicts(state),
        "judged": state.judged or None,
    }


def _verdicts(state: State) -> dict[str, Any]:
    """Outcomes of the members, of what may still be one, and of the reports on them.

    Of anything else a record has the kind in `admissions`, and the outcomes in the digest
    `judged`: any number of experiments may land between two releases.
    """
    refs = {f"{name}@v{unit.member}" for name, unit in state.units.items()}
    refs |= {unit.report for unit in state.units.values()}
    for name, unit in state.units.items():
        refs |= {f"{name}@v{w.version}" for w in unit.waiting} | {w.report for w in unit.waiting}
    return {
        ref: [outcome(result) for result in state.verdicts[ref]]
        for ref in sorted(refs & state.verdicts.keys())
    }


def _evaluations(state: State) -> dict[str, Any]:
    return {
        ref: [
            {
                "by": one.by,
                "number": one.number,
                "verdict": one.verdict.value,
                **({"sealed": one.sealed} if one.sealed else {}),
            }
            for one in outcomes
        ]
        for ref, outcomes in sorted(state.evaluations.items())
    }


def _waiver(waiver: Waiver) -> dict[str, str]:
    return {
        "gate": waiver.gate,
        **({"unit": waiver.unit} if waiver.unit else {}),
        "manifest_sha256": waiver.manifest_sha256,
        "expires": release.timestamp(waiver.expires),
    }


def outcome(result: GateResult) -> dict[str, Any]:
    """A gate's outcome with its numbers as decimal strings of at most six places.

    Without its sentence: wording may improve, a record may not change.
    """
    return {
        "gate": result.gate,
        "check": result.check,
        "verdict": result.verdict.value,
        "observed": _number(result.observed),
        "limit": _number(result.limit),
        "baseline": _number(result.baseline),
        "unit": result.unit,
    }


def _number(value: float | None) -> str | None:
    if value is None:
        return None
    if not math.isfinite(value):
        return str(value)
    return decimal(value)


def _previous(released: Released | None) -> dict[str, str] | None:
    return {"release": released.tag, "tag_object": released.tag_object} if released else None


def _unit(unit: UnitState, shipped: Shipped | None) -> dict[str, Any]:
    return {
        "role": unit.role,
        "member": unit.member,
        "waiting": [{"version": w.version, "report": w.report or None} for w in unit.waiting],
        "report": unit.report or None,
        **(_member(shipped) if shipped else _NO_MEMBER),
    }


_NO_MEMBER: Mapping[str, None] = {
    "license": None,
    "contract": None,
    "manifest": None,
    "artifact": None,
}


def _member(shipped: Shipped) -> dict[str, Any]:
    manifest, artifact = shipped.manifest, shipped.manifest.artifact
    base = artifact.base_model
    return {
        "license": manifest.license,
        "contract": manifest.contract.version if manifest.contract else None,
        "manifest": {"path": manifest.path, "blob": shipped.blob, "sha256": shipped.sha256},
        "artifact": {
            "uri": artifact.uri,
            "revision": artifact.revision,
            "format": artifact.format,
            "digest": listing_digest({file.path: file.sha256 for file in artifact.files}),
            "base_model": {"id": base.id, "revision": base.revision} if base else None,
        },
    }
