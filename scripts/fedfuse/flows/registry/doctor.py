"""Looks at this machine and this work tree: what keeps fedfuse from working here."""

import os
import platform
from collections.abc import Callable, Iterator
from pathlib import Path

from fedfuse.adapters.git import process
from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.engine.interface import Snapshot
from fedfuse.errors import FedfuseError
from fedfuse.flows.checking import release_checklist
from fedfuse.flows.checking.validate import validate
from fedfuse.flows.history import snapshots
from fedfuse.flows.registry import doctor_app, doctor_tool
from fedfuse.flows.releasing import addresses
from fedfuse.model.diagnosis import Diagnosis, Health
from fedfuse.report.blocks import counted


def examine(root: Path) -> tuple[Diagnosis, ...]:
    """What is there, what is missing, and the command that mends it; never raises for either."""
    return tuple(_examine(root))


def _examine(root: Path) -> Iterator[Diagnosis]:
    tree = WorkTree(root)
    snapshot = snapshots.of(tree)
    yield Diagnosis("python", Health.OK, platform.python_version())
    yield _looked("git", _git)
    yield _github_token()
    yield _looked("tool", lambda: doctor_tool.examine(tree))
    yield _looked("clone", lambda: _clone(root))
    yield _looked("registry", lambda: _files(tree))
    if snapshot.registry_findings():
        return
    yield _looked("suite", lambda: _suite(snapshot))
    if snapshot.tree.read(release_checklist.PATH) is None:
        what, fix = "none: no release can be promoted", f"write {release_checklist.PATH}"
        yield Diagnosis("checklist", Health.NOTE, what, fix)
    yield doctor_app.examine(tree, snapshot.registry().app)
    hub = snapshot.registry().hub
    if hub.startswith("hf://"):
        yield _hub_token()
    yield _looked("hub", lambda: _hub(hub, root))


def _looked(subject: str, look: Callable[[], Diagnosis]) -> Diagnosis:
    """What a look comes to; what stops it is the diagnosis."""
    try:
        return look()
    except FedfuseError as err:
        return Diagnosis(subject, Health.DIFFERS, err.what, err.fix)


def _git() -> Diagnosis:
    found = process.version()
    shown, needed = (".".join(map(str, numbers)) for numbers in (found, process.MINIMUM))
    if found < process.MINIMUM:
        fix = f"install git {needed} or newer"
        return Diagnosis("git", Health.DIFFERS, f"{shown} is too old", fix)
    return Diagnosis("git", Health.OK, shown)


def _clone(root: Path) -> Diagnosis:
    with Repository(root) as repository:
        repository.require_whole()
    return Diagnosis("clone", Health.OK, "holds the whole history")


def _github_token() -> Diagnosis:
    if os.environ.get("GITHUB_TOKEN"):
        return Diagnosis("GITHUB_TOKEN", Health.OK, "set")
    what = "not set: nothing can be read from or posted on GitHub"
    return Diagnosis("GITHUB_TOKEN", Health.NOTE, what, "export GITHUB_TOKEN=$(gh auth token)")


def _files(tree: WorkTree) -> Diagnosis:
    read, findings = validate(tree, paths=())
    if findings:
        what = f"{counted(len(findings), 'problem')}, the first in {findings[0].place}"
        return Diagnosis("registry", Health.DIFFERS, what, "fedfuse validate")
    return Diagnosis("registry", Health.OK, f"{counted(read, 'valid file')}")


def _suite(snapshot: Snapshot) -> Diagnosis:
    suite = snapshot.suite()
    items = sum(len(part) for part in suite.parts.values())
    return Diagnosis("suite", Health.OK, f"{suite.name} v{suite.version}, {items:,} items")


def _hub(address: str, root: Path) -> Diagnosis:
    refs = addresses.mirror(address, root=root).refs()
    if refs is None:
        return Diagnosis("hub", Health.NOTE, f"{address} does not exist yet", "fedfuse mirror")
    return Diagnosis("hub", Health.OK, f"{address}, {counted(len(refs.tags), 'release')}")


def _hub_token() -> Diagnosis:
    from huggingface_hub import get_token  # noqa: PLC0415 - half a second, only for hf://

    if get_token():
        return Diagnosis("HF_TOKEN", Health.OK, "set, or saved by a login")
    what = "not set: the Hub can be read only"
    return Diagnosis("HF_TOKEN", Health.NOTE, what, "hf auth login")
