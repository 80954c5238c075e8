"""The tree that some files would make which are not written yet."""

from collections.abc import Mapping
from dataclasses import dataclass

from fedfuse.engine.interface import Tree
from fedfuse.model.canonical import sha256


@dataclass(frozen=True, slots=True)
class DraftTree:
    """A tree with some files added."""

    below: Tree
    added: Mapping[str, bytes]

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when there is no file at the path."""
        return self.added[path] if path in self.added else self.below.read(path)

    def names(self, folder: str) -> tuple[str, ...]:
        """The names in a folder; empty when there is no such folder."""
        added = {path.partition("/")[0] for path in self._inside(folder)}
        return tuple(sorted({*self.below.names(folder), *added}))

    def digest(self, path: str) -> str:
        """An id that changes whenever the file, or anything in the folder, does."""
        if path in self.added:
            return sha256(self.added[path])
        inside = self._inside(path)
        digests = [self.below.digest(path), *(f"{name} {sha256(inside[name])}" for name in inside)]
        return sha256("\n".join(digests).encode()) if inside else digests[0]

    def _inside(self, folder: str) -> Mapping[str, bytes]:
        """What is added below a folder, by the path there."""
        start = f"{folder}/" if folder else ""
        return {p.removeprefix(start): self.added[p] for p in self.added if p.startswith(start)}
