"""Which evidence counts for a version: the newest admitted one on the canonical suite."""

from collections.abc import Iterable
from dataclasses import dataclass

from fedfuse.flows.reading.snapshot import Snapshot
from fedfuse.fusion.state import State
from fedfuse.gates.case import Measured
from fedfuse.model import evaluation
from fedfuse.model.evaluation import Outcome
from fedfuse.model.manifest import Manifest


@dataclass(frozen=True, slots=True)
class NewestEvidence:
    """The evidence on main, after the commits that a state folded."""

    base: Snapshot
    state: State

    def of(self, unit: str, version: int) -> Measured | None:
        """A version as measured last: by a passing Evaluation of the registry or of its provider.

        Without one on the canonical suite by its manifest, and None when that is on another suite.
        """
        ref, shipped = f"{unit}@v{version}", self.base.manifest(unit, version)
        if shipped is None:
            return None
        stands = evaluation.standing(self.state.evaluations.get(ref, ()))
        return self._remeasured(
            shipped, (one for one in reversed(stands) if one.binds(ref))
        ) or self.base.measured(unit, version, suite=self.base.suite())

    def figures(self, shipped: Manifest) -> Manifest | None:
        """A version with its provider's own first figures on the canonical suite; None without.

        The first, so that later ones cannot walk away from them in small steps.
        """
        own = shipped.evaluation
        if own and own.suite_sha256 == self.base.suite().sha256:
            return shipped
        said = self.state.evaluations.get(shipped.ref, ())
        first = self._remeasured(shipped, (one for one in said if one.by == shipped.provider))
        return first.manifest if first else None

    def _remeasured(self, shipped: Manifest, outcomes: Iterable[Outcome]) -> Measured | None:
        """A version as the first of these Evaluations found it that passed on this suite."""
        suite = self.base.suite()
        paths = (one.path(shipped.ref) for one in outcomes if one.verdict.admits)
        found = (self.base.remeasured(shipped, path, suite=suite) for path in paths)
        return next((one for one in found if one), None)
