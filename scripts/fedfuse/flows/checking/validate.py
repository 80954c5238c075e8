"""Validates the files of a work tree while they are being edited; no git history is needed."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from tqdm import tqdm

from fedfuse.adapters.work_tree import WorkTree
from fedfuse.engine.interface import Snapshot
from fedfuse.errors import UsageError
from fedfuse.flows.checking import event_rules, release_checklist, tool_rules
from fedfuse.flows.history import snapshots
from fedfuse.model.change import data_file, in_add_only_tree
from fedfuse.model.finding import Finding
from fedfuse.model.registry import REGISTRY_PATH
from fedfuse.model.role import Role
from fedfuse.model.version import split_ref


def validate(
    tree: WorkTree, *, paths: tuple[str, ...], quiet: bool = False
) -> tuple[int, tuple[Finding, ...]]:
    """How many files were read, and everything that is wrong with them, sorted by place.

    `paths` are files or folders below the root; none means the whole registry. Raises UsageError
    for a path that does not exist. Shows progress on a terminal, unless it is `quiet`.
    """
    if unknown := tool_rules.unknown_engine(tree):
        return 1, (unknown,)
    snapshot = snapshots.of(tree)
    chosen = sorted({file for path in paths or ("",) for file in _files(tree, path)})
    found: list[Finding] = []
    read = 0
    policy_findings = snapshot.registry_findings()
    if not paths or REGISTRY_PATH in chosen or policy_findings:
        found += policy_findings or [
            *tool_rules.policy_findings(snapshot),
            *tool_rules.target_findings(snapshot),
        ]
        read += 1
    if policy_findings:
        return read, tuple(sorted(found))
    if release_checklist.PATH in chosen:
        found += release_checklist.findings(snapshot)
        read += 1
    for path in tqdm(chosen, unit="file", disable=quiet or None, leave=False):
        findings = _file_findings(path, snapshot)
        if findings is not None:
            found += findings
            read += 1
    return read, tuple(sorted(set(found)))


def _files(tree: WorkTree, path: str) -> Iterator[str]:
    path = str(PurePosixPath(path)) if path else ""
    if path and tree.read(path) is not None:
        yield path
        return
    names = tree.names(path)
    if path and not names:
        raise UsageError(f"there is no {path} here", fix="name a file below the registry's root")
    for folder in names if path else ("manifests", "releases", "schemas"):
        child = f"{path}/{folder}" if path else folder
        if tree.names(child):
            yield from _files(tree, child)
        elif tree.digest(child):  # which is asked for again when the file is judged
            yield child


def _file_findings(path: str, snapshot: Snapshot) -> tuple[Finding, ...] | None:
    known = data_file(path)
    if known is None:
        return _unknown(path)
    if known.kind in {"manifest", "evaluation"}:
        return _manifest(path, snapshot) if known.kind == "manifest" else _again(path, snapshot)
    if known.kind == "contract":
        return tuple(tool_rules.contract_findings(known, snapshot))
    if known.kind == "event":
        return event_rules.file_findings(snapshot, path)
    if known.kind in {"suite", "router"}:
        suite = known.kind == "suite"
        folder = path.rpartition("/")[0]
        whole = snapshot.suite_at(folder) if suite else snapshot.router(known.version)
        return whole if isinstance(whole, tuple) else ()
    return None


def _unknown(path: str) -> tuple[Finding, ...] | None:
    if not in_add_only_tree(path):
        return None
    what = "no such file is known in this folder"
    return (Finding(path, 0, 0, "E208", what, fix="remove it, or correct its name"),)


def _manifest(path: str, snapshot: Snapshot) -> tuple[Finding, ...]:
    def subject_role(ref: str) -> Role | None:
        try:
            shipped = snapshot.manifest(*split_ref(ref))
        except ValueError:
            return None
        return shipped.role if shipped else None

    judged = snapshot.engine.read_manifest(
        path, head=snapshot.tree, base=snapshot, subject_role=subject_role
    )
    return judged.findings


def _again(path: str, snapshot: Snapshot) -> tuple[Finding, ...]:
    """An Evaluation; without history nobody knows what was withdrawn, so nothing counts as that."""
    tree = snapshot.tree
    judged = snapshot.engine.read_evaluation(
        path, head=tree, base=snapshot, unusable=lambda _: False
    )
    return judged.findings
