"""Routes to units, fallbacks, votes, students and tables of data."""

from typing import Any

from tests.golden.files import contract, event, ship
from tests.golden.histories.beginning import BEST, BETTER, first_release, stands_on
from tests.golden.registry import ROUTES, Script, founded, registry, route, thresholds
from tests.golden.runs import Run

_EVEN = {"roles": thresholds(quality={"mode": "non_inferior"})}
CHAT, SMALL, GUARD, SERVER = "north/chat", "north/small", "north/guard", "west/server"


def fusion() -> Script:
    """Routes to units, fallbacks, votes, students and tables of data."""
    s = founded("fusion")
    first_release(s)
    _routes(s)
    _voting(s)
    _distillation(s)
    _tables(s)
    _contracts(s)
    return s


def _chat(*fallback: str, unit: str = "", **changes: Any) -> dict[str, bytes]:
    """A policy whose route for `chat` is another one."""
    way = {"unit": unit, "contract": 1} if unit else route("textgen")
    way |= {"fallback": list(fallback)} if fallback else {}
    return registry(**{"routes": ROUTES | {"chat": way}, **_EVEN, **changes})


def _routes(s: Script) -> None:
    s.land("chat falls back to a role: a minor release", _chat("runtime"))
    s.land("the same again", _chat("runtime", suite={"name": "canonical", "version": 1}))
    s.land("a unit in its place", _chat(SERVER))
    s.land("a unit answers", _chat(unit=CHAT))
    s.land("others of its role next", _chat("textgen", unit=CHAT))
    s.land("a role without a member", _chat("policy"))
    s.land("a unit that is no member", _chat(SMALL))
    s.land("a unit that answers and is no member", _chat(unit=SMALL))
    s.land("a unit that nothing lists", _chat(unit="north/gone"))
    s.land("a report answers", _chat(unit="south/recall"))
    s.land("the target once more", _chat("textgen"))
    s.land("a unit of the target's role", _chat(CHAT))
    s.land("the unit once more", _chat(CHAT, unit=CHAT))
    s.land("a unit after its role", _chat("runtime", SERVER))
    other = contract("policy", 2, fields=("prompt", "text"))
    s.land("contract policy v2 takes other requests", other)
    s.land("guard v1 is on it, and no route is", ship(GUARD, 1, contract_file=other))
    s.land("chat falls back to it", _chat(GUARD))
    s.land("and to the server alone", _chat("runtime"))
    s.land("the server is withdrawn", event(1, "yank", version=f"{SERVER}@v1", reason="broken"))
    s.land("and is no fallback any more", _chat(required_roles=["textgen"], routes=_without()))


def _without() -> dict[str, Any]:
    return {name: ROUTES[name] for name in ("chat", "search")}


def _voting(s: Script) -> None:
    voters, few = [CHAT, GUARD, SMALL], {"required_roles": ["textgen"], "routes": _without()}

    def policy_of(quorum: int, *, among: list[str] = voters, **rest: Any) -> dict[str, bytes]:
        rule = {"prompt_types": ["chat"], "voters": among, "quorum": quorum, **rest}
        return registry(**few, **_EVEN, voting=rule)

    judge = contract("policy", 3, fields=("text",), votes=True)
    vote = contract("textgen", 2, votes=True)
    s.land("contracts with a decision", judge, vote)
    s.land("guard v2 votes", ship(GUARD, 2, BETTER, contract_file=judge, edit=stands_on("org/g")))
    s.land("small v1 votes", ship(SMALL, 1, BETTER, contract_file=vote, edit=stands_on("org/s")))
    s.land("chat does not", policy_of(2))
    chat = ship(CHAT, 2, BEST, contract_file=vote, edit=stands_on("org/base"))
    s.land("chat v2 votes: a minor release", chat)
    s.land("one of three could allow what another refuses", policy_of(1))
    s.land("all three", policy_of(3))
    s.land("two of two", policy_of(2, among=[GUARD, SMALL]))
    s.land("one of two", policy_of(1, among=[GUARD, SMALL]))
    s.land("two of three, in a second", policy_of(2, timeout_ms=1000))
    s.land("by the prompt alone", policy_of(2, timeout_ms=1000, judge="prompt"))


def _distillation(s: Script) -> None:
    few = {"required_roles": ["textgen"], "routes": _without()}

    def policy_of(*teachers: str, **rest: Any) -> dict[str, bytes]:
        plan = {"student": SMALL, "teachers": list(teachers), **rest}
        return registry(**few, **_EVEN, distillation=plan)

    vote = contract("textgen", 2, votes=True)

    def student(run: Run) -> dict[str, bytes]:
        return ship(SMALL, 2, run, contract_file=vote, edit=stands_on("org/s"))

    s.land("small learns from chat", policy_of(CHAT))
    s.propose("as good as its teacher", student(Run(level=1.0, latency_ms=90)))
    s.propose("as good as before", student(Run(level=0.95, latency_ms=90)))
    s.land("it may lose a little", policy_of(CHAT, margin=0.15))
    s.propose("as good as before", student(Run(level=0.95, latency_ms=91)))
    s.land("it may lose nothing", policy_of(CHAT, margin=0))
    s.propose("as good as its teacher", student(Run(level=1.0, latency_ms=91)))
    s.land("from itself", policy_of(SMALL))
    s.land("from one that is no member", policy_of("south/vectors", SERVER))


def _tables(s: Script) -> None:
    def policy_of(**bounds: Any) -> dict[str, bytes]:
        roles = {**_EVEN["roles"], "dataset-quality": {"table": bounds}}
        return registry(roles=roles, required_roles=["textgen"], routes=_without())

    table = ship("south/table", 1)
    s.propose("a table without bounds", table)
    s.land("bounds", policy_of(rows={"min": 1000}, duplicates={"min": 0, "max": 0.01}))
    s.propose("just within", table)
    s.land("narrower", policy_of(rows={"min": 1001}, duplicates={"max": 0.009}))
    s.propose("outside", table)
    s.land("of another figure", policy_of(leaks={"max": 0}))
    s.propose("without it", table)
    s.land("is admitted all the same when nothing bounds it", registry(**_EVEN))
    s.land("the table", table)


def _contracts(s: Script) -> None:
    def policy_of(**way: Any) -> dict[str, bytes]:
        routes = _without() | {"chat": {**way, "contract": 2}}
        return registry(**_EVEN, required_roles=["textgen"], routes=routes)

    s.land("the route moves to contract v2, where both units are", policy_of(role="textgen"))
    back = event(2, "yank", version=f"{CHAT}@v2", reason="broken")
    s.land("chat v2 is withdrawn, and v1 is on the older contract", back)
    s.land("small answers alone", policy_of(unit=SMALL))
