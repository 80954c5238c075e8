"""Two runs on the same items: the difference of their means and its one-sided bounds."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from fedfuse.engine.v1.stats.cluster import MIN_CLUSTERS, design_effect
from fedfuse.engine.v1.stats.sample_size import smallest_settling
from fedfuse.engine.v1.stats.skew import hall_quantile, skewness
from fedfuse.engine.v1.stats.tango import tango_lower
from fedfuse.model.distributions import CONFIDENCE, t_quantile

_DECIMALS = 4
"""Evidence holds scores of at most four decimals, so their differences have no more."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Paired differences, reduced to what their bounds depend on. Built by `compare`."""

    n: int
    """Pairs, one per item."""
    clusters: int
    difference: float
    """Mean of ours minus theirs, as a share."""
    better: int
    """Pairs that ours wins."""
    worse: int
    """Pairs that theirs wins."""
    binary: bool
    """Whether every difference is -1, 0 or 1; true when all are 0, whatever the scores."""
    variance: float
    """Of one difference, as if items were independent (n - 1)."""
    deff: float
    skew: float
    """Skewness of the clusters' totals; only graded pairs use it."""

    @property
    def obstacle(self) -> str:
        """Why the pairs allow no bound, with what would do; empty when they allow one."""
        if self.clusters < MIN_CLUSTERS:
            return f"{self.clusters} clusters, {MIN_CLUSTERS} clusters would do"
        if self.variance == 0.0 and self.difference != 0.0:
            return "every item differs by the same amount, no number of such items would do"
        return ""

    def bounds(self, n: int | None = None) -> tuple[float, float]:
        """The lower and the upper bound of the difference, each one-sided, as shares.

        Binary pairs: Tango's score bound on counts divided by deff. Graded pairs: mean -+ t x
        sqrt(deff x variance / n), with t corrected for the skewness of the clusters. Both use t
        with clusters - 1 degrees of freedom, so there must be two clusters; without an `obstacle`
        there are. Another `n` asks for the bounds that the same shares of that many items, in
        clusters of the same size, would have.
        """
        items = self.n if n is None else n
        t = t_quantile(CONFIDENCE, self.clusters - 1)
        if not self.binary:
            error = math.sqrt(self.deff * self.variance / items)
            clusters = self.clusters * items / self.n
            below, above = (hall_quantile(t, skew, clusters) for skew in (self.skew, -self.skew))
            return self.difference - below * error, self.difference + above * error
        effective = items / self.deff
        better, worse = self.better / self.n * effective, self.worse / self.n * effective
        lower = tango_lower(better, worse, n=effective, z=t)
        return lower, -tango_lower(worse, better, n=effective, z=t)

    def items_to_settle(self, beyond: float, below: float) -> int | None:
        """The smallest larger n with a bound above `beyond` or below `below`, or None.

        The shares stay as they are. None where the difference is neither, which no number of
        items can settle. The t quantile stays that of the observed clusters, which errs towards
        more items.
        """
        if below <= self.difference <= beyond:
            return None

        def settles(n: int) -> bool:
            lower, upper = self.bounds(n)
            return lower > beyond or upper < below

        return smallest_settling(settles, above=self.n)


def compare(ours: Sequence[float], theirs: Sequence[float], clusters: Sequence[str]) -> Comparison:
    """Reduce the scores of two runs on the same items, in the same order, to a comparison.

    Scores are shares of 0..1; `clusters` names each item's cluster. There must be an item. NaN
    scores give NaN bounds, which satisfy no comparison. Source: Tango (1998); Hall (1992).
    """
    differences = [round(a - b, _DECIMALS) for a, b in zip(ours, theirs, strict=True)]
    n = len(differences)
    mean = math.fsum(differences) / n
    constant = min(differences) == max(differences)
    spread = 0.0 if constant else math.fsum((d - mean) ** 2 for d in differences) / (n - 1)
    return Comparison(
        n=n,
        clusters=len(set(clusters)),
        difference=mean,
        better=len([d for d in differences if d > 0.0]),
        worse=len([d for d in differences if d < 0.0]),
        binary=all(d in {-1.0, 0.0, 1.0} for d in differences),
        variance=spread,
        deff=design_effect(differences, clusters),
        skew=skewness(differences, clusters),
    )
