"""Judged pull requests; only the value that matters is written at the call."""

from collections.abc import Sequence

from tests.unit.report.builders import AT, BASE, HEAD

from fedfuse.model.candidates import Candidate, Candidates
from fedfuse.model.change import Shape
from fedfuse.model.report import IfMerged, MemberChange


def candidate(
    number: int, *, problems: Sequence[str] = (), kind: Shape | None = Shape.MANIFEST
) -> Candidate:
    """A pull request of acme/registry that joins unless it has problems."""
    url = f"https://github.com/acme/registry/pull/{number}"
    return Candidate(f"#{number}", HEAD, kind, tuple(problems), number, url)


def candidates(*found: Candidate) -> Candidates:
    """What they make: a patch release of one unit if one of them joins, else nothing."""
    nothing = IfMerged("", "", (), (), (), "the set of members stays as it is")
    unit, name = "hf/textgen-lora", "acme-ai-federated-v1.0.1"
    patch = IfMerged(name, "patch", (f"{unit}@v2",), (MemberChange(unit, 1, 2),), ())
    joins = any(not one.problems for one in found)
    return Candidates(BASE, AT, found, patch if joins else nothing)
