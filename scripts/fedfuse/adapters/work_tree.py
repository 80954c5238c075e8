"""The files of a work tree, for judging what is still being edited."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class WorkTree:
    """The files below a folder. Symbolic links are treated as absent.

    Names and digests are those of the first look, so each folder is listed once and each file is
    digested once. To see what was written since, make another one.
    """

    root: Path
    _names: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)
    _digests: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when there is no plain file at the path."""
        file = self.root / path
        return file.read_bytes() if file.is_file() and not file.is_symlink() else None

    def names(self, folder: str) -> tuple[str, ...]:
        """The names in a folder, sorted; empty when there is no such folder."""
        if folder not in self._names:
            self._names[folder] = self._list(folder)
        return self._names[folder]

    def digest(self, path: str) -> str:
        """An id that changes whenever the file or folder does; empty when there is none."""
        if path not in self._digests:
            self._digests[path] = self._digest(path)
        return self._digests[path]

    def _list(self, folder: str) -> tuple[str, ...]:
        directory = self.root / folder
        if not directory.is_dir() or directory.is_symlink():
            return ()
        return tuple(sorted(entry.name for entry in directory.iterdir()))

    def _digest(self, path: str) -> str:
        data = self.read(path)
        if data is not None:
            return hashlib.sha256(data).hexdigest()
        parts = [f"{name} {self.digest(f'{path}/{name}')}\n" for name in self.names(path)]
        return hashlib.sha256("".join(parts).encode()).hexdigest() if parts else ""
