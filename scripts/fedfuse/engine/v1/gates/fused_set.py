"""The set gate: the members together make a release that answers every prompt type."""

from collections.abc import Iterable, Mapping

from fedfuse.engine.guide import GateGuide
from fedfuse.model.registry import Registry
from fedfuse.model.verdict import GateResult, Verdict


def judge_set(
    members: Mapping[str, int],
    *,
    registry: Registry,
    base_models: Mapping[str, str],
    router_labels: tuple[str, ...] | None,
    router_flaw: str = "",
    unusable: frozenset[str] = frozenset(),
) -> GateResult:
    """Routes, router, contracts, voting and members fit together in the release to be cut.

    `members` are versions by unit; `base_models` gives the base model of each voter that stands on
    one; `router_labels` are those of a trained router, None for a static one; `router_flaw` is the
    first thing wrong with its files; `unusable` are yanked and revoked refs. All problems are in
    the one reason. While a required role has no member no release is cut, so the gate passes and
    names the missing roles. Never raises.
    """
    filled = {registry.units[unit].name for unit in members}
    missing = [role for role in registry.required_roles if role not in filled]
    if missing:
        return _result(Verdict.PASS, f"no release yet: {', '.join(missing)} missing")
    refs = sorted(f"{unit}@v{version}" for unit, version in members.items())
    problems = (
        *_routes(registry, filled),
        *((router_flaw,) if router_flaw else _router(registry, router_labels)),
        *_contracts(registry),
        *_voting(registry, members, base_models),
        *(f"{ref} was yanked or revoked" for ref in refs if ref in unusable),
    )
    if problems:
        return _result(Verdict.FAIL, "; ".join(problems))
    return _result(Verdict.PASS, f"{len(members)} members, {len(registry.fusion.routes)} routes")


def _routes(registry: Registry, filled: set[str]) -> Iterable[str]:
    for prompt_type, route in sorted(registry.fusion.routes.items()):
        if route.role not in filled:
            yield f"prompt type {prompt_type} goes to role {route.role}, which has no member"


def _router(registry: Registry, labels: tuple[str, ...] | None) -> Iterable[str]:
    """A trained router chooses among exactly the prompt types of the route table."""
    router, routed = registry.fusion.router, registry.fusion.routes.keys()
    if router["kind"] == "static":
        return
    chosen = set(labels or ())
    for label in sorted(chosen - routed):
        yield f"the router's label {label} is no prompt type of the route table"
    for prompt_type in sorted(routed - chosen):
        yield f"the router has no label for prompt type {prompt_type}"


def _contracts(registry: Registry) -> Iterable[str]:
    routes = registry.fusion.routes.values()
    for role in sorted({route.role for route in routes}):
        versions = sorted({route.contract for route in routes if route.role == role})
        if len(versions) > 1:
            listed = " and ".join(f"v{version}" for version in versions)
            yield f"the routes of role {role} name contracts {listed}, one is needed"


def _voting(
    registry: Registry, members: Mapping[str, int], base_models: Mapping[str, str]
) -> Iterable[str]:
    """Voters on one base model are wrong together, so they count once."""
    voting = registry.fusion.voting
    if voting is None:
        return
    for prompt_type in sorted(set(voting.prompt_types) - registry.fusion.routes.keys()):
        yield f"voting covers {prompt_type}, which is no prompt type of the route table"
    for voter in sorted(set(voting.voters) - members.keys()):
        yield f"voter {voter} is not a member"
    voters = [voter for voter in voting.voters if voter in members]
    models = {base_models.get(voter, f"no base model: {voter}") for voter in voters}
    if len(models) < voting.quorum:
        yield (
            f"the voting quorum is {voting.quorum}, the voters stand on {len(models)} distinct "
            "base models"
        )


def _result(verdict: Verdict, reason: str) -> GateResult:
    return GateResult("set", "composition", "release", verdict, reason=reason)


GUIDE = GateGuide(
    rule="The release that would be cut is whole: every route's role has a member and one contract "
    "version, a trained router's files are sound and its labels are the prompt types of the "
    "route table, the voters "
    "are members that stand on at least `fusion.voting.quorum` distinct base models, and no "
    "member was yanked or revoked. While a required role is empty no release is cut, and the "
    "gate passes and says which.",
    why="Each member can be good by itself and the release still leave a prompt type without an "
    "answer, or let one base model outvote all others.",
    fix="The reason names every problem. Ship the missing role, or change `fusion` in "
    "registry.yaml in a pull request of its own.",
    verdicts={
        Verdict.PASS: "the release is whole, or none is cut yet",
        Verdict.FAIL: "the release would be broken, so it is not cut",
    },
    next_step="change what the reason names",
)
