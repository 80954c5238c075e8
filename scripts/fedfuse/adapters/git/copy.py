"""A copy of a registry's history on a node: commits, trees and tags, but only files asked for.

What is fetched once is kept, so that the next time costs what is new. Worth nothing but time: a
copy that does not work is made anew.
"""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from fedfuse.adapters.git import process
from fedfuse.adapters.git.objects import batched
from fedfuse.adapters.git.remote import FETCH, unreachable
from fedfuse.errors import GitError, RemoteError

_MAIN = "refs/heads/main"
_FETCH = (*FETCH, "--filter=blob:none")
_AT_ONCE = 500
"""So many objects are asked for in one command, which has limited room for words."""


def refresh(place: Path, url: str, *, now: Callable[[str], bool], ever: str) -> None:
    """Make a bare repository hold main and the tags of a registry, as they are there now.

    It has the files of the newest commit that `now` wants, and all that ever lay in one folder.
    Raises RemoteError when the registry cannot be read, GitError when this disc cannot be written.
    """
    if not place.exists():
        _make(place, url, now=now, ever=ever)
        return
    try:
        _fetch(place, url, now=now, ever=ever)
    except (GitError, RemoteError):
        _make(place, url, now=now, ever=ever)


def _make(place: Path, url: str, *, now: Callable[[str], bool], ever: str) -> None:
    draft = place.with_name(f"{place.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        _said(draft, ["init", "--quiet", "--bare"], url)
        _fetch(draft, url, now=now, ever=ever)
        shutil.rmtree(place, ignore_errors=True)
        draft.rename(place)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _fetch(place: Path, url: str, *, now: Callable[[str], bool], ever: str) -> None:
    specs = (f"+{_MAIN}:{_MAIN}", "+refs/tags/*:refs/tags/*")
    _said(place, [*_FETCH, "--prune", "origin", *specs], url)
    listed = _said(place, ["ls-tree", "-r", "-z", _MAIN], url).decode("utf-8", "replace")
    entries = (entry.split("\t", 1) for entry in listed.split("\0") if entry)
    wanted = {meta.split(" ")[2] for meta, path in entries if now(path)}
    absent = wanted & _absent(place, url, "--no-walk", f"{_MAIN}^{{tree}}")
    absent |= _absent(place, url, "--first-parent", _MAIN, "--", ever)
    for some in batched(sorted(absent), _AT_ONCE):
        _said(place, [*_FETCH, "--refmap=", "origin", *some], url)


def _absent(place: Path, url: str, *what: str) -> set[str]:
    """The objects of a part of history that the copy does not have."""
    words = _said(place, ["rev-list", "--objects", "--missing=print", *what], url)
    return {word[1:] for word in words.decode("ascii", "replace").split("\n") if word[:1] == "?"}


def _said(place: Path, arguments: Sequence[str], url: str) -> bytes:
    # under a name: git takes no promise of files to come from a remote that is only a path
    named = ["-c", f"remote.origin.url={url}", *arguments]
    done = process.run(place, named, own_config=True)
    if done.returncode != 0:
        raise process.unwritable(arguments[0], done.stderr) or unreachable(url, done.stderr)
    return done.stdout
