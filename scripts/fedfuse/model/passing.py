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


SIMULATED = "2,000 draws a gate, seed 20261124, standard error up to 1.1 points"
"""Draws, seed and largest error."""

PASSING = (
    Passing("equal, 99 % safe", passes=0.0126, fails=0.0522),
    Passing("equal, 99.5 % safe", passes=0.0129, fails=0.0460),
    Passing("equal, 99.7 % safe", passes=0.0130, fails=0.0460),
    Passing("+2 points, 99 % safe", passes=0.4593, fails=0.0070),
    Passing("+2 points, 99.5 % safe", passes=0.4696, fails=0.0005),
    Passing("+2 points, 99.7 % safe", passes=0.4708, fails=0.0005),
    Passing("+4 points, 99 % safe", passes=0.9535, fails=0.0070),
    Passing("+4 points, 99.5 % safe", passes=0.9751, fails=0.0005),
    Passing("+4 points, 99.7 % safe", passes=0.9776, fails=0.0005),
)
