"""Does work on hostile content in a child process that may not take more than its share."""

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from pickle import PickleError
from typing import Any, TypeVar

Result = TypeVar("Result")

MEMORY = 192 * 1024 * 1024
"""Bytes of new data that the child may hold; what it shares with its parent does not count."""
_PATIENCE = 4
"""Times its CPU limit that the child may take by the clock: it may have to wait for a core."""
_STATM = Path("/proc/self/statm")
_DATA = 5
"""Place in statm of the pages of data and stack (proc(5))."""


class CostlyError(Exception):
    """The work exceeded one of its limits."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the work came to."""

    result: Any = None
    error: BaseException | None = None


def limited(work: Callable[[], Result], *, cpu_seconds: int) -> Result:
    """The result of the work, or what it raises; RuntimeError for one that cannot be pickled.

    A fork of this process does the work, with a limit on its CPU time, its new memory (on Linux)
    and its time by the clock. Raises CostlyError when it exceeds one of them. Where the system
    has no fork, this process does the work, without limits.
    """
    if sys.platform == "win32":
        return work()
    fork = get_context("fork")
    here, there = fork.Pipe(duplex=False)
    child = fork.Process(target=_child, args=(work, there, cpu_seconds))
    with here:
        child.start()
        there.close()
        answer = _answer(here, patience=cpu_seconds * _PATIENCE)
        child.kill()
        child.join()
    if answer.error is not None:
        raise answer.error
    found: Result = answer.result
    return found


def _answer(pipe: Connection, *, patience: float) -> _Answer:
    """What the child has to say; CostlyError when a limit, or the clock, ended it before."""
    try:
        answer = pipe.recv() if pipe.poll(patience) else None
    except (EOFError, OSError):
        answer = None
    return answer if isinstance(answer, _Answer) else _Answer(error=CostlyError())


def _child(work: Callable[[], object], pipe: Connection, cpu_seconds: int) -> None:
    try:
        _limit(cpu_seconds)
        answer = _Answer(work())
    except (MemoryError, RecursionError):
        answer = _Answer(error=CostlyError())
    except BaseException as err:  # noqa: BLE001 - the parent raises it
        answer = _Answer(error=err)
    with suppress(MemoryError, RecursionError):  # too large to be told: nothing comes
        try:
            pipe.send(answer)
        except (PickleError, TypeError, AttributeError):
            said = answer.result if answer.error is None else answer.error
            pipe.send(_Answer(error=RuntimeError(f"a child process cannot pickle {said!r}")))


def _limit(cpu_seconds: int) -> None:
    import resource  # noqa: PLC0415 - Windows has no such module

    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if _STATM.exists():
        held = int(_STATM.read_text().split()[_DATA]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_DATA, (held + MEMORY, held + MEMORY))
