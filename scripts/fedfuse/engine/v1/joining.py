"""Whether a contract may take the place of another: to be a member, to answer, to vote."""

from collections.abc import Mapping
from typing import Any

from fedfuse.model.contract import ContractDocument

_VOTE: Mapping[str, Any] = {
    "type": "object",
    "properties": {"decision": {"enum": ["allow", "refuse"]}},
    "required": ["decision"],
}


def joins(accepted: ContractDocument | None, shipped: ContractDocument) -> bool:
    """Whether a shipment on a contract may be a member at once; otherwise it waits.

    It may on the version that the route table accepts, and on a newer one that is provably
    compatible with it. `accepted` is None when no route uses the role: nothing can break then.
    """
    if accepted is None or shipped.version == accepted.version:
        return True
    if shipped.version < accepted.version:
        return False
    return _compatible(accepted.document, shipped.document)


def answers(routed: ContractDocument | None, shipped: ContractDocument | None) -> bool:
    """Whether a unit on `shipped` may answer what a route sends on `routed`, whatever its role."""
    if routed is None or shipped is None:
        return False
    return routed == shipped or _compatible(_sides(routed), _sides(shipped))


def votes(shipped: ContractDocument | None) -> bool:
    """Whether every answer on a contract has a `decision`, which is `allow` or `refuse`."""
    if shipped is None:
        return False
    asked = {"request": True, "response": _VOTE}
    return _compatible(asked, {**_sides(shipped), "request": True})


def _sides(contract: ContractDocument) -> dict[str, Any]:
    return {k: v for k, v in contract.document.items() if k in {"request", "response"}}


def _compatible(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    from fedfuse.engine.v1.contract import Outcome, compare  # noqa: PLC0415 - seldom needed, and large

    return compare(old, new).outcome is Outcome.COMPATIBLE
