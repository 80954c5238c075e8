"""The release that a composed set of members would make."""

from datetime import UTC, datetime

from fedfuse.engine.interface import Snapshot
from fedfuse.model.composition import Composition
from fedfuse.model.report import IfMerged, MemberChange

_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def if_merged(composition: Composition, snapshot: Snapshot) -> IfMerged:
    """What landing the composed set on main would cut, beside the newest release.

    The snapshot is the one that composed the set.
    """
    released = composition.state.release
    before, after = released.members if released else {}, composition.members
    gate = snapshot.engine.judge_set(composition, snapshot)
    whole = not composition.missing_roles and gate.verdict.admits
    cut = snapshot.engine.next_release(composition, snapshot) if whole else None
    too_large = _too_large(composition, snapshot) if cut else ""
    cut = None if too_large else cut
    unchanged = "the set of members stays as it is" if whole else gate.reason
    return IfMerged(
        tag=f"{snapshot.registry().release_name}-v{cut.version}" if cut else "",
        bump=cut.bump.value if cut else "",
        members=tuple(f"{unit}@v{v}" for unit, v in sorted(after.items())),
        diff=tuple(
            MemberChange(unit, before.get(unit), after.get(unit))
            for unit in sorted({*before, *after})
            if before.get(unit) != after.get(unit)
        ),
        waiting=tuple((wait.ref, wait.reason) for wait in composition.waits),
        note="" if cut else too_large or unchanged,
    )


def _too_large(composition: Composition, snapshot: Snapshot) -> str:
    """Why the record would cut no release; whatever its commit and date, it has that size."""
    rules = snapshot.engine
    rendered = rules.record(composition, snapshot, commit="0" * 40, created=_ANY_TIME)
    return rules.oversize(rendered)
