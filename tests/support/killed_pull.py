"""A `fedfuse pull` that dies before, after or in the middle of any of its writes to the node.

Every side effect below the node's folder is at least two moments: just before it and just after;
writing to a file has a third, with half of the bytes on disc.
"""

import fcntl
import io
import multiprocessing
import os
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any, Self

from tests.support.cli_runner import fedfuse

KILLED = 9
_NAMED = ("mkdir", "rename", "replace", "symlink", "link", "unlink", "remove", "rmdir", "chmod")


class Mortal:
    """Counts the moments of this process and ends it at one of them, without any clean-up."""

    def __init__(self, below: Path, dies_at: int) -> None:
        self._below = str(below)
        self._dies_at = dies_at
        self.moments: list[str] = []

    def put_on(self) -> None:
        """Replace what writes, for the rest of the process."""
        for name in _NAMED:
            setattr(os, name, self._around(name, getattr(os, name), self._is_ours))
        os.fsync = self._around("fsync", os.fsync, lambda *_, **__: True)
        fcntl.flock = self._around("flock", fcntl.flock, lambda _, kind: kind & fcntl.LOCK_EX)
        io.open = self._opening(io.open)

    def pass_moment(self, what: str) -> None:
        """One more moment; it may be the last."""
        self.moments.append(what)
        if len(self.moments) == self._dies_at:
            os._exit(KILLED)

    def _is_ours(self, *paths: object, **named: object) -> bool:
        within_tree = named.get("dir_fd") is not None  # only rmtree's calls name a folder by number
        return within_tree or any(str(path).startswith(self._below) for path in paths)

    def _around(
        self, name: str, act: Callable[..., Any], counts: Callable[..., object]
    ) -> Callable[..., Any]:
        def acting(*words: Any, **named: Any) -> Any:
            if not counts(*words, **named):
                return act(*words, **named)
            self.pass_moment(f"before {name}")
            done = act(*words, **named)
            self.pass_moment(f"after {name}")
            return done

        return acting

    def _opening(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def opening(path: Any, mode: str = "r", *words: Any, **named: Any) -> Any:
            if not set(mode) & set("wax+") or not self._is_ours(path):
                return act(path, mode, *words, **named)
            self.pass_moment("before open")
            file = act(path, mode, *words, **named)
            self.pass_moment("after open")
            return _Written(file, self)

        return opening


class _Written:
    """A file whose writes reach the disc in two halves."""

    def __init__(self, file: IO[bytes], mortal: Mortal) -> None:
        self._file = file
        self._mortal = mortal

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, body: bytes) -> int:
        """Write and flush half, then the rest."""
        half = len(body) // 2
        self._mortal.pass_moment("before write")
        self._file.write(body[:half])
        self._file.flush()
        self._mortal.pass_moment("amid write")
        self._file.write(body[half:])
        self._file.flush()
        self._mortal.pass_moment("after write")
        return len(body)


class Victim:
    """The process of a `fedfuse` with these words, to die at a moment; 0 is never."""

    def __init__(self, to: Path, words: tuple[str, ...], dies_at: int) -> None:
        self._hears, tells = multiprocessing.Pipe(duplex=False)
        self._process = _PROCESSES.Process(target=_live, args=(tells, to, words, dies_at))
        self._process.start()
        tells.close()

    def join(self) -> int | None:
        """Wait for its end; its exit code."""
        self._process.join()
        return self._process.exitcode

    def moments(self) -> list[str]:
        """Every moment of one that ended well."""
        told: list[str] = self._hears.recv()
        assert self.join() == 0
        return told


def _live(tells: Connection, to: Path, words: tuple[str, ...], dies_at: int) -> None:
    mortal = Mortal(to, dies_at)
    mortal.put_on()
    done = fedfuse(to.parent, *words)
    tells.send(mortal.moments)
    sys.exit(done.code)


_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(
    [
        __name__,
        "fedfuse.cli.commands",
        "fedfuse.adapters.hub",
        "fedfuse.flows.releasing.publish",
        "fedfuse.flows.node.pull_options",
    ]
)
