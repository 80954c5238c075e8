"""How often a version whose truth is known passes on the shipped suite, by simulation.

Written by `python tests/bench/simulate_gates.py --write`; edit nothing here by hand.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passing:
    """Shares of simulated versions by their verdict; what is left is inconclusive."""

    version: str
    """How much better than the baseline, and how safe."""
    passes: float
    fails: float

    @property
    def inconclusive(self) -> float:
        """The share that neither passes nor fails."""
        return max(0.0, 1.0 - self.passes - self.fails)


SIMULATED = "not yet"
"""Draws, seed and largest standard error."""

PASSING = (Passing("equal, 99 % safe", passes=0.0, fails=0.0),)
