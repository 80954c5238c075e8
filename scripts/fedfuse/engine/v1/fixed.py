"""What registry.yaml may not change any more, since releases and manifests carry it for ever."""

from collections.abc import Iterator

from fedfuse.engine.interface import Snapshot
from fedfuse.errors import RegistryError
from fedfuse.model.finding import Finding
from fedfuse.model.registry import REGISTRY_PATH
from fedfuse.model.state import State


def fixed_findings(state: State, snapshot: Snapshot) -> tuple[Finding, ...]:
    """What the registry.yaml of a snapshot changes although history forbids it.

    The name of releases and the namespace of ids stay as in the first release; the role of a unit
    stays as in its first version that was admitted for release. Raises RegistryError for a broken
    registry.yaml.
    """
    return tuple(_findings(state, snapshot))


def require_fixed(state: State, snapshot: Snapshot) -> None:
    """Raises RegistryError where `fixed_findings` has any: nothing can be judged or composed."""
    for found in _findings(state, snapshot):
        raise RegistryError(f"{found.path}: {found.code} {found.message}", fix=found.fix)


def _findings(state: State, snapshot: Snapshot) -> Iterator[Finding]:
    registry, released = snapshot.registry(), state.release
    if released:
        name = released.release_name
        if registry.release_name != name:
            yield _changed("E357", "release_name", name, registry.release_name)
        if registry.namespace != released.namespace:
            yield _changed("E358", "namespace", released.namespace, registry.namespace)
    for name, unit in sorted(state.units.items()):
        role = registry.units.get(name)
        if role is not None and role.name != unit.role:
            yield _changed("E359", f"the role of {name}", unit.role, role.name)


def _changed(code: str, what: str, before: str, now: str) -> Finding:
    message = f"{what} is fixed since it was first used"
    return Finding(REGISTRY_PATH, 0, 0, code, message, before, now, fix=f"write {before} again")
