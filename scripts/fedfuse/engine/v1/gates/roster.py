"""Runs the gates that a shipment's role declares, and nothing else decides what runs."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

from fedfuse.engine.guide import GateGuide
from fedfuse.engine.v1.gates import (
    agreement,
    compatibility,
    fused_set,
    latency,
    quality,
    safety,
    table,
)
from fedfuse.engine.v1.gates.case import Case
from fedfuse.model.verdict import GateResult, Verdict

GATES = (
    *(quality.GATE, latency.GATE, safety.GATE, compatibility.GATE),
    *(agreement.GATE, table.GATE),
)
"""Every gate that judges a manifest. The set gate is not here: it judges a release."""
GUIDES: Mapping[str, GateGuide] = {
    **{gate.name: gate.guide for gate in GATES},
    "set": fused_set.GUIDE,
}
"""Gate name, as reports print it, to what people read about it."""
_BY_NAME = {gate.name: gate for gate in GATES}


def judge(case: Case) -> tuple[GateResult, ...]:
    """Every gate of the role, in its order; an empty tuple where no gate has a say.

    A gate without thresholds in registry.yaml fails. A waiver turns `fail` and `inconclusive` of
    quality and latency into `waived`, and the reason keeps the numbers. Raises as
    `thresholds` does.
    """
    return tuple(chain.from_iterable(run(case, g) for g in case.shipment.manifest.role.gates))


def run(case: Case, name: str) -> tuple[GateResult, ...]:
    """One gate by its name, with what `judge` says of thresholds and waivers."""
    gate = _BY_NAME[name]
    if gate.has_thresholds and name not in case.policy:
        return (_no_thresholds(case, name),)
    results = gate.judge(case)
    if not (gate.guide.waivable and name in case.waived_gates):
        return results
    return tuple(_waive(result) for result in results)


def _no_thresholds(case: Case, gate: str) -> GateResult:
    section = f"roles.{case.shipment.manifest.role.name}.{gate}"
    reason = f"registry.yaml has no section {section}, so there is nothing to judge by"
    return GateResult(gate, "thresholds", case.shipment.manifest.ref, Verdict.FAIL, reason=reason)


def _waive(result: GateResult) -> GateResult:
    if result.verdict not in {Verdict.FAIL, Verdict.INCONCLUSIVE}:
        return result
    reason = f"waived ({result.verdict.value} without the waiver): {result.reason}"
    return replace(result, verdict=Verdict.WAIVED, reason=reason)
