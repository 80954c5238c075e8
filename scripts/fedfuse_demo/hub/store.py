"""The Hub's repositories on disc: bare git repositories with compare-and-swap refs."""

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from fedfuse_demo.hub.objects import Objects, Signature

_COMMIT = re.compile(r"[0-9a-f]{40}")
_REF_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,200}")
_REPO_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\noid sha256:([0-9a-f]{64})\nsize (\d+)\n"
)
_ATTRIBUTES = b"".join(
    pattern + b" filter=lfs diff=lfs merge=lfs -text\n" for pattern in (b"*.bin", b"*.safetensors")
)
_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n[gc]\n\tauto = 0\n"


class RefusedRequest(Exception):  # noqa: N818 - it is an answer of the Hub, not an error of ours
    """The Hub's answer to a request it does not carry out."""

    def __init__(self, status: int, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        """The `X-Error-Code` header the client tells cases apart by."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of a commit as the Hub lists it."""

    blob: str
    size: int
    """Bytes of the content, also for a large file."""
    sha256: str = ""
    """Content digest of a large file; empty for one that lies in git."""
    pointer_size: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One file of a commit: new bytes, a large file's digest, or a deletion."""

    path: str
    body: bytes | None
    """None deletes the path, or everything under it."""


class Repository:
    """One bare repository. Every write is under the store's lock."""

    def __init__(self, path: Path, lock: threading.Lock, clock: Callable[[], int]) -> None:
        self._path = path
        self._lock = lock
        self._clock = clock
        self._objects = Objects(path / "objects")
        self._listed: dict[str, StoredFile] = {}

    @property
    def exists(self) -> bool:
        """Whether the repository was created."""
        return (self._path / "HEAD").exists()

    def create(self) -> None:
        """Make the repository with the one commit the real Hub starts with."""
        with self._lock:
            if self.exists:
                raise RefusedRequest(409, "You already created this model repo")
            for folder in ("objects", "refs/heads", "refs/tags"):
                (self._path / folder).mkdir(parents=True)
            (self._path / "config").write_text(_CONFIG, encoding="utf-8")
            self._write_commit(
                "main", "", {".gitattributes": self._blob(_ATTRIBUTES)}, "initial commit"
            )
            (self._path / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")

    def refs(self, kind: str) -> dict[str, str]:
        """`heads` or `tags` as `name -> commit id`."""
        folder = self._path / "refs" / kind
        return {ref.name: ref.read_text("ascii").strip() for ref in sorted(folder.iterdir())}

    def resolve(self, revision: str) -> str:
        """The commit a branch, tag or full commit id names."""
        named = self.refs("heads") | self.refs("tags")
        if revision in named:
            return named[revision]
        try:
            if _COMMIT.fullmatch(revision):
                self._objects.tree_of(revision)
                return revision
        except KeyError:
            pass
        raise RefusedRequest(404, f"Invalid rev id: {revision}", code="RevisionNotFound")

    def files(self, commit: str) -> dict[str, StoredFile]:
        """Every file of a commit."""
        blobs = self._objects.files(self._objects.tree_of(commit))
        return {path: self._stored(blob) for path, blob in blobs.items()}

    def body(self, file: StoredFile) -> bytes:
        """The bytes git holds for a file: the pointer, for a large one."""
        return self._objects.read(file.blob)[1]

    def commit(self, branch: str, changes: tuple[Change, ...], *, parent: str, message: str) -> str:
        """Commit onto a branch, refused when its head is not `parent` (empty: any head)."""
        with self._lock:
            head = self.refs("heads").get(branch)
            if head is None:
                raise RefusedRequest(404, f"no branch {branch}", code="RevisionNotFound")
            if parent and parent != head:
                raise RefusedRequest(412, "A commit has happened since. Please refresh and retry.")
            files = self._objects.files(self._objects.tree_of(head))
            for change in changes:
                self._apply(files, change)
            return self._write_commit(branch, head, files, message)

    def tag(self, name: str, commit: str) -> None:
        """Create a tag; one that exists is never moved."""
        if not _REF_NAME.fullmatch(name):
            raise RefusedRequest(400, "Invalid tag name")
        with self._lock:
            if name in self.refs("tags"):
                raise RefusedRequest(409, "Tag reference exists already")
            self._write_ref(f"refs/tags/{name}", commit)

    def delete_tag(self, name: str) -> None:
        """Delete a tag."""
        with self._lock:
            if name not in self.refs("tags"):
                raise RefusedRequest(404, "no such tag", code="RevisionNotFound")
            (self._path / "refs/tags" / name).unlink()

    def _apply(self, files: dict[str, str], change: Change) -> None:
        if not {"", ".", "..", ".git"}.isdisjoint(change.path.split("/")):
            raise RefusedRequest(400, "Invalid path in repo")
        if change.body is not None:
            files[change.path] = self._blob(change.body)
            return
        gone = [p for p in files if p == change.path or p.startswith(change.path.rstrip("/") + "/")]
        if not gone:
            raise RefusedRequest(404, "A file with this name doesn't exist", code="EntryNotFound")
        for path in gone:
            del files[path]

    def _write_commit(
        self, branch: str, parent: str, files: Mapping[str, str], message: str
    ) -> str:
        by = Signature("hub", self._clock())
        commit = self._objects.write_commit(self._objects.write_tree(files), parent, message, by)
        self._write_ref(f"refs/heads/{branch}", commit)
        return commit

    def _write_ref(self, ref: str, commit: str) -> None:
        draft = self._path / f"ref-{threading.get_ident()}.tmp"
        draft.write_text(f"{commit}\n", encoding="ascii")
        draft.replace(self._path / ref)

    def _blob(self, body: bytes) -> str:
        return self._objects.write("blob", body)

    def _stored(self, blob: str) -> StoredFile:
        if blob not in self._listed:
            body = self._objects.read(blob)[1]
            pointer = _POINTER.fullmatch(body) if len(body) < 200 else None
            self._listed[blob] = (
                StoredFile(blob, int(pointer[2]), pointer[1].decode(), len(body))
                if pointer
                else StoredFile(blob, len(body))
            )
        return self._listed[blob]


class Store:
    """All repositories of one Hub, and the large files they share.

    `clock` gives the seconds of every commit: with a constant one the same uploads in the same
    order give the same commit ids.
    """

    def __init__(self, root: Path, clock: Callable[[], int] = lambda: int(time.time())) -> None:
        self._root = root
        self._clock = clock
        self._lock = threading.Lock()
        self._open: dict[str, Repository] = {}

    def repository(self, name: str) -> Repository:
        """The repository `owner/name`. Raises RefusedRequest (404) when nobody created it."""
        repository = self._at(name)
        if not repository.exists:
            raise RefusedRequest(404, "Repository not found", code="RepoNotFound")
        return repository

    def create(self, name: str) -> Repository:
        """Create the repository `owner/name`."""
        repository = self._at(name)
        repository.create()
        return repository

    def has_large(self, digest: str) -> bool:
        """Whether a large file was uploaded."""
        return (self._root / "lfs" / digest).exists()

    def add_large(self, digest: str, body: bytes) -> None:
        """Keep the body of a large file, refused when it is not what the digest says."""
        if sha256(body).hexdigest() != digest:
            raise RefusedRequest(400, "the body does not match its sha256")
        path = self._root / "lfs" / digest
        path.parent.mkdir(exist_ok=True)
        draft = path.with_suffix(f".{threading.get_ident()}")
        draft.write_bytes(body)
        draft.replace(path)

    def large(self, digest: str) -> bytes:
        """The body of a large file."""
        return (self._root / "lfs" / digest).read_bytes()

    def _at(self, name: str) -> Repository:
        if not _REPO_NAME.fullmatch(name):
            raise RefusedRequest(404, "Repository not found", code="RepoNotFound")
        path = self._root / "models" / f"{name}.git"
        return self._open.setdefault(name, Repository(path, self._lock, self._clock))
