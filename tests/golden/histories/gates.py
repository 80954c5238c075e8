"""Proposals on both sides of every threshold."""

from collections.abc import Callable
from typing import Any

from tests.golden.files import contract, ship
from tests.golden.histories.beginning import BEST, BETTER, GOOD, first_release
from tests.golden.registry import Script, founded, registry, route, thresholds
from tests.golden.runs import Run

CHAT = "north/chat"


def gates() -> Script:
    """Proposals on both sides of every threshold."""
    s = founded("gates")
    first_release(s)
    _quality(s)
    _latency(s)
    _interleaved(s)
    _safety(s)
    _agreement(s)
    _compatibility(s)
    _guard(s)
    _few_items(s)
    return s


def _wrong(count: int, *, start: int = 0, part: str = "q", step: int = 1) -> tuple[str, ...]:
    return tuple(f"{part}{n}" for n in range(start, start + count * step, step))


def _quality(s: Script) -> None:
    for count in (20, 21):
        run = Run(level=1.0, failures=_wrong(count))
        s.propose(f"{80 - count} of 80 right, the floor is 0.75", ship(CHAT, 2, run))
    for luck in ("one", "two"):
        s.propose(f"as good, another luck: {luck}", ship(CHAT, 2, Run(luck=luck)))
    s.propose("graded and better", ship(CHAT, 2, Run(level=1.0, graded=True)))
    s.propose("graded and as good", ship(CHAT, 2, Run(level=0.9, graded=True)))
    s.propose("graded and worse", ship(CHAT, 2, Run(level=0.4, graded=True)))
    s.propose("whole clusters differ", ship(CHAT, 2, Run(level=0.9, clustered=True)))
    s.propose("provably worse", ship(CHAT, 2, Run(level=0.5)))
    s.propose("four errors", ship(CHAT, 2, Run(level=1.0, errors=_wrong(4))))
    s.propose("the same again", ship(CHAT, 2, GOOD))


def _latency(s: Script) -> None:
    for latency_ms in (250.0, 250.1):
        run = Run(level=1.0, latency_ms=latency_ms, spread_ms=0)
        s.propose(f"p95 {latency_ms} ms, the cap is 250", ship(CHAT, 2, run))
    s.propose("four errors of 80 keep the p95", ship(CHAT, 2, Run(errors=_wrong(4))))
    s.propose("no tokens made", ship(CHAT, 2, Run(level=1.0, tokens=0)))
    for day in ("2026-06-29", "2026-06-28", "2026-06-27", "2026-06-26", "2026-06-25"):
        s.propose(f"priced on {day}", ship(CHAT, 2, BEST, edit=_priced(day)))
    for day in ("2026-09-26", "2026-09-27", "2026-09-28", "2026-09-29"):
        s.propose(f"priced in the future, {day}", ship(CHAT, 2, BEST, edit=_priced(day)))
    for per_hour in (2300.0, 2400.0):
        dear = Run(level=1.0, per_hour=per_hour)
        s.propose(f"{per_hour} USD an hour", ship(CHAT, 2, dear))
    s.propose("four at once cost a quarter", ship(CHAT, 2, Run(level=1.0, concurrency=4)))


def _priced(day: str) -> Callable[[dict[str, Any]], None]:
    def edit(document: dict[str, Any]) -> None:
        document["evaluation"]["pricing"]["as_of"] = day

    return edit


def _interleaved(s: Script) -> None:
    v1 = "north/chat@v1"
    for latency_ms in (110.0, 120.0, 130.0, 131.0, 132.0, 133.0, 150.0):
        run = Run(level=1.0, latency_ms=latency_ms, baseline_ms=120.0)
        s.propose(f"{latency_ms} ms beside 120 ms", ship(CHAT, 2, run, baseline=v1))
    for latency_ms in (132.0, 132.1):
        run = Run(level=1.0, latency_ms=latency_ms, baseline_ms=120.0, spread_ms=0)
        s.propose(f"exactly {latency_ms} ms beside 120 ms", ship(CHAT, 2, run, baseline=v1))
    run = Run(level=1.0, baseline_ms=120.0, errors=_wrong(4))
    s.propose("with errors beside the baseline", ship(CHAT, 2, run, baseline=v1))
    zero = Run(level=1.0, baseline_ms=0.0, spread_ms=0)
    s.propose("beside a baseline that takes no time", ship(CHAT, 2, zero, baseline=v1))
    required = thresholds(latency={"interleaved": "required"})
    s.land("policy: every release is measured beside its baseline", registry(roles=required))
    s.propose("not measured beside it", ship(CHAT, 2, BEST))
    s.propose("an experiment that was not", ship(CHAT, 2, BEST, track="experiment"))
    beside = Run(level=1.0, baseline_ms=120.0)
    s.propose("measured beside it", ship(CHAT, 2, beside, baseline=v1))
    s.propose("measured beside another unit", ship(CHAT, 2, beside, baseline="north/guard@v1"))
    s.land("policy as before", registry())


