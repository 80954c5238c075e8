"""Files that commands are given, and files and folders that appear whole or not at all."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from fedfuse.errors import FedfuseError, RefusedError, UsageError

_DRAFT = ".draft-"


def read_named(path: Path, *, most: int = -1, fix: str = "check the path") -> bytes:
    """The bytes of a file that a command was given, at most so many; -1 is no limit.

    Raises UsageError when there is no such file, FedfuseError when it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(most)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as err:
        raise UsageError(f"{path}: {err.strerror}", fix=fix) from err
    except OSError as err:
        raise FedfuseError(f"{path}: {err.strerror}", fix=fix) from err


def write_new(path: Path, data: bytes) -> None:
    """Write a file that must not exist with other bytes; readers see all of it or nothing.

    Raises RefusedError when it does, FedfuseError when it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for leftover in path.parent.glob(f"{_DRAFT}*"):  # of a run that was killed
            leftover.unlink()
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=_DRAFT) as draft:
            draft.write(data)
            draft.flush()
            os.fsync(draft.fileno())
            Path(draft.name).chmod(0o644)
            path.hardlink_to(draft.name)
    except FileExistsError as err:
        if not path.is_file() or path.read_bytes() != data:
            raise RefusedError(f"{path} is there with other bytes", fix=f"rm {path}") from err
    except OSError as err:
        raise FedfuseError(
            f"{path}: {err.strerror}",
            fix="check that the folder may be written and its disk has room",
        ) from err


def write_durably(path: Path, data: bytes) -> None:
    """Write a file that is on disc on return, so that it may get its name. Raises OSError."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def write_below(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files by their paths below a folder that nobody else uses. Raises OSError."""
    for path, data in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def refuse_used(target: Path) -> None:
    """Raises RefusedError for a folder that `new_folder` would refuse."""
    place = target.resolve()
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise RefusedError(f"{target} exists and is not empty", fix="name a folder that is new")
    if place == Path.cwd():
        raise RefusedError("the current folder cannot be replaced", fix=f"cd .. ; {place.name}")


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A draft folder that becomes `target` when the block ends well, and vanishes when it does not.

    Raises RefusedError when `target` exists and is not empty, or is the current folder (it would
    be pulled from under the shell), FedfuseError when it cannot be written.
    """
    refuse_used(target)
    place = target.resolve()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=f".{place.name}-") as parent:
            draft = Path(parent) / place.name
            draft.mkdir()
            yield draft
            draft.rename(place)
    except OSError as err:
        raise FedfuseError(f"{target}: {err.strerror}", fix="name a folder you can write") from err
