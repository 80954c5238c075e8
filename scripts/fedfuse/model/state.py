"""The state of the fold: what every unit has admitted, what waits, what the newest release is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from fedfuse.model.admissions import ANCHOR, Admissions
from fedfuse.model.evaluation import Outcome
from fedfuse.model.verdict import GateResult, Verdict
from fedfuse.model.version import Version, split_ref


@dataclass(frozen=True, slots=True)
class Waiting:
    """An admitted version that is not a member yet."""

    version: int
    report: str = ""
    """`provider/unit@vN` of the admitted report that covers it, or empty."""


@dataclass(frozen=True, slots=True)
class UnitState:
    """One unit: its member and what came after it."""

    role: str
    member: int | None = None
    """Version in the newest composed set."""
    waiting: tuple[Waiting, ...] = ()
    """The newest admitted versions above the member, ascending."""
    report: str = ""
    """The report that covers the member, or empty."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A maintainer's word that one gate may be missed by one manifest until a time."""

    gate: str
    manifest_sha256: str
    expires: datetime
    unit: str = ""
    """The only unit it counts for, as its opener was judged by that; empty: any."""

    def covers(self, *, unit: str, manifest_sha256: str, now: datetime) -> bool:
        """Whether it counts for these very bytes of this unit at this time."""
        return (
            self.manifest_sha256 == manifest_sha256
            and self.unit in {"", unit}
            and self.expires > now
        )


@dataclass(frozen=True, slots=True)
class Released:
    """The newest release, as far as the next one needs it."""

    engine: int
    """Number of the engine that cut it."""
    tag: str
    version: Version
    tag_object: str
    commit: str
    content_id: str
    namespace: str
    """First part of the id of every manifest."""
    members: Mapping[str, int]
    fusion: Mapping[str, Any]
    created: datetime

    @property
    def release_name(self) -> str:
        """What every tag of the registry begins with."""
        return self.tag.removesuffix(f"-v{self.version}")


@dataclass(frozen=True, slots=True)
class State:
    """Everything the next commit is judged against, beside the tree itself."""

    units: Mapping[str, UnitState] = field(default_factory=dict)
    yanked: frozenset[str] = frozenset()
    revoked: frozenset[str] = frozenset()
    waivers: tuple[Waiver, ...] = ()
    admissions: Mapping[str, Admissions] = field(default_factory=dict)
    """What was ever admitted, by unit; of units too that registry.yaml lists no more."""
    verdicts: Mapping[str, tuple[GateResult, ...]] = field(default_factory=dict)
    """Outcomes of the versions of track `release` admitted since the newest release, by ref."""
    judged: str = ""
    """Digest over the outcomes of all that was admitted since the newest release."""
    evaluations: Mapping[str, tuple[Outcome, ...]] = field(default_factory=dict)
    """What every Evaluation on main came to, oldest first, by the ref that it measured."""
    clock: datetime | None = None
    """Latest committer date seen; it never runs backwards."""
    release: Released | None = None

    def unit(self, unit: str, role: str) -> UnitState:
        """The state of a unit, fresh when it never shipped."""
        return self.units.get(unit) or UnitState(role)

    def with_unit(self, unit: str, state: UnitState) -> "State":
        """The same state with one unit replaced."""
        return replace(self, units={**self.units, unit: state})

    def unusable(self, ref: str) -> bool:
        """Whether a version was yanked or revoked."""
        return ref in self.yanked or ref in self.revoked

    def binds(self, ref: str, unit: str) -> bool:
        """Whether a withdrawn version's bytes are withdrawn for a unit as well.

        A provider's own Evaluation revokes its word alone, so it takes nothing from others.
        """
        if not self.unusable(ref):
            return False
        own = ref.partition("/")[0]
        said = (one for one in self.evaluations.get(ref, ()) if one.binds(ref))
        own_word = ref not in self.yanked and all(
            one.by == own for one in said if one.verdict is Verdict.FAIL
        )
        return not own_word or unit.partition("/")[0] == own

    def is_admitted(self, ref: str) -> bool:
        """Whether a version was ever admitted, withdrawn or not."""
        unit, version = split_ref(ref)
        return bool(self.admitted(unit).kind(version))

    def admitted(self, unit: str) -> Admissions:
        """What a unit has admitted."""
        return self.admissions.get(unit) or Admissions()

    def anchor(self, unit: str) -> int | None:
        """The last version admitted as superior or bootstrap; margins are measured from it too.

        A withdrawn one makes way for the one before it. The first stays for good, so that no
        unit walks away from all that it proved by having it withdrawn.
        """
        anchors = tuple(self.admitted(unit).newest_first(ANCHOR))
        standing = (n for n in anchors if not self.unusable(f"{unit}@v{n}"))
        return next(standing, anchors[-1] if anchors else None)
