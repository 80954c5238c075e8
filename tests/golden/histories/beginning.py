"""How every golden history begins."""

from collections.abc import Callable
from typing import Any

from tests.golden.files import ship
from tests.golden.registry import Script
from tests.golden.runs import Run

GOOD, BETTER, BEST = Run(), Run(level=0.95), Run(level=1.0)


def first_release(script: Script) -> None:
    """Land three models and two reports: the first release is cut by the last of them."""
    script.land("chat v1", ship("north/chat", 1, edit=stands_on("org/base")))
    vectors = ship("south/vectors", 1, io={"embedding_dim": 8})
    script.land("vectors v1 waits for its report", vectors)
    script.land("recall v1 covers vectors v1", ship("south/recall", 1, subject="south/vectors@v1"))
    script.land("server v1", ship("west/server", 1))
    script.land("bench v1: the first release", ship("west/bench", 1, subject="west/server@v1"))


def stands_on(model: str) -> Callable[[dict[str, Any]], object]:
    """An edit that names the base model of an artifact."""
    return lambda d: d["artifact"].update(base_model={"id": model, "revision": "b" * 40})
