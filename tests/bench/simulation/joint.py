"""The joint table: how often a version passes the gates quality and safety together."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path

from fedfuse.model.passing import PASSING
from tests.bench.simulation.rows import GAINS, SAFE, quality_name, safety_name
from tests.bench.simulation.table import SEED, Share, say

QUALITY = "quality gate, shipped suite"
SAFETY = "safety gate, shipped suite"
_TARGET = Path(__file__).parents[3] / "scripts/fedfuse/model/passing.py"

Found = Mapping[str, Mapping[str, Share]]
"""A row's key to the shares of its columns."""


def complete(found: Found) -> bool:
    """Whether every row that the joint table is made of was run."""
    keys = {f"{QUALITY}: {quality_name(gain)}" for gain in GAINS}
    return keys | {f"{SAFETY}: {safety_name(safe)}" for safe in SAFE} <= set(found)


def table(found: Found) -> Iterator[tuple[str, Share, Share]]:
    """Each version with the shares that pass and that fail.

    The parts of a suite are drawn independently of each other, so the gates' shares multiply.
    """
    for gain in GAINS:
        for safe in SAFE:
            quality = found[f"{QUALITY}: {quality_name(gain)}"]
            safety = found[f"{SAFETY}: {safety_name(safe)}"]
            kept, spread = _both(_not(quality["fail"]), _not(safety["fail"]))
            name = f"{quality_name(gain)}, {safety_name(safe)}"
            yield name, _both(quality["pass"], safety["pass"]), (1.0 - kept, spread)


def _not(share: Share) -> Share:
    return 1.0 - share[0], share[1]


def _both(one: Share, other: Share) -> Share:
    return one[0] * other[0], math.hypot(one[0] * other[1], other[0] * one[1])


def show(found: Found) -> None:
    """Print the table."""
    say("\n## joint, shipped suite\n")
    say("| version | passes | inconclusive | fails |\n|---|--:|--:|--:|")
    for name, passes, fails in table(found):
        shown = (f"{share * 100:.1f} % ± {error * 100:.1f}" for share, error in (passes, fails))
        rest = 1.0 - passes[0] - fails[0]
        say(f"| {name} | {next(shown)} | {rest * 100:.1f} % | {next(shown)} |")


def markdown() -> str:
    """The written table as the guide shows it."""
    head = "| the version is truly | passes | inconclusive | fails |\n|---|--:|--:|--:|\n"
    return head + "".join(
        f"| {one.version} | {one.passes:.1%} | {one.inconclusive:.1%} | {one.fails:.1%} |\n"
        for one in PASSING
    )


def write(found: Found, draws: int) -> None:
    """Write the table into the module that `fedfuse explain passing` reads."""
    cells = list(table(found))
    error = max(max(passes[1], fails[1]) for _, passes, fails in cells)
    lines = "".join(
        f'    Passing("{name}", passes={passes[0]:.4f}, fails={fails[0]:.4f}),\n'
        for name, passes, fails in cells
    )
    simulated = (
        f"{draws:,} draws a gate, seed {SEED}, standard error up to {error * 100:.1f} points"
    )
    head = _TARGET.read_text("utf-8").partition("SIMULATED = ")[0]
    said = f'SIMULATED = "{simulated}"\n"""Draws, seed and largest error."""\n'
    _TARGET.write_text(f"{head}{said}\nPASSING = (\n{lines})\n", "utf-8")
    say(f"\nwritten: {_TARGET.name}")
