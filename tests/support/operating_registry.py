"""A published registry in operation: with the go/no-go list, a mirror, and events on main."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fedfuse.model.canonical import dumps_by_key
from fedfuse.model.yaml_text import render
from tests.support import published_registry
from tests.support.changes import commit_files
from tests.support.cli_runner import fedfuse
from tests.support.forged_tags import record_of
from tests.support.git_repositories import START
from tests.support.registry import TOOL, RegistrySandbox

CHECKLIST = "releases/checklist.yaml"


def operate(root: Path, **policy: Any) -> None:
    """Make `root/clone`, `root/upstream.git` and the mirror `root/hub` of three releases."""
    published_registry.publish(root, **policy)
    box = opened(root)
    box.commit("registry: the go/no-go list", {CHECKLIST: (TOOL / CHECKLIST).read_bytes()})
    push(box)
    done = fedfuse(box.root, "mirror", "--quiet")
    assert done.code == 0, done.err


def opened(root: Path) -> RegistrySandbox:
    """The clone that `operate` made, at the date of its newest commit."""
    box = RegistrySandbox.__new__(RegistrySandbox)
    box.root = root / "clone"
    box.clock = START
    box.clock = int(box.git("log", "-1", "--format=%ct", "main"))
    box.git("remote", "set-url", "origin", str(root / "upstream.git"))
    return box


def copy(source: Path, root: Path) -> RegistrySandbox:
    """A private copy of everything `operate` made; returns its clone."""
    shutil.copytree(source, root, dirs_exist_ok=True)
    return opened(root)


def push(box: RegistrySandbox) -> None:
    """Make origin's main what the clone's is."""
    box.git("push", "-q", "origin", "main")


def event(number: int, **fields: Any) -> dict[str, bytes]:
    """An event file; a field `from` is written `from_`."""
    named = {name.rstrip("_"): value for name, value in fields.items()}
    document = {"apiVersion": "fedfuse/v1", "number": number, **named}
    return {f"releases/events/{number:04}.yaml": render(document).encode()}


def promotion(box: RegistrySandbox, number: int, tag: str) -> dict[str, bytes]:
    """The files of a promotion: the event, and the record of its release."""
    record = {f"releases/{tag}.json": dumps_by_key(record_of(box, tag))}
    return event(number, kind="promote", release=tag) | record


def land(box: RegistrySandbox, files: Mapping[str, bytes]) -> str:
    """Commit files straight onto main, as a merged pull request would, and push."""
    commit = box.commit("an event", dict(files.items()))
    push(box)
    return commit


def propose(box: RegistrySandbox, files: Mapping[str, bytes], *, parent: str = "main") -> str:
    """The head of a pull request that adds files; no branch moves."""
    return commit_files(box, files, parent=box.git("rev-parse", parent))
