"""Loose git objects, written and read without a git process: the Hub answers in milliseconds."""

import uuid
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fedfuse.model.release import object_id

_FILE_MODE, _FOLDER_MODE = b"100644", b"40000"


@dataclass(frozen=True, slots=True)
class Signature:
    """Who made a commit and when, in git's own form."""

    name: str
    seconds: int
    """Seconds since the epoch; the zone is always +0000."""

    def __str__(self) -> str:
        return f"{self.name} <{self.name}@localhost> {self.seconds} +0000"


class Objects:
    """The object folder of one bare repository. Reads only what it wrote: loose, never packed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, kind: str, body: bytes) -> str:
        """Store a body and return its object id; storing it again changes nothing."""
        oid = object_id(kind, body)
        path = self._path(oid)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f"tmp_{uuid.uuid4().hex}")
            draft.write_bytes(zlib.compress(f"{kind} {len(body)}\0".encode() + body))
            draft.replace(path)
        return oid

    def read(self, oid: str) -> tuple[str, bytes]:
        """The kind and body of an object. Raises KeyError when it is not stored."""
        try:
            raw = zlib.decompress(self._path(oid).read_bytes())
        except FileNotFoundError as err:
            raise KeyError(oid) from err
        header, body = raw.split(b"\0", 1)
        return header.split(b" ")[0].decode(), body

    def write_tree(self, files: Mapping[str, str]) -> str:
        """Store the tree of `path -> blob id`, with every folder in it, and return its id."""
        blobs = {path: oid for path, oid in files.items() if "/" not in path}
        folders: dict[str, dict[str, str]] = {}
        for path, oid in files.items():
            head, slash, rest = path.partition("/")
            if slash:
                folders.setdefault(head, {})[rest] = oid
        entries = [(name.encode(), _FILE_MODE, oid) for name, oid in blobs.items()]
        entries += [
            (name.encode() + b"/", _FOLDER_MODE, self.write_tree(inner))
            for name, inner in folders.items()
        ]
        body = b"".join(
            mode + b" " + name.rstrip(b"/") + b"\0" + bytes.fromhex(oid)
            for name, mode, oid in sorted(entries)
        )
        return self.write("tree", body)

    def files(self, tree: str) -> dict[str, str]:
        """Every file under a tree as `path -> blob id`."""
        found: dict[str, str] = {}
        _, body = self.read(tree)
        while body:
            meta, rest = body.split(b"\0", 1)
            mode, name = meta.split(b" ", 1)
            oid, body = rest[:20].hex(), rest[20:]
            if mode == _FOLDER_MODE:
                found |= {f"{name.decode()}/{path}": o for path, o in self.files(oid).items()}
            else:
                found[name.decode()] = oid
        return found

    def write_commit(self, tree: str, parent: str, message: str, by: Signature) -> str:
        """Store a commit of a tree; `parent` is empty for the first one."""
        lines = [f"tree {tree}", *([f"parent {parent}"] if parent else [])]
        lines += [f"author {by}", f"committer {by}", "", message]
        return self.write("commit", "\n".join(lines).encode())

    def tree_of(self, commit: str) -> str:
        """The tree a commit holds. Raises KeyError when the id is no commit here."""
        kind, body = self.read(commit)
        if kind != "commit":
            raise KeyError(commit)
        return body[5:45].decode()

    def _path(self, oid: str) -> Path:
        return self._folder / oid[:2] / oid[2:]
