"""The command line without starting Python anew: what `fedfuse` prints and how it ends."""

import contextlib
import io
import json
import multiprocessing
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from fedfuse.cli.main import main


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    def json(self) -> dict[str, Any]:
        """The one JSON document on standard output."""
        value: dict[str, Any] = json.loads(self.out)
        return value

    def is_error(self, code: int) -> bool:
        """Whether it ended with this code, one line of error, one line of fix and nothing else."""
        lines = self.err.splitlines()
        heads = [line.split(":")[0] for line in lines]
        return (self.code, self.out, heads) == (code, "", ["error", "fix"])


def fedfuse(root: Path, *arguments: str) -> Done:
    """Run the command in a folder, within this process."""
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(root),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        _words("fedfuse", *arguments),
    ):
        code = _ending()
    return Done(code, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _words(*words: str) -> Iterator[None]:
    """Let Click see these words alone; it names a program after the package of `python -m`."""
    main_module = sys.modules["__main__"]
    before, package = sys.argv, main_module.__package__
    sys.argv, main_module.__package__ = list(words), None
    try:
        yield
    finally:
        sys.argv, main_module.__package__ = before, package


def _ending() -> int:
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    raise AssertionError("the command line returned without an exit code")


def start(root: Path, *arguments: str) -> BaseProcess:
    """Start the command as a process of its own: forked from one that has imported it all."""
    process = _PROCESSES.Process(target=_run, args=(root, arguments, dict(os.environ)))
    process.start()
    return process


def _run(root: Path, arguments: tuple[str, ...], environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    done = fedfuse(root, *arguments)
    sys.stderr.write(done.err if done.code else "")
    sys.exit(done.code)


_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(
    [__name__, "fedfuse.adapters.hub", "fedfuse.flows.releasing.publish"]
)
