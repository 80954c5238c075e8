"""Who a registry belongs to, from what it says of itself: what renders it again."""

from fedfuse.engine.interface import Snapshot
from fedfuse.flows.registry.organisation import Organisation
from fedfuse.flows.registry.release_app import FOLDER
from fedfuse.model.registry import Person
from fedfuse.model.release_app import ACTIONS, ReleaseApp, app_ids


def of(snapshot: Snapshot) -> Organisation:
    """The organisation of a registry. Raises RegistryError when registry.yaml is broken."""
    found = snapshot.registry()
    return Organisation(
        namespace=found.namespace,
        release_name=found.release_name,
        repository=found.repository,
        hub=found.hub,
        maintainers=found.maintainers,
        providers=found.providers,
        units={unit: role.name for unit, role in found.units.items()},
        app=_app(snapshot, found.app) if found.app else None,
    )


def _app(snapshot: Snapshot, bot: Person) -> ReleaseApp:
    """The App of a bot: its id as an App is in the ruleset that awaits its verdict."""
    ruleset = snapshot.tree.read(f"{FOLDER}/main-verdict.json") or b""
    ids = app_ids(ruleset.decode("utf-8", "replace"))
    return ReleaseApp(bot.login.removesuffix("[bot]"), (*ids, ACTIONS.app_id)[0], bot.id)
