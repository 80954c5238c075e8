"""Simulate the statistics of the gates: false alarms, false winners, and how often a model passes.

    python tests/bench/simulate_gates.py [--draws 2000] [--only WORDS] [--processes 2] [--write]

Every row draws models whose truth is known and judges them with the real gates. A share is shown
with its standard error, beside what engine 1 gave before its rules were settled (commit 4090d3e).
The seed of a row follows from its name, so each number comes out again. All rows take 15 minutes
on two idle cores, and those of timings (`--only timings`) as long again. `--only` keeps the rows
whose name holds the words. `--write` writes the joint table that `fedfuse explain passing` shows.
`--outcomes FILE` tries real pairs as well.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

# run as a script: the tests are no installed package
sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.bench import simulate_latency
from tests.bench.simulation import joint, outcomes
from tests.bench.simulation.rows import rows
from tests.bench.simulation.table import Share, say

_BEFORE = Path(__file__).parent / "simulation/before.json"


def main(arguments: Sequence[str]) -> int:
    """Print the report; 1 when a claim about real pairs does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--only", default="", help="words in the names of the rows to run")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="write the joint table")
    parser.add_argument("--outcomes", type=Path, help="real paired outcomes, CSV and gzip")
    asked = parser.parse_args(arguments)
    if asked.outcomes:
        return outcomes.report(asked.outcomes, draws=asked.draws)
    if asked.only in {"", "timings"}:
        simulate_latency.report(asked.draws)
    found = _simulate(asked.only, asked.draws, asked.processes)
    if joint.complete(found):
        joint.show(found)
        if asked.write:
            joint.write(found, asked.draws)
    return 0


def _simulate(only: str, draws: int, processes: int) -> Mapping[str, Mapping[str, Share]]:
    before: Mapping[str, Mapping[str, Share]] = json.loads(_BEFORE.read_text("utf-8"))
    chosen = [row for row in rows() if only in row.key]
    found: dict[str, Mapping[str, Share]] = {}
    table = ""
    with ProcessPoolExecutor(processes) as pool:
        results = pool.map(_run, (row.key for row in chosen), [draws] * len(chosen))
        for row, shares in zip(chosen, results, strict=True):
            if row.table != table:
                table = row.table
                say(f"\n## {table}\n\n| world | what | before | now |\n|---|---|--:|--:|")
            for column, share in shares.items():
                old = before.get(row.key, {}).get(column)
                say(f"| {row.name} | {column} | {_shown(old)} | {_shown(share)} |")
            found[row.key] = shares
    return found


def _run(key: str, draws: int) -> Mapping[str, Share]:
    return next(row for row in rows() if row.key == key).run(draws)


def _shown(share: Share | None) -> str:
    return f"{share[0] * 100:.1f} % ± {share[1] * 100:.1f}" if share else "none"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
