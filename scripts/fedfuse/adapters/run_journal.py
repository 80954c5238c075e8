"""The journal of a run in progress: finished results are kept through a kill."""

import fcntl
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from fedfuse.errors import FedfuseError, UsageError


class RunJournal:
    """An append-only file of JSON lines, the first of which says what run it belongs to.

    A line that a kill cut short is dropped when the journal is opened again. One process at a
    time may hold it. Entering raises UsageError for a journal of another run or one that is held,
    FedfuseError when the file cannot be written.
    """

    def __init__(self, path: Path, run: Mapping[str, Any]) -> None:
        self.entries: tuple[Mapping[str, Any], ...] = ()
        """What earlier attempts of this run have recorded, in order."""
        self._path = path
        self._run = dict(run)

    def __enter__(self) -> Self:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("a+b")
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as err:
            self._file.close()
            fix = "wait for it, or write --to another file"
            raise UsageError(f"another process is writing {self._path}", fix=fix) from err
        except OSError as err:
            fix = "make the folder writable"
            raise FedfuseError(f"{self._path}: {err.strerror}", fix=fix) from err
        try:
            self._resume()
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, entry: Mapping[str, Any]) -> None:
        """Record one result; it is in the hands of the operating system on return."""
        self._file.write(json.dumps(entry).encode("ascii") + b"\n")
        self._file.flush()

    def remove(self) -> None:
        """Delete the journal of a run whose results are written elsewhere now."""
        self._path.unlink()

    def recorded(self) -> tuple[Mapping[str, Any], ...]:
        """What `entries` would be, without opening the journal; nothing is written.

        Raises UsageError for a journal of another run.
        """
        data = self._path.read_bytes() if self._path.is_file() else b""
        return self._entries_of(_whole(data))

    def _resume(self) -> None:
        self._file.seek(0)
        whole = _whole(self._file.read())
        self._file.truncate(len(whole))
        if not whole:
            self.add(self._run)
        self.entries = self._entries_of(whole)

    def _entries_of(self, whole: bytes) -> tuple[Mapping[str, Any], ...]:
        try:
            lines = [json.loads(line) for line in whole.splitlines()]
        except (ValueError, RecursionError) as err:
            fix = "delete it and run the command again"
            raise UsageError(f"{self._path} is damaged", fix=fix) from err
        if lines and lines[0] != self._run:
            raise UsageError(
                f"{self._path} belongs to a run with other options",
                fix=f"finish that run with its own options, or delete {self._path}",
            )
        return tuple(lines[1:])


def _whole(data: bytes) -> bytes:
    """Without the line that a kill cut short."""
    return data[: data.rfind(b"\n") + 1]
