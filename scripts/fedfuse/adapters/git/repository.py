"""A registry repository as history and objects; nothing is ever checked out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from fedfuse.adapters.git import location, process
from fedfuse.adapters.git.commit_object import CommitObject
from fedfuse.adapters.git.objects import ObjectReader, batched, missing
from fedfuse.adapters.git.tree_difference import TreeDifference
from fedfuse.adapters.git.tree_object import COMMIT, TREE, Item
from fedfuse.errors import GitError, RegistryError, UsageError
from fedfuse.model.change import ABSENT, BROKEN, MOST_CHANGES, Change

_FULL_SHA = re.compile(r"[0-9a-f]{40}")
_TAGS = "refs/tags/"
_MAIN = ("refs/remotes/origin/main", "refs/heads/main")
"""Where main is looked for, the better place first."""
_AT_ONCE = 250
_MOST_READ = 8 * 1024 * 1024
"""More than any file of a registry may have."""
_NO_REVISION = b"Needed a single revision"
"""How git says that a name means nothing; anything else says that it cannot read."""
_EPOCH = datetime.fromtimestamp(0, UTC)
_UNDATED = Change(
    BROKEN, "", *("0" * 6,) * 2, *(ABSENT,) * 2, "the committer date is none from 1970 to 9999"
)
_FRESH = "remove .git/info/grafts and .git/objects/info/commit-graph*, or clone it again"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a folder."""

    mode: str
    """Six octal digits, `100644` for a plain file, `040000` for a folder."""
    oid: str
    name: str
    """File name; bytes that are no UTF-8 are kept as surrogate escapes."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit on the first-parent line, with what it changed against its first parent."""

    sha: str
    parent: str
    """First parent; empty for the root commit."""
    committed_at: datetime
    """Committer date, UTC; its parent's when it has none from 1970 to 9999."""
    changes: tuple[Change, ...]


