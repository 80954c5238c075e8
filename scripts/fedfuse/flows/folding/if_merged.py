"""The release that a composed set of members would make."""

from fedfuse.flows.folding.ledger import differs
from fedfuse.flows.judging.composing import Composed
from fedfuse.fusion import fold, record
from fedfuse.model.registry import Registry
from fedfuse.model.report import IfMerged, MemberChange


def if_merged(composed: Composed, registry: Registry) -> IfMerged:
    """What landing the composed set on main would cut, beside the newest release."""
    composition = composed.composition
    before = composition.state.release.members if composition.state.release else {}
    after = composition.members
    cut = composed.cuts_release and differs(composition, registry)
    kind, _ = fold.bump(composition.state, composition, fold.fusion_section(registry.fusion))
    version = record.next_version(composition.state, kind)
    return IfMerged(
        tag=f"{registry.release_name}-v{version}" if cut else "",
        bump=kind.value if cut else "",
        members=tuple(f"{unit}@v{v}" for unit, v in sorted(after.items())),
        diff=tuple(
            MemberChange(unit, before.get(unit), after.get(unit))
            for unit in sorted({*before, *after})
            if before.get(unit) != after.get(unit)
        ),
        waiting=tuple((wait.ref, wait.reason) for wait in composition.waits),
        note="" if cut else _no_release(composed),
    )


def _no_release(composed: Composed) -> str:
    missing = composed.composition.missing_roles
    if missing or not composed.set_gate.verdict.admits:
        return composed.set_gate.reason
    return "the set of members stays as it is"
