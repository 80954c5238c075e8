"""The face of engine 1: all that the rest of the tool may use of it (`interface.Engine`)."""

from typing import TYPE_CHECKING

from fedfuse.engine.v1.composing import compose, joins, judge_set
from fedfuse.engine.v1.cutting import oversize, record
from fedfuse.engine.v1.events import apply, counts, event, events
from fedfuse.engine.v1.fixed import fixed_findings
from fedfuse.engine.v1.fold import admit, tick
from fedfuse.engine.v1.next_release import next_release
from fedfuse.engine.v1.resume import resume
from fedfuse.engine.v1.roles import ROLES
from fedfuse.engine.v1.serving import serve, serving, warm_behind
from fedfuse.engine.v1.shape import shape_findings, shape_of
from fedfuse.engine.v1.snapshot import Snapshot as snapshot  # noqa: N813 - called as a function

if TYPE_CHECKING:
    from fedfuse.engine.v1.judging import (
        GUIDES,
        compare,
        judge,
        leaks,
        metrics,
        parse_evidence,
        read_evaluation,
        read_manifest,
        sealed,
    )

__all__ = [
    "GUIDES",
    "NUMBER",
    "ROLES",
    "admit",
    "apply",
    "compare",
    "compose",
    "counts",
    "event",
    "events",
    "fixed_findings",
    "joins",
    "judge",
    "judge_set",
    "leaks",
    "metrics",
    "next_release",
    "oversize",
    "parse_evidence",
    "read_evaluation",
    "read_manifest",
    "record",
    "resume",
    "sealed",
    "serve",
    "serving",
    "shape_findings",
    "shape_of",
    "snapshot",
    "tick",
    "warm_behind",
]

NUMBER = 1


def __getattr__(name: str) -> object:
    """What judges is loaded when it is first asked for: most commands start sooner without it."""
    if name not in __all__:
        raise AttributeError(name)
    from fedfuse.engine.v1 import judging  # noqa: PLC0415 - gates, statistics and contracts are large

    return getattr(judging, name)
