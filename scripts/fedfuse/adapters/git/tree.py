"""The files of one commit, read as objects."""

from dataclasses import dataclass, field

from fedfuse.adapters.git.repository import Repository
from fedfuse.model.change import SUBMODULE


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
