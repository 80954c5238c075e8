"""`python -m tests.fuzz [--inputs N] [--seed N] [--only NAME] [--first N]`.

Feeds random hostile input to everything that reads what others wrote, each reader in a process of
its own. Prints a line for each reader and one for each defect: an exception that is no error of
the tool (its commands would end with 70), an input that takes longer than 20 s of CPU, more than
300 MB. Exit 1 when there is one. Input N of a reader is the same in every run of a seed.
"""

import argparse
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from types import FrameType

from fedfuse.errors import FedfuseError
from tests.fuzz.git_targets import GIT_TARGETS
from tests.fuzz.node_targets import NODE_TARGETS
from tests.fuzz.server_targets import SERVER_TARGETS
from tests.fuzz.targets import TARGETS, Target

EVERY = {**TARGETS, **SERVER_TARGETS, **GIT_TARGETS, **NODE_TARGETS}
MOST_SECONDS = 20
MOST_KILOBYTES = 300_000
_SHOWN = 5
"""Defects of one reader that are printed whole; those at the same place of the code are one."""


@dataclass(slots=True)
class Result:
    """What a reader did with its inputs."""

    name: str
    inputs: int
    refused: int = 0
    """Inputs that ended with an error of the tool."""
    slowest: float = 0.0
    """Seconds of CPU."""
    peak: int = 0
    """Kilobytes of memory, the process as a whole."""
    defects: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Place in the code to the first input that came to it, and the traceback."""


class _TooSlowError(BaseException):
    """An input took too long."""


def run(name: str, target: Target, *, seed: int, first: int, inputs: int) -> Result:
    """Feed a reader the inputs from `first` on."""
    result = Result(name, inputs)
    signal.signal(signal.SIGVTALRM, _ring)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, first + inputs):
            began = time.process_time()
            signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
            try:
                target.read(random.Random(f"{seed}/{name}/{number}"), Path(folder))  # noqa: S311 - reproducible
            except FedfuseError:
                result.refused += 1
            except (Exception, _TooSlowError) as err:  # noqa: BLE001 - what is looked for
                trace = traceback.extract_tb(err.__traceback__)[-1]
                place = f"{type(err).__name__} {Path(trace.filename).name}:{trace.lineno}"
                result.defects.setdefault(place, (number, traceback.format_exc(limit=-6)))
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            result.slowest = max(result.slowest, time.process_time() - began)
    result.peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if result.peak > MOST_KILOBYTES:
        result.defects["memory"] = (first, f"{result.peak:,} kB")
    return result


def _ring(_: int, __: FrameType | None) -> None:
    raise _TooSlowError


def main(arguments: Sequence[str]) -> int:
    """Run the readers and print what they came to."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=sorted(EVERY))
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    chosen = parser.parse_args(arguments)
    names = [chosen.only] if chosen.only else list(EVERY)
    shares = sum(EVERY[name].share for name in names)
    results = []
    for name in names:
        inputs = max(1, chosen.inputs * EVERY[name].share // shares)
        results.append(_alone(name, seed=chosen.seed, first=chosen.first, inputs=inputs))
        _say(_line(results[-1]))
    defects = [(one.name, *each) for one in results for each in one.defects.items()]
    for name, place, (number, trace) in defects[: _SHOWN * len(names)]:
        _say(f"\n{name} {number}: {place}\n{trace}")
    _say(f"{sum(one.inputs for one in results):,} inputs, {len(defects)} defects")
    return 1 if defects else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _alone(name: str, *, seed: int, first: int, inputs: int) -> Result:
    """Run a reader in a process of its own, so that its memory is its own."""
    with get_context("fork").Pool(1) as pool:
        return pool.apply(_by_name, (name, seed, first, inputs))


def _by_name(name: str, seed: int, first: int, inputs: int) -> Result:
    return run(name, EVERY[name], seed=seed, first=first, inputs=inputs)


def _line(one: Result) -> str:
    figures = f"{one.inputs:>7,} inputs  {one.refused:>7,} errors of the tool"
    cost = f"slowest {one.slowest:6.2f} s  peak {one.peak / 1000:5.0f} MB"
    return f"{one.name:<10} {figures}  {cost}  {len(one.defects)} defects"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
