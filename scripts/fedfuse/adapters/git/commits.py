"""Makes a commit out of another one and a few files, without touching branches or the work tree."""

import re
from collections.abc import Iterable, Mapping

from fedfuse.adapters.git import process
from fedfuse.adapters.git.repository import Entry, Repository
from fedfuse.errors import UsageError

_FOLDER, _REGULAR = "040000", "100644"
_FILES = (_REGULAR, "100755")
_UNFIT = re.compile(r"[\x00-\x1f<>\x7f]")
"""What git itself leaves out of a name or mail."""


def commit_files(
    repository: Repository, files: Mapping[str, bytes | None], *, parent: str, message: str
) -> str:
    """Store a commit that adds, replaces or removes (None) files of its parent, and return its id.

    A file that is replaced keeps its mode; a folder without files is not kept. Author and committer
    are the user as git knows them, the date is the parent's: the same user, parent, files and
    message make the same commit, however often they are asked to. Raises UsageError when git does
    not know the user, GitError when it refuses.
    """
    blobs = {
        path: "" if body is None else _store(repository, "blob", body)
        for path, body in files.items()
    }
    tree = _tree(repository, parent, "", blobs) or _store_tree(repository, ())
    name, mail = _user(repository)
    date = f"{repository.commit(parent).committed or 0} +0000"
    lines = (
        f"tree {tree}",
        f"parent {parent}",
        f"author {name} <{mail}> {date}",
        f"committer {name} <{mail}> {date}",
        "",
        message,
        "",
    )
    return _store(repository, "commit", "\n".join(lines).encode())


def _tree(repository: Repository, commit: str, folder: str, blobs: Mapping[str, str]) -> str:
    """The tree of a folder of a commit with blobs put at paths below it; empty without a file.

    An empty blob id removes what lies at its path.
    """
    entries = {entry.name: entry for entry in repository.entries_at(commit, folder)}
    for name in sorted({path.partition("/")[0] for path in blobs}):
        below = {
            p.partition("/")[2]: oid for p, oid in blobs.items() if p.partition("/")[0] == name
        }
        if "" in below:
            known = entries[name].mode if name in entries else ""
            made = Entry(known if known in _FILES else _REGULAR, below[""], name)
        else:
            child = f"{folder}/{name}" if folder else name
            made = Entry(_FOLDER, _tree(repository, commit, child, below), name)
        entries[name] = made
        if not made.oid:
            del entries[name]
    return _store_tree(repository, entries.values()) if entries else ""


def store_blob(repository: Repository, body: bytes) -> str:
    """Store a file's bytes that no commit holds, and return their id; git drops them in time."""
    return _store(repository, "blob", body)


def _store_tree(repository: Repository, entries: Iterable[Entry]) -> str:
    kinds = {_FOLDER: "tree", "160000": "commit"}
    listing = b"".join(
        f"{one.mode} {kinds.get(one.mode, 'blob')} {one.oid}\t{one.name}\0".encode(
            "utf-8", "surrogateescape"
        )
        for one in entries
    )
    stored = process.output(repository.git_dir, ["mktree", "-z"], stdin=listing)
    return stored.decode("ascii").strip()


def _store(repository: Repository, kind: str, body: bytes) -> str:
    stored = process.output(
        repository.git_dir, ["hash-object", "-w", "-t", kind, "--stdin"], stdin=body
    )
    return stored.decode("ascii").strip()


def _user(repository: Repository) -> tuple[str, str]:
    found = []
    for key in ("user.name", "user.email"):
        value = _UNFIT.sub("", process.own_setting(repository.git_dir, key)).strip()
        if not value:
            raise UsageError(f"git does not know your {key}", fix=f"git config {key} VALUE")
        found.append(value)
    return found[0], found[1]
