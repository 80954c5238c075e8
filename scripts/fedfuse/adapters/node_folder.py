"""The folder bundles are pulled into: releases appear whole, and what was seen is remembered."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fedfuse.errors import FedfuseError, RefusedError
from fedfuse.model.canonical import dumps_by_key

LOCK = "channels.lock"
_DRAFTS = ".fedfuse-draft"
"""Holds what is not whole yet. In the folder itself: a rename must not leave its file system."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What this folder has seen of its registry."""

    serial: int = -1
    """Of the newest channels.json; -1 before the first."""
    channels: str = ""
    """sha256 of what that channels.json decides."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tag to tag object id of every release pulled."""


class NodeFolder:
    """One folder of pulled releases. Nothing in it that no pull wrote is ever changed or deleted.

    Raises RefusedError where something else is in the way, FedfuseError where it cannot write.
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
                self._sweep()  # after a run that was killed
                yield
        except OSError as err:
            raise FedfuseError(
                f"{self._root}: {err.strerror or err}",
                fix="make room there, or pull into a folder you can write to",
            ) from err

    def remembered(self) -> Remembered:
        """What channels.lock says."""
        path = self._root / LOCK
        if not path.exists():
            return Remembered()
        try:
            raw: Mapping[str, Any] = json.loads(path.read_bytes())
            return Remembered(int(raw["serial"]), str(raw["channels"]), dict(raw["tags"]))
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as err:
            raise RefusedError(
                f"{path}: not a lock this tool wrote",
                fix="pull into an empty folder; deleting the lock also forgets what was seen",
            ) from err

    def remember(self, seen: Remembered) -> None:
        """Write channels.lock, by rename."""
        value = {"serial": seen.serial, "channels": seen.channels, "tags": dict(seen.tags)}
        with self._draft() as draft:
            _write(draft, dumps_by_key(value))
            draft.replace(self._root / LOCK)

    def contents(self, tag: str) -> Mapping[str, bytes] | None:
        """Every file of a release that lies here; None when there is nothing under its name.

        What is no plain file counts as an empty one, so that it never passes for the release.
        """
        place = self.path_of(tag)
        if not os.path.lexists(place):
            return None
        return {
            path.relative_to(place).as_posix(): path.read_bytes() if path.is_file() else b""
            for path in place.rglob("*")
            if path.is_symlink() or not path.is_dir()
        }

    def land(self, tag: str, files: Mapping[str, bytes]) -> None:
        """Make the folder of a release that is not here yet appear, whole."""
        with self._draft() as draft:
            for path, body in files.items():
                target = draft / path
                target.parent.mkdir(parents=True, exist_ok=True)
                _write(target, body)
            draft.rename(self.path_of(tag))

    def switch(self, link: str, tag: str) -> None:
        """Make a link name a release's folder; readers find the old release or the new one."""
        place = self._root / link
        if place.exists() and not place.is_symlink():
            raise RefusedError(
                f"{place} is there and is no link of this tool", fix=f"mv {place} {place}.mine"
            )
        if place.is_symlink() and str(place.readlink()) == tag:
            return
        with self._draft() as draft:
            draft.symlink_to(tag, target_is_directory=True)
            draft.replace(place)

    @contextmanager
    def _draft(self) -> Iterator[Path]:
        """A path for what is to be renamed; whatever happens, nothing stays of it."""
        drafts = self._root / _DRAFTS
        drafts.mkdir()
        try:
            yield drafts / "draft"
        finally:
            self._sweep()

    def _sweep(self) -> None:
        drafts = self._root / _DRAFTS
        if drafts.exists():
            shutil.rmtree(drafts)


def _write(path: Path, body: bytes) -> None:
    """On disc before it gets its name: a power cut must not leave an empty file under it."""
    with path.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
