"""Whether the author of a pull request may ship what it adds."""

from collections.abc import Iterable

from fedfuse.model.change import Change, Shape, data_file
from fedfuse.model.evaluation import REGISTRY, provider_of, subject_of
from fedfuse.model.event_kinds import KINDS
from fedfuse.model.finding import Finding
from fedfuse.model.registry import Person, Registry
from fedfuse.model.report import NOT_CHECKED, Side
from fedfuse.model.serving import Event


def of_actor(
    actor_id: int | None,
    changes: tuple[Change, ...],
    *,
    shape: Shape,
    registry: Registry,
    event: Event | None = None,
) -> Side:
    """Compare the pull request's author with those whom registry.yaml on the base lists.

    `actor_id` is the numeric account id from the trusted workflow; None when nobody vouches for
    one. `event` is the valid event that the changes add, if they do. Approvals are the ruleset's
    business. Never raises.
    """
    if actor_id is None:
        return NOT_CHECKED
    if registry.app and registry.app.id == actor_id:
        return _app(registry.app, shape, event)
    if shape is Shape.TOOL:
        return Side("ok", "anyone may propose a tool change; code owners approve it")
    if shape is Shape.EVENT:
        side = _known_actor(registry.maintainers, actor_id, code="E602", who="a maintainer")
        return _own_waiver(registry, actor_id, event) or side
    owners = sorted({c.path.split("/")[1] for c in changes if c.path.startswith("manifests/")})
    sides = [_owner(owner, actor_id, changes, registry) for owner in owners]
    return next((side for side in sides if side.status != "ok"), sides[0])


def _owner(owner: str, actor_id: int, changes: tuple[Change, ...], registry: Registry) -> Side:
    if owner == REGISTRY:
        return _own_measurement(registry, actor_id, changes) or _known_actor(
            registry.maintainers, actor_id, code="E605", who="a maintainer"
        )
    provider = registry.providers.get(owner)
    return _known_actor(
        provider.actors if provider else (),
        actor_id,
        code="E601",
        who=f"an actor of provider {owner}",
    )


def _own_measurement(registry: Registry, actor_id: int, changes: tuple[Change, ...]) -> Side | None:
    """The refusal to measure the opener's own provider in the registry's name, if it is that."""
    places = (data_file(change.path) for change in changes)
    measured = {provider_of(subject_of(p)) for p in places if p and p.kind == "evaluation"}
    for name in sorted(measured & registry.providers.keys()):
        if any(person.id == actor_id for person in registry.providers[name].actors):
            what = f"account {actor_id} ships for provider {name}, so it is not independent of it"
            others = independent_maintainers(registry, name)
            return _refused("E605", what, _named(others), "let another maintainer open it")
    return None


def independent_maintainers(registry: Registry, provider: str) -> tuple[Person, ...]:
    """The maintainers who do not ship for a provider."""
    listed = registry.providers.get(provider)
    shipping = {person.id for person in listed.actors} if listed else set()
    return tuple(person for person in registry.maintainers if person.id not in shipping)


def _app(app: Person, shape: Shape, event: Event | None) -> Side:
    name = f"{app.login} ({app.id})"
    if shape is Shape.MANIFEST:
        return Side("ok", f"{name} is the App, which ingests what providers publish")
    if shape is Shape.EVENT and event and KINDS[event.kind].app_may_open:
        return Side("ok", f"{name} is the App, which may open a {event.kind}")
    what = f"{name} is the App, which may not open a {event.kind if event else 'tool change'}"
    kinds = sorted(kind.name for kind in KINDS.values() if kind.app_may_open)
    expected = ", ".join((*kinds, "ingest"))
    return _refused("E604", what, expected, "let a maintainer open the pull request")


def _own_waiver(registry: Registry, actor_id: int, event: Event | None) -> Side | None:
    """The refusal of an event for the opener's own provider; None for anything else."""
    if event is None or not KINDS[event.kind].not_for_own_provider:
        return None
    owner = str(event.fields.get("unit", "")).partition("/")[0]
    actors = registry.providers[owner].actors if owner in registry.providers else ()
    if all(person.id != actor_id for person in actors):
        return None
    others = independent_maintainers(registry, owner)
    what = f"account {actor_id} ships for provider {owner}, so it may not waive a gate for it"
    return _refused("E603", what, _named(others), "let another maintainer open the pull request")


def _known_actor(people: tuple[Person, ...], actor_id: int, *, code: str, who: str) -> Side:
    known = next((p for p in people if p.id == actor_id), None)
    if known:
        return Side("ok", f"{known.login} ({known.id}) is {who}")
    what = f"account {actor_id} is not {who}"
    return _refused(code, what, _named(people), "let a listed account open the pull request")


def _named(people: Iterable[Person]) -> str:
    return ", ".join(f"{p.login} ({p.id})" for p in people) or "nobody"


def _refused(code: str, what: str, expected: str, fix: str) -> Side:
    return Side("refused", what, (Finding("registry.yaml", 0, 0, code, what, expected, fix=fix),))
