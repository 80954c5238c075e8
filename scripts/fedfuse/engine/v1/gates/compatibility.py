"""The compatibility gate: what the nodes can consume today they can consume after the merge."""

import json
from collections.abc import Mapping
from typing import Any

from fedfuse.engine.guide import GateGuide
from fedfuse.engine.v1.contract import Comparison, Outcome, compare
from fedfuse.engine.v1.gates.case import Case
from fedfuse.engine.v1.gates.gate import Gate
from fedfuse.engine.v1.joining import joins
from fedfuse.model.contract import ContractDocument
from fedfuse.model.document import Pointer
from fedfuse.model.manifest import Contract
from fedfuse.model.role import Role
from fedfuse.model.verdict import GateResult, Verdict

_MAX_EXAMPLE = 240
"""Characters of a counterexample that a reason holds."""


def judge(case: Case) -> tuple[GateResult, ...]:
    """The contract is the accepted one or a newer one, and the io facts are the baseline's.

    Checks: `contract` and, where that passes, `io`. A newer contract that is not provably
    compatible passes, and its reason says that the shipment waits and shows the counterexample.
    Never raises.
    """
    contract, shipped = case.shipment.manifest.contract, case.shipped_contract
    if contract is None:
        return (_result(case, "contract", Verdict.FAIL, "the manifest names no contract"),)
    path = f"schemas/contract/{case.shipment.manifest.role.name}/v{contract.version}.json"
    if shipped is None or shipped.version != contract.version:
        return (_result(case, "contract", Verdict.FAIL, f"there is no {path} on main"),)
    if contract.sha256 != shipped.sha256:
        digests = f"the manifest says {contract.sha256}, the file has {shipped.sha256}"
        return (_result(case, "contract", Verdict.FAIL, f"{path} is another file: {digests}"),)
    verdict, reason = _against_accepted(case.accepted_contract, shipped)
    result = _result(case, "contract", verdict, reason)
    return (result, _io(case, contract, shipped)) if verdict is Verdict.PASS else (result,)


def _against_accepted(
    accepted: ContractDocument | None, shipped: ContractDocument
) -> tuple[Verdict, str]:
    if accepted is None:
        return Verdict.PASS, f"contract v{shipped.version}, and no route uses this role"
    if shipped.version == accepted.version:
        return Verdict.PASS, f"contract v{shipped.version}, the one the route table accepts"
    both = f"contract v{shipped.version}, while the route table accepts v{accepted.version}"
    if shipped.version < accepted.version:
        return Verdict.FAIL, f"{both}: ship on v{accepted.version} or newer"
    comparison = compare(accepted.document, shipped.document)
    if comparison.outcome is Outcome.COMPATIBLE:
        return Verdict.PASS, f"{both}: provably compatible, so it may join at once"
    wait = f"this waits until the route table accepts v{shipped.version}"
    return Verdict.PASS, f"{both}: {wait}, {_why(comparison)}"


def _why(comparison: Comparison) -> str:
    at = f" at {comparison.pointer}" if comparison.pointer else ""
    if comparison.outcome is Outcome.UNPROVEN:
        return f"for compatibility is not proven{at}: {comparison.reason}"
    return f"for {comparison.reason}{at}: {_shortened(comparison.counterexample)}"


def _shortened(text: str) -> str:
    if len(text) <= _MAX_EXAMPLE:
        return text
    return f"{text[:_MAX_EXAMPLE]}... ({len(text):,} characters)"


def _io(case: Case, contract: Contract, shipped: ContractDocument) -> GateResult:
    """Equal facts, wherever the shipment would take the baseline's place under the same routes."""
    accepted = case.accepted_io
    if accepted is None:
        return _result(case, "io", Verdict.PASS, "no earlier version whose facts it must keep")
    if not _takes_its_place(case, shipped):
        reason = f"the baseline is on another contract than v{shipped.version}: facts may differ"
        return _result(case, "io", Verdict.PASS, reason)
    names = sorted(accepted.keys() | contract.io.keys())
    changed = [name for name in names if accepted.get(name) != contract.io.get(name)]
    if not changed:
        facts = ", ".join(names) or "nothing declared"
        return _result(case, "io", Verdict.PASS, f"equal to the baseline's: {facts}")
    listed = "; ".join(
        f"{name} is {_shown(contract.io, name)}, the baseline's is {_shown(accepted, name)}"
        for name in changed
    )
    return _result(case, "io", Verdict.FAIL, f"{listed}: a change needs a new contract version")


def _takes_its_place(case: Case, shipped: ContractDocument) -> bool:
    """On the baseline's contract version, or both where the accepted one is served."""
    before = case.baseline.manifest.contract if case.baseline else None
    accepted = case.accepted_contract
    if before is None or before.version == shipped.version:
        return True
    if accepted is None or before.version < accepted.version:
        return False
    return joins(accepted, shipped)


def _shown(facts: Mapping[str, Any], name: str) -> str:
    return _shortened(json.dumps(facts[name])) if name in facts else "missing"


def _result(case: Case, check: str, verdict: Verdict, reason: str) -> GateResult:
    return GateResult("compatibility", check, case.shipment.manifest.ref, verdict, reason=reason)


def _place(check: str, _: Role) -> Pointer:
    return ("contract", "io") if check == "io" else ("contract",)


_GUIDE = GateGuide(
    rule="The manifest's contract is the version that the route table accepts, or a newer one. A "
    "newer one joins at once when it is provably compatible: it accepts every request that "
    "the old one accepts and gives no response that the old one does not allow. Otherwise the "
    "shipment is admitted and waits until the routes accept its version. The `io` facts "
    "(embedding_dim, tokenizer_sha256, labels, max_input_tokens) equal the baseline's.",
    why="Nodes call a release through the contract alone. A field that disappears, or vectors of "
    "another length, break every one of them at the moment of the promotion.",
    fix="For `contract`: ship on the accepted version, or keep the new one and let a tool pull "
    "request move the routes once every role has shipped on it; the counterexample in the "
    "reason is a request or response on which the versions part. For `io`: restore the fact, "
    "or add a contract version that says it. Compatibility is never waived.",
    verdicts={
        Verdict.PASS: "it may join, or the reason says what it waits for",
        Verdict.FAIL: "unknown, older or altered contract, or other io facts",
    },
    next_step="change what the reason names",
    place=_place,
)

GATE = Gate(
    "compatibility",
    judge,
    _GUIDE,
    has_thresholds=False,
)
