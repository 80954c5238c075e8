"""The face of engine 1: all that the rest of the tool may use of it (`interface.Engine`)."""

from fedfuse.engine.v1.admission.evaluation_rules import read as read_evaluation
from fedfuse.engine.v1.admission.evidence_csv import parse as parse_evidence
from fedfuse.engine.v1.admission.manifest import read as read_manifest
from fedfuse.engine.v1.admission.secrets import scan as leaks
from fedfuse.engine.v1.composing import compose, joins, judge_set
from fedfuse.engine.v1.cutting import record
from fedfuse.engine.v1.events import apply, counts, event, events
from fedfuse.engine.v1.fold import admit, tick
from fedfuse.engine.v1.gates.roster import GUIDES
from fedfuse.engine.v1.judge import judge
from fedfuse.engine.v1.metrics import metrics
from fedfuse.engine.v1.next_release import next_release
from fedfuse.engine.v1.resume import resume
from fedfuse.engine.v1.roles import ROLES
from fedfuse.engine.v1.serving import serve, serving, warm_behind
from fedfuse.engine.v1.shape import shape_findings, shape_of
from fedfuse.engine.v1.snapshot import Snapshot as snapshot  # noqa: N813 - called as a function

__all__ = [
    "GUIDES",
    "NUMBER",
    "ROLES",
    "admit",
    "apply",
    "compose",
    "counts",
    "event",
    "events",
    "joins",
    "judge",
    "judge_set",
    "leaks",
    "metrics",
    "next_release",
    "parse_evidence",
    "read_evaluation",
    "read_manifest",
    "record",
    "resume",
    "serve",
    "serving",
    "shape_findings",
    "shape_of",
    "snapshot",
    "tick",
    "warm_behind",
]

NUMBER = 1
