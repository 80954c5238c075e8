"""A mirror in a local folder: the same files as on the Hub, without a Hub.

`main/` holds the newest release and the channels, `tags/<tag>/` each release. Both appear by
rename, so nobody sees half of them; a lock that ends with its process orders those who write.
"""

import fcntl
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from fedfuse.adapters.files import write_below
from fedfuse.errors import RemoteError
from fedfuse.model.bundle import listing_digest, path_problem
from fedfuse.model.canonical import sha256
from fedfuse.model.mirror import MAIN, STANDING, Attempt, FileId, Refs, file_id

_DRAFT = ".draft-"
_MAX_FILES = 5_000
_MAX_BYTES = 64 * 1024 * 1024


class FolderMirror:
    """A mirror target and bundle source in one folder.

    Commits are named by content: the sha256 of the sorted `sha256  path` lines of their files.
    Like a Hub it keeps what main was before, so that whoever reads a commit finds it.

    Every method raises RemoteError when the folder cannot be read or written.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = root / ".lock"
        """Makes a folder a mirror: what has none does not exist yet."""
        self._main = root / MAIN
        """A link into `versions/`: replacing the link is what moves main."""

    @property
    def name(self) -> str:
        """`dir:path`."""
        return f"dir:{self._root}"

    def refs(self) -> Refs | None:
        """The content id of main and of every tag; None while there is no mirror here."""
        if not self._lock.exists():
            return None
        with self._locked(fcntl.LOCK_SH):
            tags = self._root / "tags"
            folders = sorted(tags.iterdir()) if tags.is_dir() else []
            return Refs(
                content_id(self._files(self._main)),
                {folder.name: content_id(self._files(folder)) for folder in folders},
            )

    def tree(self, revision: str) -> Mapping[str, FileId]:
        """Every file of a commit, a tag or `main`."""
        with self._locked(fcntl.LOCK_SH):
            return {path: file_id(body) for path, body in self._at(revision).items()}

    def read(self, revision: str, path: str, *, limit: int) -> bytes:
        """One file. Raises RemoteError when it is longer than `limit` bytes, or missing."""
        with self._locked(fcntl.LOCK_SH):
            body = self._at(revision).get(path)
        if body is None or len(body) > limit:
            raise RemoteError(f"{self.name}: {path} is missing or longer than {limit} bytes")
        return body

    def create(self) -> None:
        """Make the folder; that somebody else has made it by now is fine."""
        with self._plain_errors():
            self._root.mkdir(parents=True, exist_ok=True)
            self._lock.touch()

    def prove_access(self) -> None:
        """Raises RemoteError when the folder cannot be written."""
        with self._locked():
            pass

    def commit(
        self, *, parent: str, writes: Mapping[str, bytes], deletes: Sequence[str], message: str
    ) -> Attempt:
        """Replace main's files if main still is `parent`. The message is for other targets."""
        with self._locked():
            files = self._files(self._main)
            if content_id(files) != parent:
                return Attempt(problem=f"main moved before {message!r}")
            kept = {path: body for path, body in files.items() if path not in deletes}
            after = {**kept, **writes}
            draft = self._draft(after)
            version = draft.with_name(f"{content_id(after)}.{draft.name.removeprefix(_DRAFT)}")
            draft.rename(version)
            link = draft.with_suffix(".link")
            link.symlink_to(version.relative_to(self._root))
            link.replace(self._main)
        return Attempt(content_id(after))

    def tag(self, name: str, commit: str) -> Attempt:
        """Copy main, if it still is `commit`, to a new folder under `tags/`."""
        with self._locked():
            files = self._files(self._main)
            if content_id(files) != commit or (self._root / "tags" / name).exists():
                return Attempt(problem=f"main moved, or somebody made {name} first")
            kept = {path: body for path, body in files.items() if path not in STANDING}
            (self._root / "tags").mkdir(exist_ok=True)
            self._draft(kept).rename(self._root / "tags" / name)
        return Attempt(content_id(kept))

    def _at(self, revision: str) -> dict[str, bytes]:
        main = self._files(self._main)
        if revision in {MAIN, content_id(main)}:
            return main
        if revision == content_id({}):  # what main is before its first commit
            return {}
        if not path_problem(revision):
            places = ("versions", f"{revision}.*"), ("tags", revision), ("tags", "*")
            for folder in (f for parent, name in places for f in (self._root / parent).glob(name)):
                files = self._files(folder)
                if revision in {folder.name, content_id(files)}:
                    return files
        raise RemoteError(f"{self.name}: no release or commit {revision!r:.100}")

    def _files(self, folder: Path) -> dict[str, bytes]:
        if not folder.exists():
            return {}
        found: dict[str, bytes] = {}
        size = 0
        home = folder.resolve()
        for path in sorted(home.rglob("*")):
            place = path.relative_to(home).as_posix()
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                raise RemoteError(f"{self.name}: {folder.name}/{place} is no plain file")
            if path.is_file():
                size += path.stat().st_size
                if size > _MAX_BYTES or len(found) == _MAX_FILES:
                    raise RemoteError(f"{self.name}: {folder.name} is too large for a bundle")
                found[place] = path.read_bytes()
        return found

    def _draft(self, files: Mapping[str, bytes]) -> Path:
        versions = self._root / "versions"
        for leftover in versions.glob(f"{_DRAFT}*"):  # of runs that were killed
            if leftover.is_symlink():
                leftover.unlink()
            else:
                shutil.rmtree(leftover)
        draft = versions / f"{_DRAFT}{uuid.uuid4().hex}"
        draft.mkdir(parents=True)
        write_below(draft, files)
        return draft

    @contextmanager
    def _locked(self, kind: int = fcntl.LOCK_EX) -> Iterator[None]:
        mode = "r" if kind == fcntl.LOCK_SH else "a"
        with self._plain_errors(), self._lock.open(mode) as lock:
            fcntl.flock(lock, kind)
            yield

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as err:
            raise RemoteError(
                f"{self.name}: {err.strerror or err}", fix="check the folder and its permissions"
            ) from err


def content_id(files: Mapping[str, bytes]) -> str:
    """The commit id of a folder's content."""
    return listing_digest({path: sha256(body) for path, body in files.items()})
