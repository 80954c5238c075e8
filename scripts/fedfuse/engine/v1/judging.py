"""What judges a change, gathered so that the face can load it when it is asked for."""

from fedfuse.engine.v1.admission.evaluation_rules import read as read_evaluation
from fedfuse.engine.v1.admission.evidence_csv import parse as parse_evidence
from fedfuse.engine.v1.admission.manifest import read as read_manifest
from fedfuse.engine.v1.admission.secrets import scan as leaks
from fedfuse.engine.v1.gates.roster import GUIDES
from fedfuse.engine.v1.judge import judge, sealed
from fedfuse.engine.v1.metrics import metrics
from fedfuse.engine.v1.stats.paired import compare

__all__ = [
    "GUIDES",
    "compare",
    "judge",
    "leaks",
    "metrics",
    "parse_evidence",
    "read_evaluation",
    "read_manifest",
    "sealed",
]
