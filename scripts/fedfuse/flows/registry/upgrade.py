"""Moves a registry to the tool that runs: what changes, three ways, as one commit on a branch."""

import re
from collections.abc import Iterator, Mapping
from functools import partial

from fedfuse import __version__, engine
from fedfuse.adapters import pinned_tool, tool
from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.git.tree import CommitTree
from fedfuse.engine.interface import Snapshot
from fedfuse.errors import FedfuseError, RefusedError, RegistryError, UsageError
from fedfuse.flows.auditing.audit import audit
from fedfuse.flows.history import snapshots
from fedfuse.flows.registry import github_template, init, owner
from fedfuse.flows.registry.render import TEMPLATE, render
from fedfuse.flows.registry.three_way import Sides
from fedfuse.model import tool_lock
from fedfuse.model.change import MOST_ACCEPTED, in_add_only_tree
from fedfuse.model.document import Document
from fedfuse.model.registry import REGISTRY_PATH
from fedfuse.model.tool_lock import ToolLock
from fedfuse.model.upgrade import Effect, FileChange, Upgrade

_WORKFLOWS = ".github/workflows"
_PEOPLES = frozenset({REGISTRY_PATH, "CHANGELOG.md"})
"""Rendered once. They belong to people from then on."""
_COPIED = (
    *init.VENDORED,
    *(f".github/{name}" for name in ("askpass", "report.png", "tell", "with-stores")),
)
"""Where a registry holds its copy of the tool; the last four in copies of fedfuse 0.1.0."""
_ENGINE = re.compile(rb"^engine:[ ]*\d+", re.MULTILINE)


def plan(repository: Repository, main: str, *, tool_at: tuple[str, str] | None) -> Upgrade:
    """What moving the registry of a commit of main to this tool changes; maybe nothing.

    `tool_at` is as `init.pin` takes it. Nothing is written. Raises FedfuseError for a tool that
    lacks an engine of main's history, RefusedError for one that computes another record for a
    release, UsageError for the tool that the registry itself holds, GitError for a shallow clone,
    and what `pinned_tool.rendered` raises.
    """
    repository.require_whole()
    _refuse_missing_engines(repository, main)
    snapshot = snapshots.of(CommitTree(repository, main))
    old, new = pinned(snapshot), init.pin(tool_at)
    if not old and new.repository == snapshot.registry().repository:
        raise UsageError(
            "this is the tool that the registry itself holds",
            fix="run the fedfuse to upgrade to, from another place, or name it with --tool",
        )
    changes = () if old == new else tuple(_changes(repository, main, snapshot, old, new))
    same_rules = bool(old and old.engines.items() <= new.engines.items())
    if changes and not same_rules:
        _refuse_other_history(repository, main)
    now = snapshot.registry().engine
    version = old.version if old else ""
    return Upgrade(version, new.version, now, now, engine.NEWEST, changes, same_rules=same_rules)


def raise_engine(repository: Repository, main: str, number: int) -> Upgrade:
    """What judging by another engine changes: one number in registry.yaml.

    `check` says whether the pinned tool has it. Raises RegistryError when main names no engine.
    """
    snapshot = snapshots.of(CommitTree(repository, main))
    now, old = snapshot.registry().engine, pinned(snapshot)
    data = snapshot.tree.read(REGISTRY_PATH) or b""
    raised, found = _ENGINE.subn(f"engine: {number}".encode(), data)
    if found != 1:
        raise RegistryError(f"{REGISTRY_PATH} has no line `engine:`", fix="fedfuse validate")
    changed = FileChange(REGISTRY_PATH, Effect.CHANGED, raised)
    version = old.version if old else __version__
    changes = (changed,) if number != now else ()
    return Upgrade(version, version, now, number, engine.NEWEST, changes, same_rules=False)


def rendered(repository: Repository, commit: str) -> Mapping[str, bytes]:
    """What this tool renders for the registry of a commit, with the lock that it has there.

    Later tools ask this of the tool that a registry pins: keep it as it is.
    """
    snapshot = snapshots.of(CommitTree(repository, commit))
    return render(owner.of(snapshot), tool.template(*TEMPLATE), pinned(snapshot))


def pinned(snapshot: Snapshot) -> ToolLock | None:
    """The lock of a registry; None where it holds its tool. Raises RegistryError when broken."""
    data = snapshot.tree.read(tool_lock.PATH)
    if data is None:
        return None
    document = snapshot.document(data, tool_lock.PATH, kind="lock")
    if not isinstance(document, Document):
        what = f"{document[0].place}: {document[0].message}"
        raise RegistryError(what, fix=document[0].fix or "fedfuse validate")
    return tool_lock.from_document(document.value)


def _changes(
    repository: Repository, main: str, snapshot: Snapshot, old: ToolLock | None, new: ToolLock
) -> Iterator[FileChange]:
    """Both tools render the same organisation, so they differ by their templates alone."""
    if old:
        base, organisation = pinned_tool.rendered(old, repository.root, main), owner.of(snapshot)
    else:
        first = _first(repository, main)
        base, organisation = _files(repository, first), owner.of(snapshots.of(first))
    theirs = render(organisation, tool.template(*TEMPLATE), new)
    workflows = (f"{_WORKFLOWS}/{name}" for name in snapshot.tree.names(_WORKFLOWS))
    paths = {*base, *theirs, *workflows} - _PEOPLES
    held = {path: data for path in paths if (data := snapshot.tree.read(path)) is not None}
    paths -= {path for path in held if in_add_only_tree(path)}
    paths -= {path for path in paths if snapshot.tree.names(path)}  # a folder is people's
    yield from Sides(
        base={path: base[path] for path in paths & base.keys()},
        ours={path: held[path] for path in paths & held.keys()},
        theirs={path: theirs[path] for path in paths & theirs.keys()},
        repinned=partial(github_template.repinned, old=old, new=new),
        removable=(lambda _: True) if old else _is_copied,
    ).changes()


def _is_copied(path: str) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in _COPIED)


def _first(repository: Repository, main: str) -> CommitTree:
    """The commit that `init` made: the oldest with a registry.yaml."""
    line = repository.first_parent(after=None, until=main, path=REGISTRY_PATH)
    return CommitTree(repository, next(iter(line)).sha)


def _files(repository: Repository, tree: CommitTree) -> Mapping[str, bytes]:
    listed = repository.changes("", tree.commit, most=MOST_ACCEPTED)
    return {one.path: data for one in listed if (data := tree.read(one.path)) is not None}


def _refuse_missing_engines(repository: Repository, main: str) -> None:
    """Raises FedfuseError when main was ever judged by an engine that this tool does not have."""
    for commit in repository.first_parent(after=None, until=main, path=REGISTRY_PATH):
        number = snapshots.engine_number(CommitTree(repository, commit.sha), {})
        if number is not None and number not in engine.ENGINES:
            raise FedfuseError(
                f"main was judged by engine {number} from {commit.sha[:12]} on; {engine.known()}",
                fix="upgrade to a tool that has every engine of main's history",
            )


_OF_RELEASES = frozenset({"E801", "E802", "E803", "E804", "E805"})
"""What an audit finds wrong with a release tag."""


def _refuse_other_history(repository: Repository, main: str) -> None:
    """Raises RefusedError when the rules of this tool make other releases out of main."""
    found = audit(repository, until=main, remote=None, replay=True).findings
    wrong = [one for one in found if one.code in _OF_RELEASES]
    if wrong:
        raise RefusedError(
            f"fedfuse {__version__} refutes releases of main: {wrong[0].message}",
            fix="compare with the pinned tool: fedfuse audit --replay",
        )