def _safety(s: Script) -> None:
    for part in ("p", "a", "b"):
        for count in (1, 2, 4, 5, 12):
            run = Run(level=1.0, failures=_wrong(count, start=6, part=part))
            s.propose(f"{count} failures in {part}", ship(CHAT, 2, run))
    for part in ("p", "a"):
        run = Run(level=1.0, failures=(f"{part}1",))
        s.propose(f"a critical failure in {part}", ship(CHAT, 2, run))
    for count in (4, 5, 6, 7, 8):
        run = Run(level=1.0, failures=_wrong(count, start=6, part="p", step=3))
        s.propose(f"{count} failures of one category", ship(CHAT, 2, run))
    s.land(
        "policy: one critical failure is tolerated",
        registry(roles=thresholds(safety={"max_critical_failures": 1, "policy": 0.2})),
    )
    for count in (1, 2):
        s.propose(
            f"{count} critical failures",
            ship(CHAT, 2, Run(level=1.0, failures=_wrong(count, part="p"))),
        )
    s.land("policy: every failure is tolerated", registry(roles=thresholds(safety={"benign": 1})))
    s.propose(
        "all benign prompts refused", ship(CHAT, 2, Run(level=1.0, levels=(("benign", -1.0),)))
    )
    s.land("policy as it was", registry())


def _agreement(s: Script) -> None:
    s.land("server v2, of exact latency", ship("west/server", 2, Run(level=1.0, spread_ms=0)))
    server = "west/server@v2"
    for count in (7, 8):
        run = Run(level=1.0, spread_ms=0, failures=_wrong(count))
        s.propose(f"{count} of 80 items apart", ship("west/bench", 2, run, subject=server))
    for latency_ms in (150.0, 150.1, 96.0, 95.9):
        run = Run(level=1.0, latency_ms=latency_ms, spread_ms=0)
        s.propose(
            f"{latency_ms} ms, the subject says 120", ship("west/bench", 2, run, subject=server)
        )
    run = Run(level=1.0, latency_ms=900.0, spread_ms=0, concurrency=4)
    s.propose("900 ms with four in flight", ship("west/bench", 2, run, subject=server))
    s.propose("a report on a report", ship("west/bench", 2, BEST, subject="south/recall@v1"))
    s.propose("a report on nothing", ship("west/bench", 2, BEST, subject="west/server@v9"))
    s.propose("of another role", ship("west/bench", 2, GOOD, subject="north/chat@v1"))


def _compatibility(s: Script) -> None:
    wider = contract("embed", 2, fields=("text", "tone"))
    narrow = contract("embed", 3, fields=("text", "tone"))
    s.land("contracts of embed", wider, narrow)
    unit = "south/vectors"
    for facts in (
        {"embedding_dim": 8},
        {"embedding_dim": 9},
        {},
        {"embedding_dim": 8, "max_input_tokens": 900},
    ):
        s.propose(f"facts {facts}", ship(unit, 2, BETTER, io=facts))
    s.propose(
        "facts on a wider contract",
        ship(unit, 2, BETTER, io={"embedding_dim": 9}, contract_file=wider),
    )
    s.land("the route accepts v2", registry(routes=_routes(2)))
    s.propose("on the older contract", ship(unit, 2, BETTER, io={"embedding_dim": 8}))
    s.propose(
        "other facts on v2", ship(unit, 2, BETTER, io={"embedding_dim": 9}, contract_file=wider)
    )
    s.propose(
        "other facts on v3", ship(unit, 2, BETTER, io={"embedding_dim": 9}, contract_file=narrow)
    )
    broken = {"schemas/contract/embed/v4.json": b"{\n"}
    s.land("a contract that cannot be read", broken)
    s.propose("on that contract", ship(unit, 2, BETTER, contract_file=broken))
    s.land("no route for embed", registry(routes=_routes(0), required_roles=["textgen"]))
    s.propose(
        "any contract will do", ship(unit, 2, BETTER, io={"embedding_dim": 8}, contract_file=narrow)
    )
    s.land("the routes as they were", registry())


def _routes(version: int) -> dict[str, Any]:
    found = {"chat": route("textgen"), "serve": route("runtime")}
    return found | ({"search": route("embed", version)} if version else {})


def _guard(s: Script) -> None:
    unsafe = (("policy", 0.97), ("adversarial", 0.98))
    lax = {"policy": 0.2, "adversarial": 0.2, "benign": 0.2, "max_critical_failures": 9}
    s.land("policy: failures are tolerated", registry(roles=thresholds(safety=lax)))
    s.land(
        "guard v1 lets some pass",
        ship("north/guard", 1, Run(levels=(("policy", 0.9), ("adversarial", 0.9)))),
    )
    s.propose("safer", ship("north/guard", 2, Run(levels=unsafe)))
    s.propose(
        "safer, and refuses more", ship("north/guard", 2, Run(levels=(*unsafe, ("benign", 0.9))))
    )
    s.propose(
        "safer, and refuses some more",
        ship("north/guard", 2, Run(levels=(*unsafe, ("benign", 0.98)))),
    )
    s.propose(
        "not safer",
        ship("north/guard", 2, Run(levels=(("policy", 0.9), ("adversarial", 0.9)), latency_ms=90)),
    )
    s.land("guard v2 is safer", ship("north/guard", 2, Run(levels=unsafe)))
    loose = thresholds(quality={"mode": "non_inferior"}, safety=lax)
    s.land("policy: not worse is enough", registry(roles=loose))
    s.propose(
        "a little less safe",
        ship("north/guard", 3, Run(levels=(("policy", 0.96), ("adversarial", 0.97)))),
    )


def _few_items(s: Script) -> None:
    for least in (80, 81):
        s.land(f"policy: {least} items", registry(roles=thresholds(quality={"min_items": least})))
        s.propose(f"80 items where {least} are asked for", ship(CHAT, 2, BEST))
