"""What a pull request or a commit changes, and which of the three legal shapes it has."""

import re
from dataclasses import dataclass
from enum import StrEnum

SYMLINK, SUBMODULE, EXECUTABLE, PLAIN = "120000", "160000", "100755", "100644"
ABSENT = "0" * 40
"""Object id of what is not there."""
BROKEN = "X"
"""Status of a folder or commit that git itself would refuse, or that is too much to read."""
BEYOND = "lies beyond what is read of one change"
"""The flaw of a folder at which reading stopped."""
MOST_CHANGES = 3001
"""So many changes are read of a commit: one more than any engine takes at once."""
MOST_ACCEPTED = 100_000
"""So many are read of a commit that people accepted."""
KIB = 1024

_NAME = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_NUMBER = r"[1-9][0-9]{0,5}"
_RULES = re.compile(
    r"registry\.yaml|fedfuse\.lock|releases/checklist\.yaml|schemas/[^/]+\.schema\.json"
    r"|\.github/workflows/[^/]+"
)
"""Files outside the add-only trees that the tool reads; their readers ask for less."""
_README, _CHECKLIST = "README.md", "releases/checklist.yaml"
_FOLDERS = ("manifests/", "releases/", "schemas/contract/", "schemas/suites/")


class Shape(StrEnum):
    """The three kinds of pull request."""

    MANIFEST = "manifest"
    EVENT = "event"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class Change:
    """One path that differs between two trees; renames are a delete and an add."""

    status: str
    """`A` added, `M` modified, `D` deleted, `T` changed type, `X` broken."""
    path: str
    """Bytes that are no UTF-8 are kept as surrogate escapes."""
    old_mode: str
    new_mode: str
    old_oid: str
    """40 zeros when added."""
    new_oid: str
    """40 zeros when deleted."""
    flaw: str = ""
    """What is wrong with a broken one."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of an add-only tree whose name is known."""

    kind: str
    """`manifest`, `evidence`, `evaluation`, `evaluation-evidence`, `event`, `record`,
    `contract`, `suite` or `router`."""
    path: str
    owner: str = ""
    """Provider whose folder it lies in; empty outside `manifests/`."""
    unit: str = ""
    """Unit name for manifests and evidence, role for contracts, suite name for suites."""
    version: int = 0


_GRAMMAR: tuple[tuple[str, re.Pattern[str], int], ...] = tuple(
    (kind, re.compile(pattern), limit)
    for kind, pattern, limit in (
        ("manifest", rf"manifests/({_NAME})/({_NAME})/v({_NUMBER})\.yaml", 64 * KIB),
        ("evidence", rf"manifests/({_NAME})/({_NAME})/v({_NUMBER})\.evidence\.csv", 192 * KIB),
        (
            "evaluation",
            rf"manifests/({_NAME})/evaluations/({_NAME}\.{_NAME}\.v{_NUMBER})\.e({_NUMBER})\.yaml",
            64 * KIB,
        ),
        (
            "evaluation-evidence",
            rf"manifests/({_NAME})/evaluations/({_NAME}\.{_NAME}\.v{_NUMBER})\.e({_NUMBER})\.csv",
            192 * KIB,
        ),
        ("event", r"releases/()(events)/([0-9]{4})\.yaml", 64 * KIB),
        ("record", rf"releases/()({_NAME}-v{_NUMBER}\.[0-9]+\.[0-9]+)()\.json", 2048 * KIB),
        ("contract", rf"schemas/contract/()({_NAME})/v({_NUMBER})\.json", 64 * KIB),
        ("suite", rf"schemas/suites/()({_NAME})/v({_NUMBER})/[a-z]+\.(?:yaml|jsonl)", 4096 * KIB),
        ("router", rf"releases/()(routers)/v({_NUMBER})/[a-z0-9._-]+", 1024 * KIB),
    )
)


def data_file(path: str) -> DataFile | None:
    """The add-only file a path names; None for any other path."""
    for kind, pattern, _ in _GRAMMAR:
        if match := pattern.fullmatch(path):
            owner, unit, version = match.groups()
            if kind == "manifest" and unit == "evaluations":
                return None
            return DataFile(kind, path, owner, unit, int(version or 0))
    return None


def size_limit(path: str) -> int | None:
    """Largest size in bytes of a file that the tool reads; None for other paths."""
    if _RULES.fullmatch(path):
        return 2048 * KIB
    return next((limit for _, pattern, limit in _GRAMMAR if pattern.fullmatch(path)), None)


def in_add_only_tree(path: str) -> bool:
    """Whether files at this path may be added but never changed or removed."""
    return path.startswith(_FOLDERS) and not _is_free(path)


def _is_free(path: str) -> bool:
    """Part of no add-only tree, wherever it lies."""
    return path == _CHECKLIST or path.rpartition("/")[2] == _README
