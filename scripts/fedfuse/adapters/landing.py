"""The folder bundles are pulled into: releases appear whole, and what was seen is remembered."""

import fcntl
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fedfuse.errors import FedfuseError, RefusedError
from fedfuse.model.canonical import dumps_by_key

LOCK = "channels.lock"
_LINK = ".link-"


@dataclass(frozen=True, slots=True)
class Remembered:
    """What this folder has seen of its registry."""

    serial: int = -1
    """Of the newest channels.json; -1 before the first."""
    channels: str = ""
    """sha256 of what that channels.json decides."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tag to tag object id of every release pulled."""


class Landing:
    """One folder of pulled releases.

    Raises RefusedError for one that holds what no pull wrote, FedfuseError where it cannot write.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def path_of(self, tag: str) -> Path:
        """Where a release lies."""
        return self._root / tag

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One pull at a time decides and lands; ends with the process, also a killed one."""
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            with (self._root / ".lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as err:
            raise FedfuseError(
                f"{self._root}: {err.strerror or err}", fix="pull into a folder you can write to"
            ) from err

    def remembered(self) -> Remembered:
        """What channels.lock says."""
        path = self._root / LOCK
        if not path.exists():
            return Remembered()
        try:
            raw: Mapping[str, Any] = json.loads(path.read_bytes())
            return Remembered(int(raw["serial"]), str(raw["channels"]), dict(raw["tags"]))
        except (ValueError, KeyError, TypeError) as err:
            raise RefusedError(
                f"{path}: not a lock this tool wrote",
                fix="pull into an empty folder; deleting the lock also forgets what was seen",
            ) from err

    def remember(self, seen: Remembered) -> None:
        """Write channels.lock, by rename."""
        value = {"serial": seen.serial, "channels": seen.channels, "tags": dict(seen.tags)}
        with tempfile.NamedTemporaryFile(dir=self._root, prefix=".lock-", delete=False) as draft:
            draft.write(dumps_by_key(value))
        Path(draft.name).replace(self._root / LOCK)

    def land(self, tag: str, files: Mapping[str, bytes]) -> None:
        """Make the release's folder appear; one that is there already must hold the same bytes."""
        self._sweep()
        place = self.path_of(tag)
        if place.exists():
            if _contents(place) != dict(files):
                raise RefusedError(
                    f"{place} was changed after it was pulled",
                    fix=f"rm -r {place}, then pull again",
                )
            return
        draft = Path(tempfile.mkdtemp(dir=self._root, prefix=".pull-"))
        for path, body in files.items():
            target = draft / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(body)
        draft.chmod(0o755)
        draft.rename(place)

    def switch(self, link: str, tag: str) -> None:
        """Make a link name a release's folder; readers find the old release or the new one."""
        draft = self._root / f"{_LINK}{link}"
        draft.unlink(missing_ok=True)
        draft.symlink_to(tag, target_is_directory=True)
        draft.replace(self._root / link)

    def _sweep(self) -> None:
        for leftover in self._root.glob(".pull-*"):
            shutil.rmtree(leftover)
        for leftover in self._root.glob(".lock-*"):
            leftover.unlink()


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if not path.is_dir()
    }
