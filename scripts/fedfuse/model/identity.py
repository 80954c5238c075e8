"""Whether the author of a pull request may ship what it adds."""

from fedfuse.model.change import Change, Shape, shape_of
from fedfuse.model.finding import Finding
from fedfuse.model.registry import Person, Registry
from fedfuse.model.report import NOT_CHECKED, Side


def of_actor(actor_id: int | None, changes: tuple[Change, ...], *, registry: Registry) -> Side:
    """Compare the pull request's author with those whom registry.yaml on the base lists.

    `actor_id` is the numeric account id from the trusted workflow; None when nobody vouches for
    one. Approvals are the ruleset's business. Never raises.
    """
    if actor_id is None:
        return NOT_CHECKED
    shape = shape_of(changes)
    if shape is Shape.TOOL:
        return Side("ok", "anyone may propose a tool change; code owners approve it")
    if shape is Shape.EVENT:
        return _known_actor(registry.maintainers, actor_id, code="E602", who="a maintainer")
    owners = sorted({c.path.split("/")[1] for c in changes if c.path.startswith("manifests/")})
    sides = [
        _known_actor(
            registry.providers[owner].actors if owner in registry.providers else (),
            actor_id,
            code="E601",
            who=f"an actor of provider {owner}",
        )
        for owner in owners
    ]
    return next((side for side in sides if side.status != "ok"), sides[0])


def _known_actor(people: tuple[Person, ...], actor_id: int, *, code: str, who: str) -> Side:
    known = next((p for p in people if p.id == actor_id), None)
    if known:
        return Side("ok", f"{known.login} ({known.id}) is {who}")
    allowed = ", ".join(f"{p.login} ({p.id})" for p in people) or "nobody"
    what = f"account {actor_id} is not {who}"
    fix = "let a listed account open the pull request"
    return Side("refused", what, (Finding("registry.yaml", 0, 0, code, what, allowed, fix=fix),))
