"""Joins what two tools render for a registry with what people made of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from fedfuse.adapters.git.merge_file import merge_file
from fedfuse.model import tool_lock
from fedfuse.model.upgrade import Effect, FileChange

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Sides:
    """Three versions of the files of a registry, by path."""

    base: Files
    """What the old tool rendered."""
    ours: Files
    """What main holds: all of these paths that it has, and every other workflow."""
    theirs: Files
    """What the new tool renders."""
    repinned: Callable[[bytes], bytes]
    """Text that names the old tool, naming the new one."""
    removable: Callable[[str], bool]
    """Whether a file at a path was the old tool's for sure, when nobody edited it."""

    def changes(self) -> Iterator[FileChange]:
        """What becomes of every file that does not stay as it is, by path.

        The pins move first, so they never conflict. Where both sides changed the same lines, main's
        file stays, with its pins moved, and the conflict holds the text with both.
        """
        for path in sorted(self.base.keys() | self.ours.keys() | self.theirs.keys()):
            found = self._change(path)
            if found and (found.effect is Effect.CONFLICT or found.data != self.ours.get(path)):
                yield found

    def _change(self, path: str) -> FileChange | None:
        """What becomes of a file; None where people removed it."""
        base, ours = self._moved(self.base, path), self._moved(self.ours, path)
        theirs = self.theirs.get(path)
        if path == tool_lock.PATH or (ours == base and (theirs is not None or self._goes(path))):
            return FileChange(path, self._plainly(path), theirs)
        if ours is None:
            return None
        if theirs in {base, ours}:
            edited = base is not None and ours not in {base, theirs}
            return FileChange(path, Effect.MERGED if edited else Effect.CHANGED, ours)
        if theirs is None:
            return FileChange(path, Effect.CONFLICT, ours) if self._goes(path) else None
        merged, clean = merge_file(base or b"", ours, theirs)
        if clean:
            return FileChange(path, Effect.MERGED, merged)
        return FileChange(path, Effect.CONFLICT, ours, merged)

    def _plainly(self, path: str) -> Effect:
        if path not in self.theirs:
            return Effect.REMOVED
        return Effect.CHANGED if path in self.ours else Effect.ADDED

    def _goes(self, path: str) -> bool:
        return path in self.base and self.removable(path)

    def _moved(self, files: Files, path: str) -> bytes | None:
        data = files.get(path)
        return None if data is None else self.repinned(data)
