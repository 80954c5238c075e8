"""The registry that hostile files are put into."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from tests.golden.files import UNITS, evaluate, event, ship
from tests.golden.registry import NAME, founded
from tests.golden.runs import Run

SUBJECTS = {"south/recall": "south/vectors@v1", "west/bench": "west/server@v1"}
TAG = f"{NAME}-v1.0.0"
_EVENTS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("hold", {"reason": "a test"}),
    ("lift", {"hold": 1, "reason": "it is over"}),
    ("promote", {"release": TAG}),
    ("rollback", {"from_": TAG, "to": TAG, "reason": "slow"}),
    ("yank", {"version": "north/chat@v1", "reason": "wrong bytes"}),
    (
        "waive",
        {
            "gate": "latency",
            "manifest_sha256": "a" * 64,
            "expires": "2026-12-24T00:00:00Z",
            "reason": "the machine is new",
        },
    ),
)


@cache
def registry() -> Mapping[str, bytes]:
    """Policy, schemas, suite, contracts and one shipment of every unit."""
    files = {path: data for path, data in founded("fuzz").steps[0].files.items() if data}
    for unit in UNITS:
        files |= ship(unit, 1, subject=SUBJECTS.get(unit, ""))
    return files


@cache
def shipments() -> tuple[Mapping[str, bytes], ...]:
    """Changes that add a second version of a unit, or an Evaluation."""
    better, graded = Run(level=0.95, luck="b", baseline_ms=121), Run(level=0.9, graded=True)
    return (
        ship("north/chat", 2, better, baseline="north/chat@v1"),
        ship("north/guard", 2, better, baseline="north/guard@v1"),
        ship("south/vectors", 2, graded),
        ship("south/recall", 2, subject="south/vectors@v1"),
        ship("south/table", 2),
        evaluate("north/chat@v1", "registry", 1, Run(level=0.86, luck="c")),
    )


@cache
def events() -> tuple[bytes, ...]:
    """One event of each kind, all with the number 1."""
    return tuple(next(iter(event(1, kind, **fields).values())) for kind, fields in _EVENTS)
