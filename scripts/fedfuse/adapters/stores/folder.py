"""Artifacts in local folders under the registry's `artifact_root`."""

from hashlib import file_digest
from pathlib import Path

from fedfuse.adapters.stores.store import Access, Held, Store, Stored
from fedfuse.errors import RemoteError
from fedfuse.model.bundle import listing_digest
from fedfuse.model.manifest import Artifact


def look(location: str, _artifact: Artifact, access: Access) -> Held | None:
    """Every file of a folder; None when there is no such folder under the root.

    Links and special files are listed, never followed. The revision is the digest of the listing.
    Raises RemoteError when a file cannot be read, or the root itself is not there: a store that is
    not mounted says nothing about its artifacts.
    """
    root = access.artifact_root or Path()
    folder = root / location
    try:
        if not root.is_dir():
            raise RemoteError(
                f"dir:{location}: there is no folder {str(root)!r:.200}",
                fix="mount or make the artifact_root of registry.yaml",
            )
        steps = [folder, *folder.parents][: len(Path(location).parts)]
        if any(step.is_symlink() for step in steps) or not folder.is_dir():
            return None
        plain, odd = {}, []
        for path in sorted(folder.rglob("*")):
            place = path.relative_to(folder).as_posix()
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                odd.append(place)
            elif path.is_file():
                plain[place] = _stored(path)
    except OSError as err:
        raise RemoteError(
            f"dir:{location}: {err.strerror or err}", fix="check the folder and its permissions"
        ) from err
    revision = listing_digest({path: stored.sha256 for path, stored in plain.items()})
    return Held(plain, revision, tuple(odd))


def read(location: str, _revision: str, path: str, access: Access) -> bytes:
    """A file of a folder. Raises RemoteError when it cannot be read."""
    try:
        return ((access.artifact_root or Path()) / location / path).read_bytes()
    except OSError as err:
        what = f"dir:{location}/{path}: {err.strerror or err}"
        raise RemoteError(what, fix="check the folder and its permissions") from err


def _stored(path: Path) -> Stored:
    with path.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    return Stored(path.stat().st_size, digest)


STORE = Store(
    scheme="dir:",
    form="dir:PATH",
    location=r"[\w-][\w.=-]*(?:/[\w-][\w.=-]*)*/?",
    revision="(?!0+$)[0-9a-f]{64}",
    revision_is="sha256 of the sorted `sha256  path` lines, 64 lower-case hex digits",
    revision_length=64,
    title="a local folder",
    digest="Every file is read and hashed.",
    look=look,
    read=read,
    is_folder=True,
)
