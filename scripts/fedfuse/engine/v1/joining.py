"""Whether a version on a contract may be a member at once."""

from fedfuse.model.contract import ContractDocument


def joins(accepted: ContractDocument | None, shipped: ContractDocument) -> bool:
    """Whether a shipment on a contract may be a member at once; otherwise it waits.

    It may on the version that the route table accepts, and on a newer one that is provably
    compatible with it. `accepted` is None when no route uses the role: nothing can break then.
    """
    if accepted is None or shipped.version == accepted.version:
        return True
    if shipped.version < accepted.version:
        return False
    from fedfuse.engine.v1.contract import Outcome, compare  # noqa: PLC0415 - seldom needed, and large

    return compare(accepted.document, shipped.document).outcome is Outcome.COMPATIBLE
