"""Looks at this machine and this work tree: what keeps fedfuse from working here."""

import os
import platform
from collections.abc import Iterator
from pathlib import Path

from fedfuse.adapters.git import process
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.errors import FedfuseError
from fedfuse.flows import places
from fedfuse.flows.snapshot import Snapshot
from fedfuse.flows.validate import validate
from fedfuse.model.diagnosis import Diagnosis, Health
from fedfuse.report.summary import counted


def examine(root: Path) -> tuple[Diagnosis, ...]:
    """What is there, what is missing, and the command that mends it; never raises for either."""
    return tuple(_examine(root))


def _examine(root: Path) -> Iterator[Diagnosis]:
    yield Diagnosis("python", Health.OK, platform.python_version())
    yield _git()
    yield _github_token()
    snapshot = Snapshot(WorkTree(root))
    try:
        registry = snapshot.registry()
    except FedfuseError as err:
        yield _trouble("registry", err)
        return
    yield _files(root)
    yield _suite(snapshot)
    yield from _hub(registry.hub, root)


def _git() -> Diagnosis:
    try:
        found = process.version()
    except FedfuseError as err:
        return _trouble("git", err)
    shown, needed = (".".join(map(str, numbers)) for numbers in (found, process.MINIMUM))
    if found < process.MINIMUM:
        return Diagnosis("git", Health.DIFFERS, f"{shown} is too old", f"install git {needed}")
    return Diagnosis("git", Health.OK, shown)


def _github_token() -> Diagnosis:
    if os.environ.get("GITHUB_TOKEN"):
        return Diagnosis("GITHUB_TOKEN", Health.OK, "set")
    what = "not set: nothing can be read from or posted on GitHub"
    return Diagnosis("GITHUB_TOKEN", Health.NOTE, what, "export GITHUB_TOKEN=$(gh auth token)")


def _files(root: Path) -> Diagnosis:
    read, findings = validate(WorkTree(root), paths=())
    if findings:
        what = f"{counted(len(findings), 'problem')}, the first in {findings[0].place}"
        return Diagnosis("registry", Health.DIFFERS, what, "fedfuse validate")
    return Diagnosis("registry", Health.OK, f"{counted(read, 'file')} valid")


def _suite(snapshot: Snapshot) -> Diagnosis:
    try:
        suite = snapshot.suite()
    except FedfuseError as err:
        return _trouble("suite", err)
    items = sum(len(part) for part in suite.parts.values())
    return Diagnosis("suite", Health.OK, f"{suite.name} v{suite.version}, {items:,} items")


def _hub(address: str, root: Path) -> Iterator[Diagnosis]:
    if address.startswith("hf://"):
        yield _hub_token()
    try:
        refs = places.mirror(address, root=root).refs()
    except FedfuseError as err:
        yield _trouble("hub", err)
        return
    if refs is None:
        yield Diagnosis("hub", Health.NOTE, f"{address} does not exist yet", "fedfuse mirror")
    else:
        yield Diagnosis("hub", Health.OK, f"{address}, {counted(len(refs.tags), 'release')}")


def _hub_token() -> Diagnosis:
    from huggingface_hub import get_token  # noqa: PLC0415 - half a second, only for hf://

    if get_token():
        return Diagnosis("HF_TOKEN", Health.OK, "set, or saved by a login")
    what = "not set: the Hub can be read only"
    return Diagnosis("HF_TOKEN", Health.NOTE, what, "hf auth login")


def _trouble(subject: str, err: FedfuseError) -> Diagnosis:
    return Diagnosis(subject, Health.DIFFERS, err.what, err.fix)
