"""Names of files that mean the same on every system: which are legal, and which collide."""

import re
from collections.abc import Callable, Iterable, Iterator

_NAME = re.compile(r"(?!-)[A-Za-z0-9._-]{0,99}[A-Za-z0-9_-]")
"""No option for any command; Windows drops a dot at the end, so `.git.` would be `.git`."""
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices, with any extension."""


def is_portable(path: str) -> bool:
    """Whether every name in a path is plain ASCII that no program or system reads otherwise."""
    return all(_NAME.fullmatch(n) and not _DEVICE.fullmatch(n) for n in path.split("/"))


def collisions(
    paths: Iterable[str], *, gone: frozenset[str], names: Callable[[str], tuple[str, ...]]
) -> Iterator[tuple[str, str]]:
    """New paths that a file system without case would put in the place of another, and that place.

    Places are files and the folders on the way to them. They may be taken by an earlier path or by
    what is there already: `names` lists a folder (`""` is the root), `gone` are the files of it
    that go away. All paths are portable.
    """
    taken: dict[str, str] = {}
    for path in paths:
        for place in _places(path):
            key = place.casefold()
            if key not in taken:
                taken[key] = _as_it_is(place, names, gone) or place
            if taken[key] != place:
                yield path, taken[key]
                break


def _places(path: str) -> Iterator[str]:
    """The folders on the way to a file, outermost first, and the file."""
    steps = path.split("/")
    return ("/".join(steps[:end]) for end in range(1, len(steps) + 1))


def _as_it_is(
    place: str, names: Callable[[str], tuple[str, ...]], gone: frozenset[str]
) -> str | None:
    """How a place is spelled that is there already; None when it is free."""
    folder, slash, name = place.rpartition("/")
    alike = [n for n in names(folder) if n.casefold() == name.casefold()]
    if name in alike:
        return place
    spelled = (f"{folder}{slash}{n}" for n in alike)
    return next((s for s in spelled if s not in gone), None)
