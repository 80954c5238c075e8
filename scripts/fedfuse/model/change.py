"""What a pull request or a commit changes, and which of the three legal shapes it has."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from fedfuse.model.finding import Finding
from fedfuse.model.path_names import collisions, is_portable

MAX_FILES = 3000
SYMLINK, SUBMODULE, EXECUTABLE, PLAIN = "120000", "160000", "100755", "100644"
KIB = 1024

_DATA_PATH = re.compile(r"[a-z0-9._/-]{1,200}")
_FORBIDDEN_NAMES = frozenset({".", "..", ".git", ".gitattributes", ".gitmodules"})
_NAME = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_NUMBER = r"[1-9][0-9]{0,5}"
_README, _CHECKLIST = "README.md", "releases/checklist.yaml"
_LEGAL_NAMES = {
    "manifests/": "v<n>.yaml with v<n>.evidence.csv",
    "releases/": "<tag>.json, events/NNNN.yaml or routers/v<n>/",
    "schemas/contract/": "<role>/v<n>.json",
    "schemas/suites/": "<name>/v<n>/ with suite.yaml and its .jsonl files",
}
_FOLDERS = tuple(_LEGAL_NAMES)


class Shape(StrEnum):
    """The three kinds of pull request."""

    MANIFEST = "manifest"
    EVENT = "event"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class Change:
    """One path that differs between two trees; renames are a delete and an add."""

    status: str
    """`A` added, `M` modified, `D` deleted, `T` changed type."""
    path: str
    """Bytes that are no UTF-8 are kept as surrogate escapes."""
    old_mode: str
    new_mode: str
    old_oid: str
    """40 zeros when added."""
    new_oid: str
    """40 zeros when deleted."""


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
    """Largest size in bytes of a file of an add-only tree; None for other paths."""
    return next((limit for _, pattern, limit in _GRAMMAR if pattern.fullmatch(path)), None)


def in_add_only_tree(path: str) -> bool:
    """Whether files at this path may be added but never changed or removed."""
    return path.startswith(_FOLDERS) and not _is_free(path)


def shape_of(changes: tuple[Change, ...]) -> Shape:
    """The shape the changes claim to have, judged by the first data file among them."""
    if any(c.path.startswith("manifests/") and in_add_only_tree(c.path) for c in changes):
        return Shape.MANIFEST
    if any(_is_event_path(c.path) for c in changes):
        return Shape.EVENT
    return Shape.TOOL


def shape_findings(
    changes: tuple[Change, ...],
    *,
    newest: Callable[[str], int] = lambda _: 0,
    names: Callable[[str], tuple[str, ...]] = lambda _: (),
) -> tuple[Finding, ...]:
    """Everything wrong with the set of paths alone: kind, names, modes, add-only, count.

    Of main, `newest` tells the newest version of a unit, so that a fix can name the next one, and
    `names` what lies in a folder, of which no new path may differ only in case.
    """
    if not changes:
        return (Finding("", 0, 0, "E201", "the change is empty", fix="add a manifest and push"),)
    if len(changes) > MAX_FILES:
        what = f"{len(changes)} files change at once"
        return (Finding("", 0, 0, "E209", what, f"at most {MAX_FILES}", fix="split the change"),)
    shape = shape_of(changes)
    per_path = (f for change in changes for f in _path_findings(change, shape, newest))
    return tuple(sorted((*per_path, *_mixture(changes, shape), *_collisions(changes, names))))


def _is_event_path(path: str) -> bool:
    inside = path.startswith("releases/") and not path.startswith("releases/routers/")
    return inside and in_add_only_tree(path)


def _is_free(path: str) -> bool:
    """Part of no add-only tree, wherever it lies."""
    return path == _CHECKLIST or path.rpartition("/")[2] == _README


def _path_findings(change: Change, shape: Shape, newest: Callable[[str], int]) -> list[Finding]:
    path = change.path
    if change.status == "D" and not in_add_only_tree(path):
        return []
    if any(s.lower() in _FORBIDDEN_NAMES for s in path.split("/")):
        return [_at(path, "E213", "this name steers git itself", fix="remove the file")]
    if not is_portable(path):
        what = "the path has a character or name that is not allowed"
        return [_at(path, "E204", what, fix="rename the file: letters, digits, `.`, `_` and `-`")]
    if found := _add_only_findings(change, newest):
        return found
    return _mode_findings(change, shape) if change.status != "D" else []


def _add_only_findings(change: Change, newest: Callable[[str], int]) -> list[Finding]:
    if not in_add_only_tree(change.path):
        return []
    if change.status == "D":
        what = "this file is on main and is removed here"
        return [_at(change.path, "E207", what, fix=f"git checkout main -- {change.path}")]
    if change.status != "A":
        what = "this file is on main already and never changes"
        return [_at(change.path, "E206", what, fix=_next_version_fix(change.path, newest))]
    if not _DATA_PATH.fullmatch(change.path):
        what = "the path is not lower-case ASCII"
        return [_at(change.path, "E204", what, fix="rename the file in lower case")]
    if data_file(change.path) is None:
        what = "no such file is known in this folder"
        expected = next(
            names for tree, names in _LEGAL_NAMES.items() if change.path.startswith(tree)
        )
        return [_at(change.path, "E208", what, expected, fix="remove it, or correct its name")]
    return []


def _next_version_fix(path: str, newest: Callable[[str], int]) -> str:
    known = data_file(path)
    if known is not None and known.kind == "event":
        return "restore it; what should change from now on is the next event"
    if known is None or known.kind not in {"manifest", "evidence"}:
        return "add a new version beside it"
    unit = f"{known.owner}/{known.unit}"
    following = max(known.version, newest(unit)) + 1
    return f"restore it, and add your change as manifests/{unit}/v{following}.yaml"


def _mode_findings(change: Change, shape: Shape) -> list[Finding]:
    names = {SYMLINK: "a symbolic link", SUBMODULE: "a submodule", EXECUTABLE: "executable"}
    if change.new_mode == PLAIN:
        return []
    free = shape is Shape.TOOL and not in_add_only_tree(change.path)
    if free and change.new_mode == EXECUTABLE:
        return []
    found = names.get(change.new_mode, f"mode {change.new_mode}")
    fix = f"chmod -x {change.path}" if change.new_mode == EXECUTABLE else "commit a plain file"
    return [_at(change.path, "E205", f"the file is {found}", expected="mode 100644", fix=fix)]


def _mixture(changes: tuple[Change, ...], shape: Shape) -> list[Finding]:
    if shape is Shape.MANIFEST:
        return _manifest_mixture(changes)
    if shape is Shape.EVENT:
        return _event_mixture(changes)
    return []


def _manifest_mixture(changes: tuple[Change, ...]) -> list[Finding]:
    inside = [c.path for c in changes if in_add_only_tree(c.path) and _under_manifests(c.path)]
    owners = sorted({path.split("/")[1] for path in inside})
    found = [
        _at(
            path,
            "E203",
            f"the change touches the folders of {', '.join(owners)}",
            fix="split it",
        )
        for path in inside
        if len(owners) > 1 and path.split("/")[1] != owners[0]
    ]
    what = "a change with manifests holds nothing else"
    fix = "move this file to a pull request of its own"
    return found + [_at(c.path, "E202", what, fix=fix) for c in changes if c.path not in inside]


def _under_manifests(path: str) -> bool:
    return path.startswith("manifests/")


def _event_mixture(changes: tuple[Change, ...]) -> list[Finding]:
    events = [c.path for c in changes if c.path.startswith("releases/events/")]
    records = [c.path for c in changes if _is_event_path(c.path) and c.path not in events]
    what = "a change with an event holds nothing else"
    found = [
        _at(c.path, "E202", what, fix="move this file to a pull request of its own")
        for c in changes
        if not _is_event_path(c.path)
    ]
    found += [
        _at(p, "E214", "a change holds exactly one event", fix="split it") for p in events[1:]
    ]
    if not events:
        what = "a release record lands only with the event that promotes it"
        found += [_at(p, "E215", what, fix="fedfuse promote TAG writes both") for p in records]
    return found


def _collisions(
    changes: tuple[Change, ...], names: Callable[[str], tuple[str, ...]]
) -> list[Finding]:
    gone = frozenset(change.path for change in changes if change.status == "D")
    kept = (c.path for c in changes if c.status != "D" and is_portable(c.path))
    found = []
    for path, other in collisions(kept, gone=gone, names=names):
        same = path == other
        what = "the tree holds this path twice" if same else f"differs from {other} only in case"
        fix = "make the tree with git add" if same else "rename one of them"
        found.append(_at(path, "E212", what, fix=fix))
    return found


def _at(path: str, code: str, message: str, expected: str = "", *, fix: str = "") -> Finding:
    shown = path.encode("unicode_escape").decode("ascii")
    return Finding(shown, 0, 0, code, message, expected=expected, fix=fix)
