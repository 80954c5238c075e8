"""A registry in memory, for readers that take any tree."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MemoryTree:
    """Files by path (`fedfuse.engine.interface.Tree`)."""

    files: Mapping[str, bytes]

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when there is none."""
        return self.files.get(path)

    def names(self, folder: str) -> tuple[str, ...]:
        """The names in a folder, sorted."""
        start = f"{folder}/" if folder else ""
        inside = (path.removeprefix(start) for path in self.files if path.startswith(start))
        return tuple(sorted({path.split("/")[0] for path in inside}))

    def digest(self, path: str) -> str:
        """An id of a file or folder; empty when there is none."""
        inside = [p for p in sorted(self.files) if f"{p}/".startswith(f"{path}/")]
        text = "".join(f"{p} {hashlib.sha256(self.files[p]).hexdigest()}\n" for p in inside)
        return hashlib.sha256(text.encode()).hexdigest() if inside else ""
