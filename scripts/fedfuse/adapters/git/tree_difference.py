"""What differs between two trees: read folder by folder, and never far beyond what is allowed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from fedfuse.adapters.git.objects import ObjectReader
from fedfuse.adapters.git.tree_object import TREE, Item, TreeObject
from fedfuse.model.change import ABSENT, BEYOND, BROKEN, MOST_CHANGES, Change

_MOST_FOLDERS = 10_000
_MOST_BYTES = 16 * 1024 * 1024
"""Of all folders that are compared."""
_MOST_DEPTH = 32
_NOTHING = TreeObject()
_Sides = tuple[Item | None, Item | None]


@dataclass(slots=True)
class TreeDifference:
    """One walk through two trees. A few kilobytes of trees may hold millions of paths."""

    objects: ObjectReader
    most: int = MOST_CHANGES
    """So many changes are read; beyond another limit one of status `X` says so."""
    _folders: int = field(default=0, init=False)
    _bytes: int = field(default=0, init=False)

    def walk(self, path: bytes, before: Item | None, after: Item | None) -> Iterator[Change]:
        """What differs at and below a path, in path order; None is nothing there."""
        yield from islice(self._walk(path, before, after), self.most)

    def _walk(self, path: bytes, before: Item | None, after: Item | None) -> Iterator[Change]:
        levels = [iter(((path, (before, after)),))]
        while levels:
            step = next(levels[-1], None)
            if step is None:
                levels.pop()
                continue
            place, sides = step
            old, new = (side if side and side[0] == TREE else None for side in sides)
            if (sides[0] and not old) or (sides[1] and not new):
                yield from _files(place, *sides)
            if not old and not new:
                continue
            trees = self._tree(old), self._tree(new)
            self._folders += 1
            deep = len(levels) > _MOST_DEPTH
            flaw = f"lies more than {_MOST_DEPTH} folders deep" if deep else trees[1].flaw
            if flaw:
                yield _broken(place, flaw, new)
            if self._folders > _MOST_FOLDERS or self._bytes > _MOST_BYTES:
                yield _broken(place, BEYOND, new)
                return
            if not deep:
                levels.append(_differing(place, *trees))

    def _tree(self, item: Item | None) -> TreeObject:
        found = self.objects.tree(item[1].hex()) if item else _NOTHING
        self._bytes += found.size
        return found


def _differing(
    folder: bytes, before: TreeObject, after: TreeObject
) -> Iterator[tuple[bytes, _Sides]]:
    old, new = before.entries, after.entries
    prefix = folder + b"/" if folder else b""
    for name in sorted({name for name, _ in old.items() ^ new.items()}):
        yield prefix + name, (old.get(name), new.get(name))


def _files(path: bytes, before: Item | None, after: Item | None) -> Iterator[Change]:
    """What becomes of the file at a path; a folder in its place is told of by its own files."""
    old = before if before and before[0] != TREE else None
    new = after if after and after[0] != TREE else None
    status = "A" if old is None else "D" if new is None else "M"
    if old and new and _kind(old) != _kind(new):
        status = "T"
    yield Change(status, _text(path), _mode(old), _mode(new), _oid(old), _oid(new))


def _broken(path: bytes, flaw: str, new: Item | None) -> Change:
    what = f"the folder {flaw}"
    return Change(BROKEN, _text(path), _mode(None), _mode(new), ABSENT, _oid(new), what)


def _kind(item: Item) -> bytes:
    return item[0][:3]


def _mode(item: Item | None) -> str:
    return item[0].decode("ascii").zfill(6) if item else "000000"


def _oid(item: Item | None) -> str:
    return item[1].hex() if item else ABSENT


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
