"""Two runs on the same items, as an engine compares them."""

from typing import Protocol


class Comparison(Protocol):
    """The paired difference of two runs, ours minus theirs."""

    @property
    def n(self) -> int:
        """Pairs, one per item."""

    @property
    def difference(self) -> float:
        """Mean of ours minus theirs, as a share."""

    @property
    def better(self) -> int:
        """Pairs that ours wins."""

    @property
    def worse(self) -> int:
        """Pairs that theirs wins."""

    @property
    def obstacle(self) -> str:
        """Why the pairs allow no bound, with what would do; empty when they allow one."""

    def bounds(self, n: int | None = None) -> tuple[float, float]:
        """The lower and the upper bound, each one-sided at 95 %, as shares."""

    def items_to_settle(self, beyond: float, below: float) -> int | None:
        """The smallest larger n with a bound above `beyond` or below `below`, or None."""
