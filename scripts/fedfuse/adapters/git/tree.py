"""The files of one commit, read as objects, and of what a merge would make of two."""

import hashlib
from dataclasses import dataclass, field

from fedfuse.adapters.git.repository import Repository
from fedfuse.model.change import SUBMODULE, Change


@dataclass(frozen=True, slots=True)
class CommitTree:
    """The tree of a commit. Nothing is checked out; symbolic links are not followed."""

    repository: Repository
    commit: str
    _digests: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    """What was asked before; a commit never changes."""

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when there is no file at the path."""
        return self.repository.read_at(self.commit, path)

    def names(self, folder: str) -> tuple[str, ...]:
        """The names in a folder, in git's order; empty when there is no such folder."""
        entries = self.repository.entries_at(self.commit, folder)
        prefix = f"{folder}/" if folder else ""
        # A listing tells the ids of all files in it, which saves one question to git for each.
        self._digests.update((f"{prefix}{e.name}", e.oid) for e in entries if e.mode != SUBMODULE)
        return tuple(entry.name for entry in entries)

    def digest(self, path: str) -> str:
        """An id that changes whenever the file or folder does; empty when there is none."""
        if path not in self._digests:
            self._digests[path] = self.repository.oid_at(self.commit, path)
        return self._digests[path]


@dataclass(frozen=True, slots=True)
class Overlay:
    """What a merge would make: the base tip, with the changed paths as the head has them."""

    base: "CommitTree | Overlay"
    head: CommitTree
    changes: tuple[Change, ...]

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when there is no file at the path."""
        changed = any(change.path == path for change in self.changes)
        return self.head.read(path) if changed else self.base.read(path)

    def names(self, folder: str) -> tuple[str, ...]:
        """The names in a folder, sorted; empty when there is no such folder."""
        prefix = f"{folder}/" if folder else ""
        inside = [c for c in self.changes if c.path.startswith(prefix)]
        touched = {c.path.removeprefix(prefix).split("/")[0] for c in inside}
        gone = {c.path.removeprefix(prefix) for c in inside if c.status == "D"}
        present = {n for n in touched - gone if self.digest(f"{prefix}{n}")}
        return tuple(sorted({*self.base.names(folder), *present} - gone))

    def digest(self, path: str) -> str:
        """An id that changes whenever the file or folder does; empty when there is none."""
        inside = [c for c in self.changes if f"{c.path}/".startswith(f"{path}/")]
        if not inside:
            return self.base.digest(path)
        if len(inside) == 1 and inside[0].path == path:
            return self.head.digest(path)
        lines = "".join(f"{c.path} {c.new_oid}\n" for c in inside)
        text = self.base.digest(path) + lines
        return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
