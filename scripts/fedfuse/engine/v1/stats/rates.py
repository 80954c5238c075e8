"""An upper bound of a failure rate that does not mistake clustered items for independent ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from fedfuse.engine.v1.stats.cluster import MIN_CLUSTERS, design_effect
from fedfuse.engine.v1.stats.sample_size import smallest_settling
from fedfuse.model.distributions import CONFIDENCE, beta_cdf, beta_quantile


@dataclass(frozen=True, slots=True)
class Rate:
    """Failures among items. Built by `failure_rate`."""

    failures: int
    n: int
    clusters: int
    deff: float

    @property
    def share(self) -> float:
        """Failures per item; 1 without items, so that nothing measured never looks safe."""
        return self.failures / self.n if self.n else 1.0

    @property
    def obstacle(self) -> str:
        """Why the items allow no bound, with what would do; empty when they allow one."""
        if self.clusters >= MIN_CLUSTERS:
            return ""
        return f"{self.clusters} clusters, {MIN_CLUSTERS} clusters would do"

    def upper(self) -> float:
        """The one-sided Korn-Graubard bound: Clopper-Pearson on failures/deff of n/deff.

        1 when every item failed or there is none. Source: Clopper & Pearson (1934); Korn &
        Graubard (1998), without their degrees-of-freedom factor.
        """
        if self.failures >= self.n:
            return 1.0
        failures, passes = self.failures / self.deff, (self.n - self.failures) / self.deff
        return beta_quantile(CONFIDENCE, failures + 1.0, passes)

    def items_to_settle(self, limit: float) -> int | None:
        """The smallest larger n whose upper bound is at most `limit` at the same share, or None."""
        if self.share >= limit:
            return None

        def settles(n: int) -> bool:
            failures = self.share * n / self.deff
            return beta_cdf(limit, failures + 1.0, n / self.deff - failures) >= CONFIDENCE

        return smallest_settling(settles, above=self.n)


def failure_rate(failed: Sequence[bool], clusters: Sequence[str]) -> Rate:
    """Count the failures and their design effect; `clusters` names each item's cluster."""
    return Rate(
        failures=failed.count(True),
        n=len(failed),
        clusters=len(set(clusters)),
        deff=design_effect([float(one) for one in failed], clusters),
    )
