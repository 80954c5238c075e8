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

from fedfuse.adapters.files import write_durably
from fedfuse.errors import FedfuseError, RefusedError
from fedfuse.model.bundle import MAX_FILE_BYTES, RECORD
from fedfuse.model.canonical import dumps_by_key
from fedfuse.model.finding import Finding
from fedfuse.model.proof import prove_pinned, prove_record

LOCK = "channels.lock"
_DRAFTS = ".fedfuse-draft"
"""Holds what is not whole yet. In the folder itself: a rename must not leave its file system."""
_FOREIGN = b"\0not a file of a release"


@dataclass(frozen=True, slots=True)
class Remembered:
    """What this folder has seen of its registry."""

    serial: int = -1
    """Of the newest channels.json; -1 before the first."""
    channels: str = ""
    """sha256 of what that channels.json decides."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tag to tag object id of every release pulled."""
    main: str = ""
    """The registry's main that channels were proven from last; empty before the first proof."""


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
            serial, channels = int(raw["serial"]), str(raw["channels"])
            return Remembered(serial, channels, dict(raw["tags"]), str(raw.get("main", "")))
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as err:
            raise RefusedError(
                f"{path}: not a lock this tool wrote",
                fix="pull into an empty folder; deleting the lock also forgets what was seen",
            ) from err

    def remember(self, seen: Remembered) -> None:
        """Write channels.lock, by rename."""
        value = {
            "serial": seen.serial,
            "channels": seen.channels,
            "tags": dict(seen.tags),
            "main": seen.main,
        }
        with self._draft() as draft:
            write_durably(draft, dumps_by_key(value))
            draft.replace(self._root / LOCK)

    def contents(self, tag: str) -> Mapping[str, bytes] | None:
        """Every file of a release that lies here; None when there is nothing under its name.

        What is no plain file of a release's size never passes for one: a link's bytes may change.
        """
        place = self.path_of(tag)
        if not os.path.lexists(place):
            return None
        if place.is_symlink():
            return {"": _FOREIGN}
        return {
            path.relative_to(place).as_posix(): _plain(path)
            for path in place.rglob("*")
            if path.is_symlink() or not path.is_dir()
        }

    def proven(self, tag: str) -> Mapping[str, bytes] | str:
        """A release byte for byte as it was pulled, or why what lies here is not.

        What vouches is the tag object that the folder remembers.
        """
        seen = self.remembered().tags.get(tag, "")
        files = self.contents(tag) if seen else None
        if not files:
            return "no pull left a release there"
        body = files.get(RECORD, b"")
        record = prove_record(body, tag=tag, anchor=None, seen=seen, place=tag)
        if isinstance(record, Finding):
            return record.message
        is_whole = not prove_pinned(files, record, place=tag) and record.release(files) == files
        return files if is_whole else "its files are not those that were pulled"

    def land(self, tag: str, files: Mapping[str, bytes]) -> None:
        """Make the folder of a release that is not here yet appear, whole."""
        with self._draft() as draft:
            for path, body in files.items():
                target = draft / path
                target.parent.mkdir(parents=True, exist_ok=True)
                write_durably(target, body)
            draft.rename(self.path_of(tag))

    def switch(self, link: str, tag: str) -> None:
        """Make a link name a release's folder; readers find the old release or the new one."""
        place = self._root / link
        if place.exists() and not place.is_symlink():
            raise RefusedError(
                f"{place} is there and is no link of this tool", fix=f"mv {place} {place}.mine"
            )
        if self.named_by(link) == tag:
            return
        with self._draft() as draft:
            draft.symlink_to(tag, target_is_directory=True)
            draft.replace(place)

    def named_by(self, link: str) -> str:
        """What a link names, wherever that is; empty when there is no such link."""
        place = self._root / link
        return str(place.readlink()) if place.is_symlink() else ""

    def unlink(self, link: str) -> None:
        """Take a link away; what it names stays."""
        (self._root / link).unlink()

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


def _plain(path: Path) -> bytes:
    is_plain = path.is_file() and not path.is_symlink()
    return path.read_bytes() if is_plain and path.stat().st_size <= MAX_FILE_BYTES else _FOREIGN
