"""How an Evaluation is judged: by the floors and caps of its subject's role, on new evidence."""

from dataclasses import replace

from fedfuse.engine.v1.gates import agreement, roster
from fedfuse.engine.v1.gates.case import Case
from fedfuse.engine.v1.gates.gate import thresholds
from fedfuse.model.judgement import Measured
from fedfuse.model.verdict import GateResult, Verdict

_MEASURED = frozenset({"quality", "latency", "safety"})
"""Gates that judge evidence: no bytes are shipped, so there is nothing to be compatible."""
_PAIRED = frozenset({"quality", "safety"})
"""Gates that compare two runs of their own; timings are compared within one run only."""
_COMPARED = frozenset({"baseline", "baseline-quality", "categories"})
_OF_THE_RUN = frozenset({"pricing", "thresholds"})
"""Checks that say nothing of the version: the run is badly priced, or there is no rule for it."""
_DEFAULT = agreement.AgreementPolicy(agree_quality=0.01, agree_ratio=0.25)
"""Where the role's policy has no agreement section: as reports are held to it."""


def judge(case: Case, *, own: Measured | None, independent: bool) -> tuple[GateResult, ...]:
    """The measured version still keeps the floors and caps of its role.

    The case's shipment is the subject with the new metrics and evidence. It is compared with
    `case.baseline` only, and not at all without one. `own` is its provider's first run on this
    suite, None when there is none, which any run has to agree with as a report does. An
    independent run that disagrees fails; the provider's own is inconclusive, so that nobody lowers
    the mark for a next version. Inconclusive is also a run whose price is too old, or whose role
    lost its thresholds, and an independent one that is too slow or too dear: where others serve a
    version says nothing of what its provider serves. Raises as `thresholds` does.
    """
    gates = [gate for gate in case.shipment.manifest.role.gates if gate in _MEASURED]
    found = [one for gate in gates for one in roster.run(case, gate)]
    results = [_of_the_version(one, elsewhere=independent) for one in found]
    if case.baseline is None:
        results = [one for one in results if one.check not in _COMPARED]
    policy = thresholds(agreement.AgreementPolicy, case, "agreement") or _DEFAULT
    agreed = agreement.between(case, own, policy) if own else ()
    return (*results, *(one if independent else _unsettled(one) for one in agreed))


def compare(case: Case) -> tuple[GateResult, ...]:
    """Only what the subject's role compares item by item with the case's baseline.

    Raises as `thresholds` does.
    """
    gates = [gate for gate in case.shipment.manifest.role.gates if gate in _PAIRED]
    results = (one for gate in gates for one in roster.run(case, gate))
    return tuple(one for one in results if one.check in _COMPARED or one.check == "thresholds")


def _of_the_version(result: GateResult, *, elsewhere: bool) -> GateResult:
    of_the_run = result.check in _OF_THE_RUN or (elsewhere and result.gate == "latency")
    return _unsettled(result) if of_the_run else result


def _unsettled(result: GateResult) -> GateResult:
    failed = result.verdict is Verdict.FAIL
    return replace(result, verdict=Verdict.INCONCLUSIVE) if failed else result