class Repository:
    """One local repository, work tree or bare; a context manager, as it keeps a process."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git_dir = location.git_dir(root)
        self.objects = ObjectReader(self.git_dir)
        self._started: list[process.Started] = []
        self._roots: dict[str, Item] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
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
            unread = b"broken ref" in done.stderr or _NO_REVISION not in done.stderr
            raise process.refusal("rev-parse", done.stderr) if unread else _no_commit(ref)
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
        done = process.run(
            self.git_dir, ["for-each-ref", "--format=%(refname) %(objectname)", *_MAIN]
        )
        listed = done.stdout.decode("utf-8", "replace").splitlines()
        found = dict(line.split(" ") for line in listed)
        for ref in _MAIN:
            if ref in found:
                return ref, found[ref]
        if done.stderr:
            raise process.refusal("for-each-ref", done.stderr)
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

    def changes(self, old: str, new: str, *, most: int = MOST_CHANGES) -> tuple[Change, ...]:
        """What differs from commit `old` (empty: from nothing) to `new`, in path order.

        A rename is a delete and an add. Beyond `most` it is cut off, and what git itself would
        refuse has the status `X`.
        """
        sides = (self._root(one) if one else None for one in (old, new))
        return tuple(TreeDifference(self.objects, most).walk(b"", *sides))

    def first_parent(self, *, after: str | None, until: str, path: str = "") -> Iterator[Commit]:
        """The commits of `until`'s first-parent line after `after`, oldest first.

        With a path only those that touch it or what lies below, and only their changes there.
        git begins at once and goes on until the first commit is asked for.
        """
        if after == until:
            return iter(())
        excluded = [f"^{after}"] if after else []
        started = process.Started(
            self.git_dir, ["rev-list", "--first-parent", until, *excluded, "--"]
        )
        self._started.append(started)
        return self._line(started, after or "", path.encode())

    def _line(self, started: process.Started, parent: str, path: bytes) -> Iterator[Commit]:
        shas = started.output().decode("ascii").split()[::-1]
        before = self._at_root(self._root(parent) if parent else None, path)
        date = self.committed_at(parent) if parent else _EPOCH
        for some in batched(shas, _AT_ONCE):
            commits = tuple(self.objects.commits(some))
            self.objects.prefetch(one.tree for one in commits)
            for sha, one in zip(some, commits, strict=True):
                if one.parent != parent:  # a cache or a list beside the objects says otherwise
                    raise GitError(f"git says here that {parent} precedes {sha}", fix=_FRESH)
                date, undated = one.committed_at or date, not path and one.committed_at is None
                now = self._at_root((TREE, bytes.fromhex(one.tree)), path)
                if now != before or not path:
                    walk = TreeDifference(self.objects).walk(path, before, now)
                    yield Commit(sha, parent, date, (*([_UNDATED] if undated else []), *walk))
                before, parent = now, sha

    def first_parent_line(self, until: str, *, most: int = 0) -> tuple[str, ...]:
        """The shas of `until`'s first-parent line, newest first; 0 is no limit."""
        limit = [f"--max-count={most}"] if most else []
        raw = process.output(self.git_dir, ["rev-list", "--first-parent", *limit, until])
        return tuple(raw.decode("ascii").split())

    def commit(self, sha: str) -> CommitObject:
        """What a commit says of itself. Raises GitError when it is missing, or no commit."""
        (found,) = self.objects.commits((sha,))
        return found

    def committed_at(self, commit: str) -> datetime:
        """The committer date of a commit, UTC; its parent's when it has none from 1970 to 9999."""
        found = self.commit(commit)
        while found.committed_at is None and found.parent:
            found = self.commit(found.parent)
        return found.committed_at or _EPOCH

    def oid_at(self, commit: str, path: str) -> str:
        """The id of what lies at a path of a commit; empty for nothing and for a submodule."""
        found = self._at_root(self._root(commit), path.encode("utf-8", "surrogateescape"))
        return found[1].hex() if found and found[0] != COMMIT else ""

    def read_at(self, commit: str, path: str) -> bytes | None:
        """The bytes of a file at a commit; None when there is no file.

        Raises GitError when this clone lacks it, RegistryError for one that no rule allows.
        """
        oid = self.oid_at(commit, path)
        info = self.objects.info(oid) if oid else None
        if oid and info is None:
            raise missing(oid)
        if info is None or info.kind != "blob":
            return None
        if info.size > _MOST_READ:
            what = f"{path} has {info.size:,} bytes at commit {commit[:12]}"
            raise RegistryError(what, fix="replace it by a small file")
        return self.objects.read(oid)

    def entries_at(self, commit: str, path: str) -> tuple[Entry, ...]:
        """The entries of a folder at a commit; empty when there is no such folder."""
        found = self._at_root(self._root(commit), path.encode("utf-8", "surrogateescape"))
        if not found or found[0] != TREE:
            return ()
        entries = self.objects.tree(found[1].hex()).entries.items()
        return tuple(
            Entry(mode.decode("ascii").zfill(6), oid.hex(), name.decode("utf-8", "surrogateescape"))
            for name, (mode, oid) in entries
        )

    def _root(self, commit: str) -> Item:
        if commit not in self._roots:
            self._roots[commit] = TREE, bytes.fromhex(self.commit(commit).tree)
        return self._roots[commit]

    def _at_root(self, root: Item | None, path: bytes) -> Item | None:
        found = root
        for name in path.split(b"/") if path else ():
            if not found or found[0] != TREE:
                return None
            found = self.objects.tree(found[1].hex()).entries.get(name)
        return found

    def require_whole(self) -> None:
        """Raises GitError when this clone leaves out history or files: nothing can be proven."""
        common = location.common_dir(self.git_dir)
        if (common / "shallow").exists():
            raise GitError("this clone is shallow", fix="git fetch --unshallow --tags")
        if any((common / "objects" / "pack").glob("*.promisor")):
            raise process.partial()

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
        done = process.run(self.git_dir, ["update-ref", f"{_TAGS}{name}", oid, ABSENT])
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
