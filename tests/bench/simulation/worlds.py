"""Worlds of models whose truth is known: outcomes of items that fall together within a cluster."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Outcomes = NDArray[np.bool_]
"""One truth value an item, cluster after cluster."""


@dataclass(frozen=True, slots=True)
class Shape:
    """So many clusters of so many items."""

    clusters: int
    size: int

    @property
    def items(self) -> int:
        """All items."""
        return self.clusters * self.size

    @property
    def names(self) -> list[str]:
        """The cluster of each item."""
        return [str(i // self.size) for i in range(self.items)]


def events(random: np.random.Generator, shape: Shape, share: float, correlation: float) -> Outcomes:
    """Which items have an event: beta-binomial clusters with this mean and correlation."""
    chance: NDArray[np.float64] | float = share
    if correlation > 0 and 0 < share < 1:
        spread = (1 - correlation) / correlation
        drawn = random.beta(share * spread, (1 - share) * spread, shape.clusters)
        chance = np.repeat(drawn, shape.size)
    return np.asarray(random.random(shape.items) < chance)


@dataclass(frozen=True, slots=True)
class Contest:
    """Models that answer alike but on some items, where each has its own luck per template."""

    shape: Shape
    level: float
    """Share of right answers of an average model."""
    churn: float
    """Share of items that two equal models answer differently."""
    correlation: float = 0.2
    """Of two items of a cluster in whether they are open to luck."""

    def baseline_and(
        self, random: np.random.Generator, gains: Sequence[float]
    ) -> tuple[Outcomes, list[Outcomes]]:
        """One baseline and a variant for each gain (true share more than the baseline)."""
        open_share = 2 * self.churn
        is_open = events(random, self.shape, open_share, self.correlation)
        right = events(random, self.shape, self.level, self.correlation)

        def model(gain: float) -> Outcomes:
            odds = 0.5 + gain / open_share
            lean = random.beta(3 * odds, 3 * (1 - odds), self.shape.clusters)
            lucky = random.random(self.shape.items) < np.repeat(lean, self.shape.size)
            return np.asarray(np.where(is_open, lucky, right))

        return model(0.0), [model(gain) for gain in gains]


def graded_losses(
    random: np.random.Generator, shape: Shape, share: float, correlation: float
) -> tuple[NDArray[np.float64], float]:
    """Differences of graded scores with rare large losses and small gains, and their true mean."""
    lost = events(random, shape, share, correlation)
    losses = random.choice([0.5, 0.6667, 0.75, 0.9], shape.items)
    gains = np.where(random.random(shape.items) < 0.1, random.choice([0.1, 0.25], shape.items), 0.0)
    mean = (1 - share) * 0.1 * 0.175 - share * (0.5 + 0.6667 + 0.75 + 0.9) / 4
    return np.where(lost, -losses, gains), mean
