"""The tree that a merge of a change onto the base tip would make."""

import hashlib
from dataclasses import dataclass

from fedfuse.adapters.git.tree import CommitTree
from fedfuse.model.change import Change


@dataclass(frozen=True, slots=True)
class Overlay:
    """The base tip with the changed paths taken from the head, and nothing else of the head."""

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
