"""Reads objects of a repository through one long-lived `git cat-file --batch-command`."""

import os
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from fedfuse.adapters.git.process import environment, refusal
from fedfuse.errors import GitError

REGULAR = "100644"
_AT_ONCE = 500
"""So many requests for objects fit into a pipe, so that neither side waits for the other."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a tree."""

    mode: str
    """Six octal digits, `100644` for a plain file, `040000` for a folder."""
    oid: str
    name: str
    """File name; bytes that are no UTF-8 are kept as surrogate escapes."""


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """What git knows of an object before reading it."""

    oid: str
    kind: str
    size: int


class ObjectReader:
    """A lazy, cheap-per-object reader; whoever makes one closes it."""

    def __init__(self, git_dir: Path) -> None:
        self._git_dir = git_dir
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        """Process id of the one that talks to git: a fork of it starts a git of its own."""

    def close(self) -> None:
        """End the git process, if one was started."""
        if self._process is not None:
            self._process.communicate()
            self._process = None

    def info(self, name: str) -> ObjectInfo | None:
        """What `name` (an object id or `<commit>:<path>`) is; None when there is no such object."""
        stdin, stdout = self._pipes()
        return self._ask(stdin, stdout, f"info {name}")

    def read(self, oid: str) -> bytes:
        """The body of an object. Raises GitError when the repository lacks it."""
        stdin, stdout = self._pipes()
        info = self._ask(stdin, stdout, f"contents {oid}")
        if info is None:
            raise GitError(f"object {oid} is missing", fix="git fetch --unshallow --tags")
        body = stdout.read(info.size)
        stdout.read(1)
        return body

    def bodies(self, oids: Iterable[str]) -> dict[str, bytes]:
        """The bodies of those objects that exist, by id; asked for many at a time."""
        found, stdin, stdout = {}, *self._pipes()
        for some in _chunks(tuple(dict.fromkeys(oids))):
            self._send(stdin, (f"contents {oid}" for oid in some))
            for oid in some:
                if info := self._answer(stdout):
                    found[oid] = stdout.read(info.size)
                    stdout.read(1)
        return found

    def tree(self, oid: str) -> tuple[Entry, ...]:
        """The entries of a tree object, in git's order."""
        body, entries, at = self.read(oid), [], 0
        while at < len(body):
            space, null = body.index(b" ", at), body.index(b"\0", at)
            name = body[space + 1 : null].decode("utf-8", "surrogateescape")
            mode = body[at:space].decode("ascii").zfill(6)
            entries.append(Entry(mode, body[null + 1 : null + 21].hex(), name))
            at = null + 21
        return tuple(entries)

    def _ask(self, stdin: IO[bytes], stdout: IO[bytes], request: str) -> ObjectInfo | None:
        if "\n" in request:  # a line break would forge a second request
            return None
        self._send(stdin, (request,))
        return self._answer(stdout)

    def _send(self, stdin: IO[bytes], requests: Iterable[str]) -> None:
        try:
            for request in requests:
                stdin.write(request.encode("utf-8", "surrogateescape") + b"\n")
            stdin.flush()
        except BrokenPipeError as err:
            raise self._death() from err

    def _answer(self, stdout: IO[bytes]) -> ObjectInfo | None:
        answer = stdout.readline()
        if not answer:
            raise self._death()
        words = answer.decode("utf-8", "surrogateescape").split()
        if len(words) != 3 or words[-1] in {"missing", "ambiguous"}:
            return None
        return ObjectInfo(words[0], words[1], int(words[2]))

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None or self._owner != os.getpid():
            self._owner = os.getpid()
            self._process = subprocess.Popen(
                ["git", f"--git-dir={self._git_dir}", "cat-file", "--batch-command"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment(),
            )
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise GitError("git cat-file has no pipes")
        return stdin, stdout

    def _death(self) -> GitError:
        process, self._process = self._process, None
        stderr = process.communicate()[1] if process else b""
        return refusal("cat-file", stderr)


def _chunks(oids: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return (oids[at : at + _AT_ONCE] for at in range(0, len(oids), _AT_ONCE))
