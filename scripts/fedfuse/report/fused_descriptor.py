"""What `fedfuse fuse` decided: the choice per role, or the findings that stand against one."""

from collections.abc import Iterator, Mapping
from typing import Any

from fedfuse.model.fused_descriptor import Fused
from fedfuse.report.blocks import Block, Code, Content, Lines, Paragraph, Table
from fedfuse.report.findings import problems
from fedfuse.report.json_values import json_value


def blocks(fused: Fused) -> tuple[Block, ...]:
    """A row per artifact that was offered, or the problems."""
    if not fused.descriptor:
        return (problems(fused.findings),)
    rows = [*_rows(fused.descriptor)]
    columns = ("role", "artifact", "outcome", "figures")
    return Paragraph(Code(fused.descriptor["name"])), Table(columns, rows)


def fields(fused: Fused) -> dict[str, Any]:
    """`{verdict, findings, descriptor}` as JSON values; a refusal has no descriptor."""
    verdict = "pass" if fused.descriptor else "fail"
    findings = json_value(fused.findings)
    return {"verdict": verdict, "findings": findings, "descriptor": fused.descriptor}


def _rows(descriptor: Mapping[str, Any]) -> Iterator[tuple[Content, ...]]:
    for role, slot in descriptor["roles"].items():
        chosen = slot["artifact"]
        outcome = f"chosen from {slot['provider']}, score {chosen['score']}"
        gates = tuple(f"{one['gate']} {one['verdict']}: {one['reason']}" for one in chosen["gates"])
        yield role, Code(chosen["id"]), outcome, Lines(gates)
        for other in slot["outranked"]:
            yield role, Code(other["id"]), f"not chosen, score {other['score']}", ""
        for other in slot["refused"]:
            yield role, Code(other["id"]), "refused", Lines(tuple(other["reasons"]))
