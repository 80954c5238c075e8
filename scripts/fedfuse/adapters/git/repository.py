"""A registry repository as history and objects; nothing is ever checked out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import git  # noqa: TID251 - this package is the adapter

from fedfuse.adapters.git import process
from fedfuse.adapters.git.objects import Entry, ObjectInfo, ObjectReader
from fedfuse.errors import GitError, UsageError
from fedfuse.model.change import Change

_FULL_SHA = re.compile(r"[0-9a-f]{40}")
_ABSENT = "0" * 40


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
        try:
            repo = git.Repo(root, search_parent_directories=False, expand_vars=False)
        except (git.InvalidGitRepositoryError, git.NoSuchPathError) as err:
            raise UsageError(
                f"{root} is not the top folder of a git repository",
                fix="run the command there, or pass --root DIR",
            ) from err
        self.root = root
        self.git_dir = Path(repo.git_dir)
        self.objects = ObjectReader(self.git_dir)
        repo.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.objects.close()

    def resolve(self, ref: str) -> str:
        """The commit a ref or sha names. Raises UsageError when it names none, or two.

        A tag with a branch's name would otherwise come before the branch.
        """
        done = process.run(
            self.git_dir, ["rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}"]
        )
        if b"is ambiguous" in done.stderr and not _FULL_SHA.fullmatch(ref):
            raise UsageError(f"{ref!r} has two meanings here", fix="name refs/heads/..., or a sha")
        sha = done.stdout.decode("ascii", "replace").strip()
        if done.returncode != 0 or not _FULL_SHA.fullmatch(sha):
            raise UsageError(f"{ref!r} names no commit here", fix="git fetch origin, or name a sha")
        return sha

    def main_ref(self) -> str:
        """The ref of main that releases come from: origin's where there is one.

        Raises UsageError when neither exists.
        """
        for ref in ("refs/remotes/origin/main", "refs/heads/main"):
            if process.run(self.git_dir, ["show-ref", "--verify", "-q", ref]).returncode == 0:
                return ref
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
        """
        raw = process.output(
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
        return _commits(raw.split(b"\0"))

    def first_parent_line(self, until: str) -> tuple[str, ...]:
        """All shas of `until`'s first-parent line, newest first."""
        raw = process.output(self.git_dir, ["rev-list", "--first-parent", until])
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
        raw = process.output(
            self.git_dir,
            ["for-each-ref", "--format=%(objectname) %(refname:strip=2)", f"refs/tags/{prefix}*"],
        )
        pairs = (line.split(" ", 1) for line in raw.decode("utf-8", "replace").splitlines())
        return {name: oid for oid, name in pairs}

    def write_tag_object(self, body: bytes) -> str:
        """Store an annotated tag object byte for byte and return its id."""
        return process.output(self.git_dir, ["mktag"], stdin=body).decode("ascii").strip()

    def create_tag(self, name: str, oid: str) -> None:
        """Point a new local tag at an object. Raises GitError when the name points elsewhere."""
        if self.local_tags(name).get(name) == oid:
            return
        done = process.run(self.git_dir, ["update-ref", f"refs/tags/{name}", oid, _ABSENT])
        if done.returncode != 0 and self.local_tags(name).get(name) != oid:
            raise GitError(
                f"the local tag {name} points at another object",
                fix=f"git tag -d {name} && git fetch --tags",
            )


def _commits(fields: list[bytes]) -> Iterator[Commit]:
    """Split `log -z --raw`: a field that starts with a colon is followed by its path."""
    at = 0
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
