"""The files of an artifact folder, and their digests."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from fedfuse.errors import FedfuseError, RefusedError, UsageError
from fedfuse.model.manifest import ArtifactFile

_CHUNK_BYTES = 1024 * 1024


def list_files(folder: Path, *, hidden: bool) -> tuple[str, ...]:
    """The paths of every plain file below a folder, relative to it, sorted.

    Without `hidden`, names that start with a dot (`.git`, `.cache`) are passed over. Raises
    UsageError for what is no folder, RefusedError for links, special files and a folder without
    files, FedfuseError for one that cannot be read.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder", fix="name the folder that holds the artifact")
    with _plain_errors(folder):
        found = tuple(sorted(_paths(folder, "", hidden=hidden)))
    if not found:
        raise RefusedError(f"{folder} holds no files", fix="name the artifact's own folder")
    return found


def hash_files(
    folder: Path, paths: Sequence[str], *, quiet: bool = False
) -> tuple[ArtifactFile, ...]:
    """Size and sha256 of every file, with a progress bar on stderr when that is a terminal.

    `quiet` hides the bar. Raises FedfuseError for a file that cannot be read.
    """
    with _plain_errors(folder):
        total = sum((folder / path).stat().st_size for path in paths)
        with tqdm(
            total=total, unit="B", unit_scale=True, disable=quiet or None, leave=False
        ) as bar:
            return tuple(_hash(folder / path, path, bar.update) for path in paths)


def _paths(folder: Path, prefix: str, *, hidden: bool) -> Iterator[str]:
    for entry in folder.iterdir():
        path = f"{prefix}{entry.name}"
        if entry.name.startswith(".") and not hidden:
            continue
        if entry.is_symlink() or not (entry.is_dir() or entry.is_file()):
            raise RefusedError(
                f"{entry} is no plain file",
                fix="put the file itself there; a link means another file on every machine",
            )
        if entry.is_dir():
            yield from _paths(entry, f"{path}/", hidden=hidden)
        else:
            yield path


def _hash(file: Path, path: str, advance: Callable[[int], object]) -> ArtifactFile:
    digest, size = hashlib.sha256(), 0
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            advance(len(chunk))
    return ArtifactFile(path, size, digest.hexdigest())


@contextmanager
def _plain_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as err:
        what = f"{err.filename or folder}: {err.strerror}"
        raise FedfuseError(what, fix="check the folder and its permissions") from err
