"""The set gate: the members together make a release that answers every prompt type."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from fedfuse.engine.guide import GateGuide
from fedfuse.engine.v1.joining import answers, votes
from fedfuse.model.contract import ContractDocument
from fedfuse.model.registry import Registry, Route
from fedfuse.model.verdict import GateResult, Verdict

ContractOf: TypeAlias = Callable[[str], ContractDocument | None]
"""The contract that the routes accept for a role, or that the member of a unit ships on."""


def judge_set(
    members: Mapping[str, int],
    *,
    registry: Registry,
    base_models: Mapping[str, str],
    router_labels: tuple[str, ...] | None,
    contract_of: ContractOf,
    changed: frozenset[str],
    router_flaw: str = "",
    unusable: frozenset[str] = frozenset(),
) -> GateResult:
    """Routes, router, contracts, voting and members fit together in the release to be cut.

    `members` are versions by unit; `base_models` gives the base model of each voter that stands on
    one; `router_labels` are those of a trained router, None for a static one; `router_flaw` is the
    first thing wrong with its files; `changed` are the units whose member, or whose role's
    contract, is not that of the newest release; `unusable` are yanked and revoked refs. All
    problems are in the one reason. While a required role has no member no release is cut, so the
    gate passes and names the missing roles. Never raises.
    """
    filled = {registry.units[unit].name for unit in members}
    missing = [role for role in registry.required_roles if role not in filled]
    if missing:
        return _result(Verdict.PASS, f"no release yet: {', '.join(missing)} missing")
    refs = sorted(f"{unit}@v{version}" for unit, version in members.items())
    routing = _Routing(registry, members, contract_of, changed)
    problems = (
        *routing.problems(),
        *((router_flaw,) if router_flaw else _router(registry, router_labels)),
        *_contracts(registry),
        *_voting(registry, members, base_models, contract_of),
        *_distillation(registry, members),
        *(f"{ref} was yanked or revoked" for ref in refs if ref in unusable),
    )
    if problems:
        return _result(Verdict.FAIL, "; ".join(problems))
    return _result(Verdict.PASS, f"{len(members)} members, {len(registry.fusion.routes)} routes")


@dataclass(frozen=True, slots=True)
class _Routing:
    """The route table beside the members."""

    registry: Registry
    members: Mapping[str, int]
    contract_of: ContractOf
    changed: frozenset[str]

    def problems(self) -> Iterator[str]:
        """Whatever keeps a route from its members, and its fallbacks from theirs."""
        for prompt_type, route in sorted(self.registry.fusion.routes.items()):
            yield from self._missing(f"prompt type {prompt_type}", route)
            yield from self._strangers(f"prompt type {prompt_type}", route)

    def _missing(self, prompt_type: str, route: Route) -> Iterator[str]:
        tried: list[str] = []
        for name in (route.unit or route.role, *route.fallback):
            way = "falls back to" if tried else "goes to"
            if "/" in name and name not in self.members:
                yield f"{prompt_type} {way} {name}, which is not a member"
            elif not self._units(name):
                yield f"{prompt_type} {way} role {name}, which has no member"
            elif {name, self._role(name)} & {*tried}:
                yield f"{prompt_type} falls back to {name}, which was tried before"
            tried.append(name)

    def _strangers(self, prompt_type: str, route: Route) -> Iterator[str]:
        """A unit of the route's own role was judged when it, or the route's contract, changed."""
        first = self.changed & {*self._units(route.unit or route.role)}
        for unit in sorted(first.union(*map(self._units, route.fallback))):
            if not answers(self.contract_of(route.role), self.contract_of(unit)):
                yield (
                    f"{prompt_type} is on contract {route.role} v{route.contract}, and that of "
                    f"{unit} is not provably compatible"
                )

    def _units(self, name: str) -> tuple[str, ...]:
        """The members that a role or a unit stands for."""
        return tuple(unit for unit in self.members if name in {unit, self._role(unit)})

    def _role(self, name: str) -> str:
        return self.registry.units[name].name if name in self.members else name


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
    registry: Registry,
    members: Mapping[str, int],
    base_models: Mapping[str, str],
    contract_of: ContractOf,
) -> Iterable[str]:
    """Voters on one base model are wrong together, so they count once.

    More than half of the base models decide: of two smaller quorums one could allow what the other
    refuses.
    """
    voting = registry.fusion.voting
    if voting is None:
        return
    for prompt_type in sorted(set(voting.prompt_types) - registry.fusion.routes.keys()):
        yield f"voting covers {prompt_type}, which is no prompt type of the route table"
    for voter in sorted(set(voting.voters) - members.keys()):
        yield f"voter {voter} is not a member"
    voters = [voter for voter in voting.voters if voter in members]
    for voter in sorted(voters):
        if not votes(contract_of(voter)):
            yield f"the contract of voter {voter} has no decision, allow or refuse, in every answer"
    models = {base_models.get(voter, f"no base model: {voter}") for voter in voters}
    if len(models) < voting.quorum:
        yield (
            f"the voting quorum is {voting.quorum}, the voters stand on {len(models)} distinct "
            "base models"
        )
    if 2 * voting.quorum <= len(models):
        yield (
            f"the voting quorum is {voting.quorum} of {len(models)} distinct base models, which is "
            "no majority"
        )


def _distillation(registry: Registry, members: Mapping[str, int]) -> Iterable[str]:
    """A student that is a member learned from members."""
    plan = registry.fusion.distillation
    if plan is None or plan["student"] not in members:
        return
    for teacher in sorted(plan["teachers"]):
        if teacher == plan["student"]:
            yield f"{teacher} is its own teacher"
        elif teacher not in members:
            yield f"teacher {teacher} of {plan['student']} is not a member"


def _result(verdict: Verdict, reason: str) -> GateResult:
    return GateResult("set", "composition", "release", verdict, reason=reason)


GUIDE = GateGuide(
    rule="The release that would be cut is whole. Every route's role or unit is filled by members, "
    "and so is each fallback, which no earlier one covers. A role has one contract version, and "
    "each unit that may answer is on that of the route, or on one that is provably compatible "
    "with it, whatever its role. The files of a trained router are sound, and its labels are the "
    "prompt types of the route table. The voters are members whose contracts have a `decision`, "
    "`allow` or `refuse`, in every answer; `fusion.voting.quorum` is at most the number of "
    "distinct base models that they stand on, and more than half of it. The teachers of a student "
    "that is a member are members. "
    "No member was yanked or revoked. While a required role is empty no release is cut, and the "
    "gate passes and says which.",
    why="Each member can be good by itself and the release still leave a prompt type without an "
    "answer, send it to a unit that does not understand it, or let one base model outvote all "
    "others. With a quorum of half, one set of voters could allow what another refuses.",
    fix="The reason names every problem. Ship the missing role, or change `fusion` in "
    "registry.yaml in a pull request of its own.",
    verdicts={
        Verdict.PASS: "the release is whole, or none is cut yet",
        Verdict.FAIL: "the release would be broken, so it is not cut",
    },
    next_step="change what the reason names",
)
