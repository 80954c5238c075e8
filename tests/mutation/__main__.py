"""`python -m tests.mutation [--sample N] [--seed N] [--only PATTERN] [--workers N]`.

Makes mutants of engine 1 in temporary copies of this tree and runs the tests of each until one
fails. Prints a line for each mutant, then those that survived. Exit 1 when one did that
`equivalent.py` does not argue for.
"""

import argparse
import random
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.mutation.coverage import covering
from tests.mutation.equivalent import EQUIVALENT
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.rules import RULES
from tests.mutation.run import ROOM, TOP, Outcome, Workshop

_LEAST = 2
"""Mutants of each file that the sample holds, where there are as many."""


def sample(room: Path, *, size: int, seed: int) -> tuple[Mutant, ...]:
    """At least so many mutants, spread over all files by the square root of what they offer."""
    draw = random.Random(seed)  # noqa: S311 - a reproducible draw, no secret
    offered = {
        path: mutants(path.read_text(), path.relative_to(room).as_posix())
        for path in sorted(room.rglob("*.py"))
    }
    weights = {path: len(known) ** 0.5 for path, known in offered.items()}
    share = size / sum(weights.values())
    chosen: list[Mutant] = []
    for path, known in offered.items():
        count = min(len(known), max(_LEAST, -int(-weights[path] * share // 1)))
        chosen += draw.sample(known, count)
    return tuple(chosen)


def main(arguments: Sequence[str]) -> int:
    """Run the mutants and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument(
        "--only", default="", help="mutants whose path and description match this pattern"
    )
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args(arguments)
    every = (
        *(rule.broken(TOP / ROOM) for rule in RULES),
        *sample(TOP / ROOM, size=chosen.sample, seed=chosen.seed),
    )
    tried = [one for one in every if re.search(chosen.only, one.key)]
    began = time.monotonic()
    survivors = [one for one in _run(tried, chosen.workers) if not one.killed_by]
    argued = [one for one in survivors if one.mutant.key in EQUIVALENT]
    took = time.monotonic() - began
    counts = f"{len(tried)} mutants, {len(tried) - len(survivors)} killed"
    _say(f"{counts}, {len(argued)} argued to be equivalent, {took:.0f} s")
    for one in survivors:
        _say(f"survived: {one.mutant.key}\n  {EQUIVALENT.get(one.mutant.key, 'kill it')}")
    return int(len(argued) < len(survivors))


def _run(tried: Sequence[Mutant], workers: int) -> list[Outcome]:
    """Run the mutants, so many at a time, each worker in a copy of the tree of its own."""
    with tempfile.TemporaryDirectory() as folder:
        workshops = [Workshop(Path(folder) / str(number)) for number in range(workers)]
        free: SimpleQueue[Workshop] = SimpleQueue()
        for one in workshops:
            free.put(one)
        _prove(workshops, tried)

        def attempt(mutant: Mutant) -> Outcome:
            workshop = free.get()
            try:
                outcome = workshop.attempt(mutant)
            finally:
                free.put(workshop)
            _say(f"{outcome.seconds:6.1f} s  {outcome.killed_by or 'SURVIVED':60.60}  {mutant.key}")
            return outcome

        with ThreadPoolExecutor(workers) as pool:
            outcomes = list(pool.map(attempt, tried))
        for one in workshops:
            one.close()
        return outcomes


def _prove(workshops: Sequence[Workshop], tried: Sequence[Mutant]) -> None:
    """Every test passes without a mutant, or its failure would say nothing."""
    tests = tuple(dict.fromkeys(test for mutant in tried for test in covering(mutant.path)))
    with ThreadPoolExecutor(len(workshops)) as pool:
        shares = (tests[number :: len(workshops)] for number in range(len(workshops)))
        for failing in pool.map(Workshop.failing, workshops, shares):
            assert not failing, f"{failing} fails without any mutant"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
