"""A registry repository as history and objects; nothing is ever checked out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from fedfuse.adapters.git import location, process
from fedfuse.adapters.git.objects import Entry, ObjectInfo, ObjectReader
from fedfuse.errors import GitError, UsageError
from fedfuse.model.change import Change

_FULL_SHA = re.compile(r"[0-9a-f]{40}")
_ABSENT = "0" * 40
_TAGS = "refs/tags/"
_MAIN = ("refs/remotes/origin/main", "refs/heads/main")
"""Where main is looked for, the better place first."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit on the first-parent line, with what it changed against its first parent."""

    sha: str
    parent: str
    """First parent; empty for the root commit."""
    committed_at: datetime
    changes: tuple[Change, ...]


class Repository:
    """One local repository, work tree or bare; a context manager, as it keeps a process."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git_dir = location.git_dir(root)
        self.objects = ObjectReader(self.git_dir)
        self._started: list[process.Started] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.objects.close()
        for one in self._started:
            one.end()

    def resolve(self, ref: str) -> str:
        """The commit a ref or sha names. Raises UsageError when it names none, or two.

        A tag with a branch's name would otherwise come before the branch.
        """
        if _FULL_SHA.fullmatch(ref):
            return self._proven(ref)
        done = process.run(
            self.git_dir, ["rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}"]
        )
        if b"is ambiguous" in done.stderr:
            raise UsageError(f"{ref!r} has two meanings here", fix="name refs/heads/..., or a sha")
        sha = done.stdout.decode("ascii", "replace").strip()
        if done.returncode != 0 or not _FULL_SHA.fullmatch(sha):
            raise _no_commit(ref)
        return sha

    def _proven(self, sha: str) -> str:
        found = self.objects.info(f"{sha}^{{commit}}")
        if found is None:
            raise _no_commit(sha)
        return found.oid

    def tip(self, ref: str) -> str:
        """The commit a ref names, main's for an empty one. Raises what `resolve` raises."""
        return self.resolve(ref) if ref else self._main()[1]

    def main_ref(self) -> str:
        """The ref of main that releases come from: origin's where there is one.

        Raises UsageError when neither exists.
        """
        return self._main()[0]

    def _main(self) -> tuple[str, str]:
        listed = process.output(
            self.git_dir, ["for-each-ref", "--format=%(refname) %(objectname)", *_MAIN]
        )
        found = dict(line.split(" ") for line in listed.decode("utf-8", "replace").splitlines())
        for ref in _MAIN:
            if ref in found:
                return ref, found[ref]
        raise UsageError("this repository has no branch main", fix="name the branch with --ref")

    def remote(self, name: str) -> str | None:
        """The name of a configured remote; None when the repository has no such remote."""
        listed = process.output(self.git_dir, ["remote"]).decode("utf-8", "replace").splitlines()
        return name if name in listed else None

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor; None for unrelated histories."""
        done = process.run(self.git_dir, ["merge-base", one, other])
        if done.returncode not in {0, 1}:
            raise process.refusal("merge-base", done.stderr)
        return done.stdout.decode("ascii").split("\n", 1)[0] or None

    def changes(self, old: str, new: str) -> tuple[Change, ...]:
        """What differs from tree `old` to tree `new`, in path order, without rename detection."""
        raw = process.output(
            self.git_dir,
            ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", old, new],
        )
        return tuple(_raw_changes(raw.split(b"\0")))

    def first_parent(self, *, after: str | None, until: str, path: str = "") -> Iterator[Commit]:
        """The commits of `until`'s first-parent line after `after`, oldest first.

        With a path only those that touch it or what lies below, and only their changes there.
        git begins at once and goes on until the first commit is asked for.
        """
        if after == until:
            return iter(())
        started = process.Started(
            self.git_dir,
            [
                "log",
                "--first-parent",
                "--reverse",
                "--diff-merges=first-parent",
                "-r",
                "-z",
                "--raw",
                "--no-renames",
                "--no-abbrev",
                "--root",
                "--format=%H %P%x00%ct",
                until,
                *([f"^{after}"] if after else []),
                "--",
                *([path] if path else []),
            ],
        )
        self._started.append(started)
        return _commits(started)

    def first_parent_line(self, until: str, *, most: int = 0) -> tuple[str, ...]:
        """The shas of `until`'s first-parent line, newest first; 0 is no limit."""
        limit = [f"--max-count={most}"] if most else []
        raw = process.output(self.git_dir, ["rev-list", "--first-parent", *limit, until])
        return tuple(raw.decode("ascii").split())

    def committed_at(self, commit: str) -> datetime:
        """The committer date of a commit, UTC."""
        raw = process.output(self.git_dir, ["log", "-1", "--format=%ct", commit])
        return datetime.fromtimestamp(int(raw), UTC)

    def at(self, commit: str, path: str) -> ObjectInfo | None:
        """What lies at a path of a commit; None when nothing does."""
        return self.objects.info(f"{commit}:{path}")

    def read_at(self, commit: str, path: str) -> bytes | None:
        """The bytes of a file at a commit; None when there is no file."""
        info = self.at(commit, path)
        return self.objects.read(info.oid) if info and info.kind == "blob" else None

    def entries_at(self, commit: str, path: str) -> tuple[Entry, ...]:
        """The entries of a folder at a commit; empty when there is no such folder."""
        info = self.at(commit, path)
        return self.objects.tree(info.oid) if info and info.kind == "tree" else ()

    def is_shallow(self) -> bool:
        """Whether history is cut off, so that nothing can be proven from it."""
        return (self.git_dir / "shallow").exists()

    def local_tags(self, prefix: str) -> dict[str, str]:
        """Tag name to the id of the object the ref points at, for names with the prefix."""
        # git takes three times as long to print names without the `refs/tags/` before them.
        raw = process.output(
            self.git_dir, ["for-each-ref", "--format=%(objectname) %(refname)", f"{_TAGS}{prefix}*"]
        )
        pairs = (line.split(" ", 1) for line in raw.decode("utf-8", "replace").splitlines())
        return {name.removeprefix(_TAGS): oid for oid, name in pairs}

    def write_tag_object(self, body: bytes) -> str:
        """Store an annotated tag object byte for byte and return its id."""
        return process.output(self.git_dir, ["mktag"], stdin=body).decode("ascii").strip()

    def create_tag(self, name: str, oid: str) -> None:
        """Point a new local tag at an object.

        Raises GitError when the name points elsewhere, or git refuses.
        """
        if self.local_tags(name).get(name) == oid:
            return
        done = process.run(self.git_dir, ["update-ref", f"{_TAGS}{name}", oid, _ABSENT])
        if done.returncode == 0 or (found := self.local_tags(name).get(name)) == oid:
            return
        if found is None:
            raise process.refusal("update-ref", done.stderr)
        raise GitError(
            f"the local tag {name} points at another object",
            fix=f"git tag -d {name} && git fetch --tags",
        )


def _no_commit(ref: str) -> UsageError:
    return UsageError(f"{ref!r} names no commit here", fix="git fetch origin, or name a sha")


def _commits(log: process.Started) -> Iterator[Commit]:
    """Split `log -z --raw`: a field that starts with a colon is followed by its path."""
    fields, at = log.output().split(b"\0"), 0
    while at + 1 < len(fields):
        sha, *parents = fields[at].decode("ascii").split()
        committed_at = datetime.fromtimestamp(int(fields[at + 1]), UTC)
        start = at = at + 2
        while at + 1 < len(fields) and fields[at].lstrip(b"\n").startswith(b":"):
            at += 2
        changes = tuple(_raw_changes(fields[start:at]))
        yield Commit(sha, parents[0] if parents else "", committed_at, changes)
        if at < len(fields) and not fields[at]:
            at += 1


def _raw_changes(fields: list[bytes]) -> Iterator[Change]:
    for meta, path in zip(fields[::2], fields[1::2], strict=False):
        words = meta.lstrip(b"\n")[1:].decode("ascii").split()
        old_mode, new_mode, old_oid, new_oid, status = words
        name = path.decode("utf-8", "surrogateescape")
        yield Change(status, name, old_mode, new_mode, old_oid, new_oid)
