"""The files of a work tree, for judging what is still being edited."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class WorkTree:
    """The files below a folder. Symbolic links are treated as absent."""

    root: Path

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when there is no plain file at the path."""
        file = self.root / path
        return file.read_bytes() if file.is_file() and not file.is_symlink() else None

    def names(self, folder: str) -> tuple[str, ...]:
        """The names in a folder, sorted; empty when there is no such folder."""
        directory = self.root / folder
        if not directory.is_dir() or directory.is_symlink():
            return ()
        return tuple(sorted(entry.name for entry in directory.iterdir()))

    def digest(self, path: str) -> str:
        """An id that changes whenever the file or folder does; empty when there is none."""
        data = self.read(path)
        if data is not None:
            return hashlib.sha256(data).hexdigest()
        parts = [f"{name} {self.digest(f'{path}/{name}')}\n" for name in self.names(path)]
        return hashlib.sha256("".join(parts).encode()).hexdigest() if parts else ""
