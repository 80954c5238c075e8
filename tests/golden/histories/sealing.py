"""A sealed suite: measured on, retired, published, and named where it must not be."""

import json
from typing import Any

from tests.golden.files import Files, digest, evaluate, event, ship, suite, text
from tests.golden.histories.beginning import BETTER, GOOD, first_release
from tests.golden.registry import NAME, Script, founded, registry
from tests.golden.runs import PARTS, Run, items

_OUTLINE = "outline.jsonl"


def sealing() -> Script:
    """A sealed suite: measured on, retired, published, and named where it must not be."""
    s = founded("sealing")
    first_release(s)
    s.land("chat v2", ship("north/chat", 2, BETTER))
    s.land("an evaluator", _public(1), _evaluator(1))
    chat = "north/chat@v2"
    s.land("1.0.0 serves: chat v1", event(1, "promote", release=f"{NAME}-v1.0.0"))
    s.land("the registry passes chat v2", evaluate(chat, "registry", 1, BETTER, edit=_on(1)))
    slow = Run(level=0.97, latency_ms=400)
    s.land("a slow endpoint settles nothing", evaluate(chat, "registry", 2, slow, edit=_on(1)))
    chat_v1 = evaluate("north/chat@v1", "registry", 1, Run(level=0.94), edit=_on(1))
    s.land("chat v1 is as good on what neither has seen", chat_v1)
    s.land(
        "and then it is not",
        evaluate("north/chat@v1", "registry", 2, Run(level=0.8), edit=_on(1)),
    )
    s.land(
        "vectors v1 and server v1",
        evaluate("south/vectors@v1", "registry", 1, GOOD, edit=_on(1)),
        evaluate("west/server@v1", "registry", 1, GOOD, edit=_on(1)),
    )
    s.land(
        "chat v1 is withdrawn while it serves",
        event(2, "yank", version="north/chat@v1", reason="a test"),
    )
    s.land("and on the public suite", evaluate(chat, "registry", 3, BETTER))
    s.land("a provider may not", evaluate(chat, "south", 1, GOOD, edit=_on(1)))
    s.land("nor may a manifest", ship("north/chat", 3, BETTER, edit=_on(1)))
    beside = Run(level=0.95, latency_ms=122, baseline_ms=125)
    s.land(
        "beside a version that was not measured there",
        evaluate(chat, "registry", 4, beside, baseline="north/chat@v1", edit=_on(1)),
    )
    s.land("server v2", ship("west/server", 2, BETTER))
    s.land("its report", ship("west/bench", 2, BETTER, subject="west/server@v2"))
    s.land(
        "server v2 is poor on what it has never seen: revoked",
        evaluate("west/server@v2", "registry", 1, Run(level=0.4), edit=_on(1)),
    )
    s.land("the next suite", _public(2), _evaluator(2))
    s.land("the old one does not count any more", evaluate(chat, "registry", 5, edit=_on(1)))
    s.land("chat v2 on the next one", evaluate(chat, "registry", 6, Run(level=0.9), edit=_on(2)))
    s.land("the old one is published", _parts(1))
    s.land("chat v4", ship("north/chat", 4, Run(level=0.99)))
    s.land("the next one is published while it is in use", _parts(2))
    s.land("nothing can be judged on it", evaluate(chat, "registry", 7, edit=_on(2)))
    s.land("the public suite goes on", evaluate(chat, "registry", 8, Run(level=0.96)))
    return s


def _parts(version: int) -> Files:
    """The items that are kept until a suite retires: each version has a salt of its own."""
    files: Files = {}
    for part in PARTS:
        first, *rest = items(part)
        lines = ({**first, "salt": str(version)}, *rest)
        written = "".join(f"{json.dumps(line)}\n" for line in lines)
        files[f"schemas/suites/sealed/v{version}/{part}.jsonl"] = written.encode()
    return files


def _public(version: int) -> Files:
    folder, parts = f"schemas/suites/sealed/v{version}", _parts(version)
    outline = "".join(
        f"{json.dumps({**item, 'part': part})}\n" for part in PARTS for item in items(part)
    ).encode()
    (whole,) = (data for path, data in suite().items() if path.endswith(".yaml"))
    document = json.loads(whole)
    del document["generator"]
    document |= {"name": "sealed", "version": version}
    document["sealed"] = {"file": _OUTLINE, "sha256": digest(outline)}
    for pin in document["parts"].values():
        pin["sha256"] = digest(parts[f"{folder}/{pin['file']}"])
    return {f"{folder}/suite.yaml": text(document), f"{folder}/{_OUTLINE}": outline}


def _evaluator(version: int) -> Files:
    return registry(evaluator={"suite": {"name": "sealed", "version": version}})


def _on(version: int) -> Any:
    about = _public(version)[f"schemas/suites/sealed/v{version}/suite.yaml"]

    def edit(document: dict[str, Any]) -> None:
        named = {"name": "sealed", "version": version, "sha256": digest(about)}
        document["evaluation"]["suite"] = named

    return edit
