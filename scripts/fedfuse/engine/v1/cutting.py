"""Gathers what the record of a release needs from the files at its commit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fedfuse.engine.interface import Snapshot
from fedfuse.engine.v1.record import Provenance, Shipped, render
from fedfuse.model.canonical import dumps_by_key, sha256
from fedfuse.model.composition import Composition
from fedfuse.model.release import MAX_RECORD_BYTES, object_id


def record(
    composition: Composition, snapshot: Snapshot, *, commit: str, created: datetime
) -> Mapping[str, Any]:
    """The record of the release that a composition makes at a commit, whose the snapshot is."""
    return render(
        composition,
        snapshot.registry(),
        shipped=_shipped_members(composition, snapshot),
        provenance=_provenance(composition, snapshot, commit=commit, created=created),
    )


def oversize(rendered: Mapping[str, Any]) -> str:
    """Why a record cuts no release: nobody reads a tag that is too large. Empty when one may."""
    size = len(dumps_by_key(rendered))
    if size <= MAX_RECORD_BYTES:
        return ""
    return f"the record of {rendered['release']} has {size:,} bytes, at most {MAX_RECORD_BYTES:,}"


def _shipped_members(composition: Composition, snapshot: Snapshot) -> Mapping[str, Shipped]:
    """Every member's manifest with its digests, by unit."""
    found = {}
    for unit, version in composition.members.items():
        manifest = snapshot.manifest(unit, version)
        data = snapshot.tree.read(f"manifests/{unit}/v{version}.yaml")
        if manifest is not None and data is not None:
            found[unit] = Shipped(manifest, object_id("blob", data), sha256(data))
    return found


def _provenance(
    composition: Composition, snapshot: Snapshot, *, commit: str, created: datetime
) -> Provenance:
    """Where a release of this composition comes from."""
    registry, suite = snapshot.registry(), snapshot.suite()
    contracts = {
        f"{role}/v{version}": found.sha256
        for role, version in sorted(registry.fusion.contracts.items())
        if (found := snapshot.contract(role, version))
    }
    return Provenance(
        commit=commit,
        created=created,
        policy=snapshot.policy_digest(),
        contracts=contracts,
        suites={f"{suite.name}/v{suite.version}": suite.sha256},
        bundle={path: sha256(data) for path, data in _bundle_files(composition, snapshot).items()},
    )


def _bundle_files(composition: Composition, snapshot: Snapshot) -> dict[str, bytes]:
    """The bundle files that the record does not derive, by repository path."""
    registry = snapshot.registry()
    paths = [f"manifests/{u}/v{v}.yaml" for u, v in composition.members.items()]
    paths += [f"schemas/contract/{role}/v{v}.json" for role, v in registry.fusion.contracts.items()]
    router = registry.fusion.router
    if router["kind"] != "static":
        folder = f"releases/routers/v{router['version']}"
        paths += [f"{folder}/{name}" for name in snapshot.tree.names(folder)]
    found = {path: snapshot.tree.read(path) for path in sorted(set(paths))}
    return {path: data for path, data in found.items() if data is not None}
