"""Reads tree objects byte for byte, and names what git itself would refuse about one."""

import re
from dataclasses import dataclass, field
from itertools import chain

MOST_BYTES = 4 * 1024 * 1024
"""A larger folder is not read: it has about 90,000 files of ordinary names."""
TREE, COMMIT = b"40000", b"160000"
_MODES = frozenset({TREE, b"100644", b"100664", b"100755", b"120000", COMMIT})
_ENTRY = re.compile(rb"([0-7]{5,6}) ([^\0]+)\0([\s\S]{20})")
_FRAME = 22
"""Bytes of an entry beside its mode and its name."""

Item = tuple[bytes, bytes]
"""Mode as the tree spells it, and the object id, 20 bytes."""


@dataclass(frozen=True, slots=True)
class TreeObject:
    """A folder. Of a name that it has twice, the first one counts, as for git."""

    entries: dict[bytes, Item] = field(default_factory=dict)
    """By name, in the order of the tree."""
    flaw: str = ""
    """Why `git fsck` refuses it, or why it is not read; empty for a good one."""
    size: int = 0
    """Bytes of the object."""


def parse(body: bytes) -> TreeObject:
    """The tree in a tree object; never raises."""
    found = _ENTRY.findall(body)
    entries = {name: (mode, oid) for mode, name, oid in reversed(found)}
    names = [name for _, name, _ in found]
    in_order = {name: entries[name] for name in names}
    whole = sum(map(len, chain.from_iterable(e[:2] for e in found))) + _FRAME * len(found)
    flaw = "is no list of files" if whole != len(body) else _flaw(found, in_order)
    return TreeObject(in_order, flaw, len(body))


def _flaw(found: list[tuple[bytes, bytes, bytes]], entries: dict[bytes, Item]) -> str:
    if len(entries) != len(found):
        return "names an entry twice"
    keys = [name + b"/" if mode == TREE else name for mode, name, _ in found]
    if keys != sorted(keys):
        return "names its entries in another order than git"
    if not _MODES.issuperset({mode for mode, _, _ in found}):
        return "has an entry of an unknown mode"
    if any(b"/" in name for name in entries):
        return "has an entry whose name is a path"
    return "has an entry without an object" if bytes(20) in {o for _, _, o in found} else ""
