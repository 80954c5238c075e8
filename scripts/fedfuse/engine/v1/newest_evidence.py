"""Which evidence counts for a version: the newest admitted one on the canonical suite."""

from collections.abc import Iterable
from dataclasses import dataclass

from fedfuse.engine.interface import Snapshot
from fedfuse.model import evaluation
from fedfuse.model.evaluation import REGISTRY, Outcome
from fedfuse.model.judgement import Measured
from fedfuse.model.manifest import Manifest
from fedfuse.model.state import State
from fedfuse.model.suite import Suite
from fedfuse.model.version import split_ref


@dataclass(frozen=True, slots=True)
class NewestEvidence:
    """The evidence on main, after the commits that a state folded."""

    base: Snapshot
    state: State

    def of(self, unit: str, version: int) -> Measured | None:
        """A version as the registry measured last to pass on the canonical suite.

        Without that as its provider did first on this suite, in its manifest or in a passing
        Evaluation: a later one of its own would let it lower the mark for its next version. None
        when nobody of both did.
        """
        shipped = self.base.manifest(unit, version)
        if shipped is None:
            return None
        said = self.state.evaluations.get(shipped.ref, ())
        by_registry = (one for one in evaluation.standing(said) if one.by == REGISTRY)
        return self._remeasured(shipped, by_registry) or self.first(shipped)

    def first(self, shipped: Manifest) -> Measured | None:
        """A version as its provider first measured it on the canonical suite; None without.

        The first, so that later ones cannot walk away from it in small steps.
        """
        return self.base.measured(
            shipped.unit, shipped.version, suite=self.base.suite()
        ) or self._remeasured(shipped, _own(shipped, self.state.evaluations.get(shipped.ref, ())))

    def _remeasured(self, shipped: Manifest, outcomes: Iterable[Outcome]) -> Measured | None:
        """A version as the first of these Evaluations found it that passed on this suite."""
        suite = self.base.suite()
        paths = (one.path(shipped.ref) for one in outcomes if one.verdict.admits)
        found = (self.base.remeasured(shipped, path, suite=suite) for path in paths)
        return next((one for one in found if one), None)

    def sealed(self, ref: str, suite: Suite) -> tuple[str, Measured | None]:
        """A version as the registry measured it last to pass on a sealed suite, and where.

        The path is that of the Evaluation that stands, also when it failed; empty without one.
        """
        standing = evaluation.standing(self.state.evaluations.get(ref, ()))
        said = next((one for one in standing if one.sealed == suite.label), None)
        shipped = self.base.manifest(*split_ref(ref))
        if said is None or shipped is None:
            return "", None
        path = said.path(ref)
        found = self.base.remeasured(shipped, path, suite=suite) if said.verdict.admits else None
        return path, found


def _own(shipped: Manifest, said: Iterable[Outcome]) -> Iterable[Outcome]:
    """What its own provider said of a version later, oldest first."""
    return (one for one in said if one.by == shipped.provider)
