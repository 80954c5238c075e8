"""The table gate: the figures of a report about data lie within the bounds of registry.yaml."""

from collections.abc import Mapping

from fedfuse.engine.guide import GateGuide
from fedfuse.engine.v1.gates.case import Case
from fedfuse.engine.v1.gates.gate import Gate
from fedfuse.model.document import Pointer
from fedfuse.model.number_text import number_text
from fedfuse.model.role import Role
from fedfuse.model.verdict import GateResult, Verdict


def judge(case: Case) -> tuple[GateResult, ...]:
    """Every figure that the policy bounds is in the table, within its bounds; both count as within.

    A check a figure, in order of their names; `limit` is the bound that is broken, else the upper
    one where there is one. Empty where the role has no bounds. Never raises.
    """
    bounds = case.policy.get("table", {})
    return tuple(_judge(case, figure, bounds[figure]) for figure in sorted(bounds))


def _judge(case: Case, figure: str, bounds: Mapping[str, float]) -> GateResult:
    manifest = case.shipment.manifest
    value, low, high = manifest.table.get(figure), bounds.get("min"), bounds.get("max")
    wanted = ", ".join(f"{name} {number_text(bound)}" for name, bound in sorted(bounds.items()))
    if value is None:
        reason = f"the table has no {figure}, limit {wanted}"
        return GateResult("table", figure, manifest.ref, Verdict.NO_EVIDENCE, reason=reason)
    too_low = low is not None and value < low
    passed = not too_low and (high is None or value <= high)
    return GateResult(
        "table",
        figure,
        manifest.ref,
        Verdict.PASS if passed else Verdict.FAIL,
        observed=value,
        limit=low if too_low or high is None else high,
        reason=f"{figure} {number_text(value)}, limit {wanted}",
    )


def _place(check: str, _: Role) -> Pointer:
    return ("table", check)


GATE = Gate(
    "table",
    judge,
    GateGuide(
        rule="Every figure that `table` in registry.yaml bounds is in the report's table, at least "
        "`min` and at most `max`. Without that section a report about data is admitted as it is.",
        why="Models are trained on data that nobody else sees. The table is all that a registry "
        "knows of duplicates, personal data and leaked test items in it.",
        fix="After `fail`, clean the data and ship the report on it as the next version. After "
        "`no-evidence`, measure the figure that the reason names as well.",
        verdicts={
            Verdict.PASS: "the figure lies within its bounds",
            Verdict.NO_EVIDENCE: "the table lacks the figure",
            Verdict.FAIL: "the figure lies outside its bounds",
        },
        next_step="clean the data, or measure the missing figure",
        place=_place,
    ),
    has_thresholds=False,
)
