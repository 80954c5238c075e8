"""Evaluations of every kind, and a suite that leaves the evidence behind."""

from typing import Any

from tests.golden.files import Files, digest, evaluate, ship, suite
from tests.golden.histories.beginning import BEST, BETTER, GOOD, first_release
from tests.golden.registry import Script, founded, registry, thresholds
from tests.golden.runs import Run


def measurements() -> Script:
    """Evaluations of every kind, and a suite that leaves the evidence behind."""
    s = founded("measurements")
    first_release(s)
    s.land("chat v2", ship("north/chat", 2, BETTER))
    _opinions(s)
    _revocations(s)
    _refused_evaluations(s)
    _new_suite(s)
    return s


def _opinions(s: Script) -> None:
    chat = "north/chat@v2"
    s.land("the registry agrees", evaluate(chat, "registry", 1, Run(level=0.95, latency_ms=118)))
    s.land("its own provider agrees", evaluate(chat, "north", 1, Run(level=0.95, latency_ms=130)))
    s.land("another disagrees: only recorded", evaluate(chat, "south", 1, GOOD))
    s.land(
        "on another machine time does not count",
        evaluate(chat, "west", 1, Run(level=0.95, latency_ms=200), edit=_machine),
    )
    s.land(
        "the same machine, too slow to agree",
        evaluate(chat, "west", 2, Run(level=0.95, latency_ms=200)),
    )
    s.land(
        "its own worse run settles nothing",
        evaluate(chat, "north", 2, Run(level=0.86, latency_ms=131)),
    )
    s.land(
        "an old price settles nothing",
        evaluate(chat, "registry", 2, Run(level=0.95, latency_ms=119), edit=_old_price),
    )
    beside = Run(level=0.95, latency_ms=122, baseline_ms=125)
    s.land(
        "beside an earlier version", evaluate(chat, "registry", 3, beside, baseline="north/chat@v1")
    )
    s.land("chat v3 has to beat what the registry measured", ship("north/chat", 3, BEST))


def _revocations(s: Script) -> None:
    s.land(
        "vectors v2",
        ship("south/vectors", 2, BETTER, io={"embedding_dim": 8}),
        ship("south/recall", 2, BETTER, subject="south/vectors@v2"),
    )
    s.land(
        "the registry finds vectors v2 poor: revoked",
        evaluate("south/vectors@v2", "registry", 1, Run(level=0.4)),
    )
    s.land("and measures it no more", evaluate("south/vectors@v2", "registry", 2, BEST))
    s.land(
        "server v1 fails its provider's own run: revoked",
        evaluate("west/server@v1", "west", 1, Run(levels=(("policy", 0.6),))),
    )
    s.land(
        "server v2",
        ship("west/server", 2, BETTER),
        ship("west/bench", 2, BETTER, subject="west/server@v2"),
    )


def _machine(document: dict[str, Any]) -> None:
    document["evaluation"]["hardware"]["accelerator"] = "8xH100"


def _old_price(document: dict[str, Any]) -> None:
    document["evaluation"]["pricing"]["as_of"] = "2026-01-01"


def _refused_evaluations(s: Script) -> None:
    chat = "north/chat@v2"
    s.propose("E440", evaluate(chat, "registry", 4, edit=lambda d: d.update(number=5)))
    s.propose("E441", evaluate(chat, "nobody", 1))
    s.propose("E442", evaluate(chat, "registry", 9))
    s.propose("E443", evaluate("north/chat@v77", "registry", 1))
    s.propose("E443, a report", evaluate("south/recall@v1", "registry", 1))
    s.propose("E444", evaluate("west/server@v1", "registry", 1))
    paired = Run(level=0.95, latency_ms=123, baseline_ms=120)
    s.propose(
        "E419, a later version", evaluate(chat, "registry", 4, paired, baseline="north/chat@v3")
    )
    s.propose(
        "E419, another unit", evaluate(chat, "registry", 4, paired, baseline="north/guard@v1")
    )
    s.propose(
        "E419, no latencies",
        evaluate(chat, "registry", 4, Run(level=0.9), baseline="north/chat@v1"),
    )
    again = evaluate(chat, "registry", 4, BETTER)
    copied = ship("north/chat", 2, BETTER)["manifests/north/chat/v2.evidence.csv"]
    s.propose("E413", _with_evidence(again, copied))
    first = evaluate(chat, "registry", 1, Run(level=0.95, latency_ms=118))
    (theirs,) = (data for path, data in first.items() if path.endswith(".csv"))
    s.propose("E413, of another", _with_evidence(evaluate(chat, "south", 2, BETTER), theirs))


def _with_evidence(files: Files, csv: bytes) -> Files:
    """The same files, but with other evidence, rightly declared by its digest."""
    found = dict(files)
    (old,) = (path for path in files if path.endswith(".csv"))
    (document,) = (path for path in files if path.endswith(".yaml"))
    found[document] = files[document].replace(digest(files[old]).encode(), digest(csv).encode())
    found[old] = csv
    return found


def _new_suite(s: Script) -> None:
    s.land("suite v2", suite(2))
    s.land("suite v2 is canonical", registry(suite={"name": "canonical", "version": 2}))
    s.land("chat v4: its baseline has no evidence", ship("north/chat", 4, BEST, suite_version=2))
    s.land("chat v5 on the old suite", ship("north/chat", 5, BEST))
    own = Run(level=1.0, latency_ms=125)
    s.land(
        "an Evaluation of chat v3 on suite v2",
        evaluate("north/chat@v3", "north", 1, own, suite_version=2),
    )
    s.land(
        "chat v6 is compared again",
        ship("north/chat", 6, Run(level=1.0, latency_ms=126), suite_version=2),
    )
    s.land(
        "a second one changes nothing",
        evaluate("north/chat@v3", "north", 2, Run(level=0.985, latency_ms=127), suite_version=2),
    )
    s.land(
        "another's run is held to the first",
        evaluate("north/chat@v3", "south", 1, Run(level=0.985, latency_ms=128), suite_version=2),
    )
    bare = {name: section for name, section in thresholds().items() if name == "embed"}
    s.land(
        "policy: thresholds are gone",
        registry(suite={"name": "canonical", "version": 2}, roles=bare),
    )
    s.land("chat v7 has no thresholds", ship("north/chat", 7, BEST, suite_version=2))
    s.land(
        "an Evaluation without thresholds",
        evaluate("north/chat@v3", "registry", 1, own, suite_version=2),
    )
    s.land(
        "a report without thresholds",
        ship(
            "west/bench",
            3,
            Run(level=0.95, latency_ms=121),
            subject="west/server@v2",
            suite_version=2,
        ),
    )
    s.land("suite v3 is not whole", suite(3, edit=lambda d: d["parts"]["quality"].update(items=79)))
    s.land("suite v3 is canonical", registry(suite={"name": "canonical", "version": 3}))
    s.land("nothing can be judged by it", ship("north/chat", 8, BEST, suite_version=3))
