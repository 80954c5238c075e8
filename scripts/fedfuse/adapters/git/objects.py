"""Reads objects of a repository through one long-lived `git cat-file --batch-command`."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from fedfuse.adapters.git import commit_object, tree_object
from fedfuse.adapters.git.commit_object import CommitObject
from fedfuse.adapters.git.process import refusal, start
from fedfuse.adapters.git.tree_object import TreeObject
from fedfuse.errors import GitError
from fedfuse.model.release import object_id

AT_ONCE = 500
"""So many requests for objects fit into a pipe, so that neither side waits for the other."""
_MOST_HEADER = 1024 * 1024
"""So many bytes of a commit are read: a message may have a hundred megabytes."""
_MOST_REMEMBERED = 4 * 1024 * 1024
"""Bytes of the tree objects that stay in memory."""


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """What git knows of an object before reading it."""

    oid: str
    kind: str
    size: int


class ObjectReader:
    """A lazy, cheap-per-object reader; whoever makes one closes it.

    What it reads is proven against the object's id: a damaged clone gives no other answer.
    """

    def __init__(self, git_dir: Path) -> None:
        self._git_dir = git_dir
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        """Process id of the one that talks to git: a fork of it starts a git of its own."""
        self._said: IO[bytes] | None = None
        self._trees: dict[str, TreeObject] = {}
        self._remembered = 0

    def close(self) -> None:
        """End the git process, if one was started."""
        if self._process is not None:
            self._process.communicate()
            self._process = None
        if self._said is not None:
            self._said.close()
            self._said = None

    def info(self, name: str) -> ObjectInfo | None:
        """What an object id, or what it peels to, is; None when there is no such object."""
        if "\n" in name:  # a line break would forge a second request
            return None
        (found,) = self._infos((name,))
        return found

    def read(self, oid: str) -> bytes:
        """The body of an object. Raises GitError when the repository lacks it, or it is damaged."""
        found = self.bodies((oid,))
        if oid not in found:
            raise missing(oid)
        return found[oid]

    def bodies(self, oids: Iterable[str]) -> dict[str, bytes]:
        """The bodies of those objects that exist, by id; asked for many at a time.

        Raises GitError for a damaged one.
        """
        found: dict[str, bytes] = {}
        for some in batched(oids):
            found.update((oid, body) for oid, _, body in self._contents(some))
        return found

    def commits(self, oids: Iterable[str]) -> Iterator[CommitObject]:
        """The commits of these ids, in turn; of a long one only the start is read.

        Raises GitError when one is missing, damaged or no commit.
        """
        for some in batched(oids):
            heads = {oid: (kind, body) for oid, kind, body in self._contents(some, _MOST_HEADER)}
            for oid in some:
                kind, head = heads.get(oid, ("", b""))
                found = commit_object.parse(head) if kind == "commit" else None
                if found is None:
                    raise missing(oid) if not kind else _damaged(oid)
                yield found

    def tree(self, oid: str) -> TreeObject:
        """A folder. What is no tree has no entries. Raises GitError when it is missing."""
        if oid not in self._trees:
            self.prefetch((oid,))
        return self._trees[oid]

    def prefetch(self, oids: Iterable[str]) -> None:
        """Read trees that are asked for next, many at a time. Raises GitError as `tree` does."""
        for some in batched(oid for oid in oids if oid not in self._trees):
            infos = dict(zip(some, self._infos(some), strict=True))
            for oid, info in infos.items():
                if info is None:
                    raise missing(oid)
                if not _is_small_tree(info):
                    self._remember(oid, _unread(info))
            small = tuple(oid for oid, info in infos.items() if _is_small_tree(info))
            for oid, _, body in self._contents(small):
                self._remember(oid, tree_object.parse(body))

    def _remember(self, oid: str, tree: TreeObject) -> None:
        if self._remembered > _MOST_REMEMBERED:
            self._trees.clear()
            self._remembered = 0
        self._trees[oid] = tree
        self._remembered += tree.size

    def _infos(self, names: tuple[str, ...]) -> tuple[ObjectInfo | None, ...]:
        stdin, stdout = self._pipes()
        self._send(stdin, (f"info {name}" for name in names))
        return tuple(self._answer(stdout) for _ in names)

    def _contents(
        self, oids: tuple[str, ...], most: int = sys.maxsize
    ) -> Iterator[tuple[str, str, bytes]]:
        """Id, kind and the first `most` bytes of each object that exists.

        Whoever asks takes them all before it asks anything else. Raises GitError for damaged ones.
        """
        stdin, stdout = self._pipes()
        self._send(stdin, (f"contents {oid}" for oid in oids))
        damaged = ""
        for oid in oids:
            info = self._answer(stdout)
            if info is None:
                continue
            body = stdout.read(min(info.size, most))
            _skip(stdout, info.size + 1 - len(body))
            if len(body) == info.size and object_id(info.kind, body) != info.oid:
                damaged = oid
            yield oid, info.kind, body
        if damaged:
            raise _damaged(damaged)

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
            # A pipe that nobody reads would fill up, and git would wait for ever.
            self._said = TemporaryFile()  # noqa: SIM115 - it lives as long as the process
            self._process = start(
                self._git_dir,
                ["cat-file", "--batch-command"],
                stdin=subprocess.PIPE,
                stderr=self._said,
            )
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise GitError("git cat-file has no pipes")
        return stdin, stdout

    def _death(self) -> GitError:
        process, self._process = self._process, None
        if process:
            process.communicate()
        if self._said is None:
            return refusal("cat-file", b"")
        self._said.seek(0)
        return refusal("cat-file", self._said.read())


def _is_small_tree(info: ObjectInfo | None) -> bool:
    return info is not None and info.kind == "tree" and info.size <= tree_object.MOST_BYTES


def _unread(info: ObjectInfo) -> TreeObject:
    if info.kind == "tree":
        return TreeObject(flaw=f"has {info.size:,} bytes of names")
    return TreeObject(flaw=f"is a {info.kind}")


def missing(oid: str) -> GitError:
    """The error for an object that history names and this clone does not have."""
    return GitError(f"object {oid} is missing here", fix="git fetch --refetch --tags origin")


def _damaged(oid: str) -> GitError:
    return GitError(f"object {oid} is damaged here", fix="run `git fsck`, then clone it again")


def _skip(stdout: IO[bytes], count: int) -> None:
    while count > 0:
        count -= len(stdout.read(min(count, _MOST_HEADER))) or count


def batched(oids: Iterable[str], size: int = AT_ONCE) -> Iterator[tuple[str, ...]]:
    """The ids, each once and in their order, so many at a time."""
    wanted = tuple(dict.fromkeys(oids))
    return (wanted[at : at + size] for at in range(0, len(wanted), size))
