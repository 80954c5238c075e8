"""A copy of a registry's history on a node: commits, trees and tags, but only files asked for.

What is fetched once is kept, so that the next time costs what is new. Worth nothing but time: a
copy that does not work is made anew.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fedfuse.adapters.git import process
from fedfuse.adapters.git.objects import batched
from fedfuse.adapters.git.process import Bounds
from fedfuse.adapters.git.remote import FETCH, unreachable
from fedfuse.errors import GitError, RemoteError

_MAIN = "refs/heads/main"
_FETCH = (*FETCH, "--filter=blob:none")
_SETTINGS = (
    "fetch.unpackLimit=1",  # one file, whose size has a limit, instead of many
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=60",
    "gc.autoDetach=false",
)
_AT_ONCE = 500
"""So many objects are asked for in one command, which has limited room for words."""


@dataclass(frozen=True, slots=True)
class Source:
    """A registry, what is wanted of it, and how much it may send."""

    url: str
    now: Sequence[str]
    """Files of the newest commit, and folders with a slash, whose own files are meant."""
    ever: str
    """The folder of which all that ever lay there is wanted."""
    bounds: Bounds = field(default_factory=Bounds)
    """Of each git call; all files of the copy together may not be longer than one file may."""


def refresh(place: Path, source: Source) -> None:
    """Make a bare repository hold main and the tags of a registry, as they are there now.

    Raises RemoteError when the registry cannot be read, or sends too much, GitError when this disc
    cannot be written.
    """
    if not place.exists():
        _make(place, source)
        return
    try:
        _fetch(place, source)
    except (GitError, RemoteError):
        _make(place, source)


def _make(place: Path, source: Source) -> None:
    draft = place.with_name(f"{place.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        _said(draft, source, "init", "--quiet", "--bare")
        _fetch(draft, source)
        shutil.rmtree(place, ignore_errors=True)
        draft.rename(place)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _fetch(place: Path, source: Source) -> None:
    specs = (f"+{_MAIN}:{_MAIN}", "+refs/tags/*:refs/tags/*")
    _said(place, source, *_FETCH, "--prune", "origin", *specs)
    listed = _said(place, source, "ls-tree", "-z", _MAIN, *source.now).decode("utf-8", "replace")
    wanted = {entry.split("\t", 1)[0].split(" ")[2] for entry in listed.split("\0") if entry}
    absent = wanted & _absent(place, source, "--no-walk", f"{_MAIN}^{{tree}}")
    absent |= _absent(place, source, "--first-parent", _MAIN, "--", source.ever)
    for some in batched(sorted(absent), _AT_ONCE):
        _said(place, source, *_FETCH, "--refmap=", "origin", *some)
    _said(place, source, "gc", "--auto", "--quiet")


def _absent(place: Path, source: Source, *what: str) -> set[str]:
    """The objects of a part of history that the copy does not have."""
    words = _said(place, source, "rev-list", "--objects", "--missing=print", *what)
    return {word[1:] for word in words.decode("ascii", "replace").split("\n") if word[:1] == "?"}


def _said(place: Path, source: Source, *arguments: str) -> bytes:
    # under a name: git takes no promise of files to come from a remote that is only a path
    settings = [f"remote.origin.url={source.url}", *_SETTINGS]
    named = [word for setting in settings for word in ("-c", setting)]
    most = source.bounds.file_bytes
    done = process.run(place, [*named, *arguments], own_config=True, bounds=source.bounds)
    if _size(place) >= most:
        raise RemoteError(
            f"the history of {source.url} has {most:,} bytes or more",
            fix="see that this is the address of a registry; without --registry none is asked",
        )
    if done.returncode != 0:
        failure = process.unwritable(arguments[0], done.stderr)
        raise failure or unreachable(source.url, done.stderr)
    return done.stdout


def _size(place: Path) -> int:
    return sum(path.stat().st_size for path in (place / "objects").rglob("*") if path.is_file())
