"""Releases of every kind."""

from collections.abc import Mapping
from typing import Any

from tests.golden.files import Files, contract, ship
from tests.golden.histories.beginning import BEST, BETTER, GOOD, first_release, stands_on
from tests.golden.registry import ROUTES, Script, founded, policy, registry, route, thresholds
from tests.golden.runs import Run
from tests.support import router_folder


def releases() -> Script:
    """Releases of every kind, from units, contracts, voting, routes and the way out."""
    s = founded("releases")
    first_release(s)
    s.land("chat v2 is better: a patch", ship("north/chat", 2, BETTER))
    s.land("chat v3 is an experiment", ship("north/chat", 3, BEST, track="experiment"))
    s.land("guard v1: a unit appears", ship("north/guard", 1))
    s.land("a table is a report without gates", ship("south/table", 1))
    s.land(
        "server v2 with its benchmark in one change",
        ship("west/server", 2, BETTER),
        ship("west/bench", 2, BETTER, subject="west/server@v2"),
    )
    facts = {"embedding_dim": 8}
    s.land("vectors v2 waits", ship("south/vectors", 2, BETTER, io=facts))
    s.land("recall v2 disagrees", ship("south/recall", 2, GOOD, subject="south/vectors@v2"))
    slow = Run(level=0.95, latency_ms=170)
    s.land(
        "recall v3 is too slow to agree", ship("south/recall", 3, slow, subject="south/vectors@v2")
    )
    s.land(
        "recall v4 agrees with the older version",
        ship("south/recall", 4, Run(latency_ms=121), subject="south/vectors@v1"),
    )
    s.land("recall v5 agrees", ship("south/recall", 5, BETTER, subject="south/vectors@v2"))
    s.land("vectors v3 has other facts", ship("south/vectors", 3, BEST, io={"embedding_dim": 9}))
    _contracts(s)
    _composition(s)
    return s


def _contracts(s: Script) -> None:
    wider = contract("textgen", 2, fields=("text", "tone"))
    breaking = contract("textgen", 3, fields=("prompt", "text"), votes=True)
    s.land("contract textgen v2 takes more, v3 takes other requests", wider, breaking)
    s.land("chat v4 joins on the wider contract", ship("north/chat", 4, BEST, contract_file=wider))
    other = Run(level=1.0, latency_ms=110)
    even = registry(roles=thresholds(quality={"mode": "non_inferior"}))
    s.land("policy: not worse is enough", even)
    s.land(
        "chat v5 waits on the breaking one", ship("north/chat", 5, other, contract_file=breaking)
    )
    s.land(
        "chat v6 on the old one joins meanwhile",
        ship("north/chat", 6, Run(level=1.0, latency_ms=99)),
    )
    routes = ROUTES | {"chat": route("textgen", 3)}
    moved = registry(routes=routes, roles=thresholds(quality={"mode": "non_inferior"}))
    s.land("the route accepts v3, and chat v6 would have to answer on it", moved)
    last = Run(level=1.0, latency_ms=98)
    s.land("chat v7 is on v3: a major release", ship("north/chat", 7, last, contract_file=breaking))
    s.land("chat v8 on an older contract", ship("north/chat", 8, BEST))


def _composition(s: Script) -> None:
    routes = ROUTES | {"chat": route("textgen", 3)}
    voting = {"prompt_types": ["chat"], "voters": ["north/chat", "north/small"], "quorum": 2}
    breaking = contract("textgen", 3, fields=("prompt", "text"), votes=True)
    even = thresholds(quality={"mode": "non_inferior"})

    def policy_of(**changes: Any) -> Files:
        return registry(**{"routes": routes, "roles": even, **changes})

    s.land("voting without a second voter", policy_of(voting=voting))
    same = stands_on("org/base")
    s.land("small v1 is on an older contract", ship("north/small", 1, edit=same))
    s.land(
        "small v2 and chat v9 stand on one model",
        ship("north/small", 2, BETTER, contract_file=breaking, edit=same),
        ship("north/chat", 9, BEST, contract_file=breaking, edit=same),
    )
    small = ship("north/small", 3, BEST, contract_file=breaking, edit=stands_on("org/other"))
    s.land("small v3 stands on another model: voting begins", small)
    linear = {"kind": "linear", "version": 1}
    types = ("chat", "search", "serve", "sing")
    items = router_folder.suite(types)
    of_routes = router_folder.router(1, types[:3], suite_files=items)
    others = router_folder.router(2, ("chat", "sing"), suite_files=items)
    broken = router_folder.router(3, types[:3], suite_files=items, files={"config.json": b"{}"})
    s.land("a routing suite and three routers", items, of_routes, others, broken)
    s.land("a router", policy_of(voting=voting, router=linear))
    s.land("a router of other labels", policy_of(router=linear | {"version": 2}))
    s.land("a router whose files do not fit", policy_of(router=linear | {"version": 3}))
    s.land("a router that is not there", policy_of(router=linear | {"version": 4}))
    two = routes | {"sing": route("textgen", 1)}
    s.land("routes of one role on two contracts", policy_of(routes=two))
    s.land("voting on what nothing routes", policy_of(voting=voting | {"prompt_types": ["sing"]}))
    s.land("a quorum of one, which is half", policy_of(voting=voting | {"quorum": 1}))
    guarded = routes | {"guard": route("policy")}
    taught = {"student": "north/small", "teachers": ["north/chat"]}
    s.land("a route more, a student, no voting", policy_of(routes=guarded, distillation=taught))
    units = {k: v for k, v in _units().items() if k != "north/guard"}
    s.land("a route whose unit is gone", policy_of(routes=guarded, units=units))
    s.land("and without its route: a unit leaves", policy_of(units=units))
    few = {k: v for k, v in units.items() if not k.startswith("west/")}
    s.land("a required role is lost", policy_of(units=few))
    s.land("a registry that cannot be read", {"registry.yaml": b"engine: [1\n"})
    s.land("chat v10 cannot be judged", ship("north/chat", 10, BEST, contract_file=breaking))
    s.land("repaired", policy_of())
    nowhere = ROUTES | {"chat": route("textgen", 9)}
    s.land("a route to a contract that is not there", policy_of(routes=nowhere))
    s.land("chat v11 cannot be judged", ship("north/chat", 11, BEST, contract_file=breaking))


def _units() -> Mapping[str, Any]:
    units: Mapping[str, Any] = policy()["units"]
    return units
