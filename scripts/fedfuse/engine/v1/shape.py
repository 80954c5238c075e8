"""Which of the three legal shapes a change has, and what is wrong with its paths alone."""

import re
from collections.abc import Callable

from fedfuse.model.change import (
    EXECUTABLE,
    PLAIN,
    SUBMODULE,
    SYMLINK,
    Change,
    Shape,
    data_file,
    in_add_only_tree,
)
from fedfuse.model.finding import Finding
from fedfuse.model.path_names import collisions, is_portable

MAX_FILES = 3000
MAX_SHIPMENTS = 12
"""Manifests and Evaluations of one change: judging one may take more than a second."""


_DATA_PATH = re.compile(r"[a-z0-9._/-]{1,200}")


_FORBIDDEN_NAMES = frozenset({".", "..", ".git", ".gitattributes", ".gitmodules"})


_LEGAL_NAMES = {
    "manifests/": "v<n>.yaml with v<n>.evidence.csv",
    "releases/": "<tag>.json, events/NNNN.yaml or routers/v<n>/",
    "schemas/contract/": "<role>/v<n>.json",
    "schemas/suites/": "<name>/v<n>/ with suite.yaml and its .jsonl files",
}


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
    added = (data_file(change.path) for change in changes if change.status == "A")
    shipped = sum(1 for one in added if one and one.kind in {"manifest", "evaluation"})
    if shipped > MAX_SHIPMENTS:
        what = f"{shipped} manifests and Evaluations are added at once"
        limit = f"at most {MAX_SHIPMENTS}"
        return (Finding("", 0, 0, "E209", what, limit, fix="split the change"),)
    shape = shape_of(changes)
    per_path = (f for change in changes for f in _path_findings(change, shape, newest))
    return tuple(sorted((*per_path, *_mixture(changes, shape), *_collisions(changes, names))))


def _is_event_path(path: str) -> bool:
    inside = path.startswith("releases/") and not path.startswith("releases/routers/")
    return inside and in_add_only_tree(path)


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
