"""A table of simulated shares: each row runs by itself, so that rows run side by side."""

import math
import sys
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

SEED = 20261124

Share = Sequence[float]
"""A mean and its standard error."""
Sample = Callable[[np.random.Generator], Mapping[str, bool | float]]
"""One draw: what happened, by column."""


def say(line: str) -> None:
    """One line of the report."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table."""

    table: str
    name: str
    sample: Sample
    draws: float = 1.0
    """Draws of this row, as a share of those asked for."""

    @property
    def key(self) -> str:
        """What the row is called among all rows, and what its seed follows from."""
        return f"{self.table}: {self.name}"

    def run(self, draws: int) -> Mapping[str, Share]:
        """The mean of every column with its standard error."""
        random = np.random.default_rng([SEED, zlib.crc32(self.key.encode())])
        found: dict[str, list[float]] = {}
        for _ in range(max(1, round(draws * self.draws))):
            for column, value in self.sample(random).items():
                found.setdefault(column, []).append(float(value))
        return {column: _mean(values) for column, values in found.items()}


def _mean(values: Sequence[float]) -> Share:
    n = len(values)
    mean = math.fsum(values) / n
    variance = math.fsum((value - mean) ** 2 for value in values) / max(n - 1, 1)
    return mean, math.sqrt(variance / n)
