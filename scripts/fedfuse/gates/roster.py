"""Runs the gates that a shipment's role declares, and nothing else decides what runs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import chain

from fedfuse.gates import agreement, compatibility, latency, quality, safety
from fedfuse.gates.case import Case
from fedfuse.model.verdict import GateResult, Verdict, worst

GATES: Mapping[str, Callable[[Case], tuple[GateResult, ...]]] = {
    "quality": quality.judge,
    "latency": latency.judge,
    "safety": safety.judge,
    "compatibility": compatibility.judge,
    "agreement": agreement.judge,
}
"""Gate name to gate. The set gate is not here: it judges a release, not a shipment."""
_WITH_THRESHOLDS = frozenset({"quality", "latency", "safety", "agreement"})
_WAIVABLE = frozenset({"quality", "latency"})
"""Safety and compatibility are never waived."""


def judge(case: Case) -> tuple[GateResult, ...]:
    """Every gate of the role, in its order; an empty tuple for a role without gates.

    A gate without thresholds in registry.yaml fails. A waiver turns `fail` and `inconclusive` of
    quality and latency into `waived`, and the reason keeps the numbers. Never raises.
    """
    return tuple(chain.from_iterable(run(case, g) for g in case.shipment.manifest.role.gates))


def run(case: Case, gate: str) -> Iterable[GateResult]:
    """One gate by its name, with what `judge` says of thresholds and waivers. Never raises."""
    return (_no_thresholds(case, gate),) if _lacks(case, gate) else _waived(case, gate)


def overall(results: Iterable[GateResult]) -> Verdict:
    """The worst verdict decides; a shipment without gates passes."""
    return worst(result.verdict for result in results)


def _lacks(case: Case, gate: str) -> bool:
    return gate in _WITH_THRESHOLDS and getattr(case.policy, gate) is None


def _no_thresholds(case: Case, gate: str) -> GateResult:
    section = f"roles.{case.shipment.manifest.role.name}.{gate}"
    reason = f"registry.yaml has no section {section}, so there is nothing to judge by"
    return GateResult(gate, "thresholds", case.shipment.manifest.ref, Verdict.FAIL, reason=reason)


def _waived(case: Case, gate: str) -> Iterable[GateResult]:
    results = GATES[gate](case)
    if gate not in case.waived_gates & _WAIVABLE:
        return results
    return tuple(_waive(result) for result in results)


def _waive(result: GateResult) -> GateResult:
    if result.verdict not in {Verdict.FAIL, Verdict.INCONCLUSIVE}:
        return result
    reason = f"waived ({result.verdict.value} without the waiver): {result.reason}"
    return replace(result, verdict=Verdict.WAIVED, reason=reason)
