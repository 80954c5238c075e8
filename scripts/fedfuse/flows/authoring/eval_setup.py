"""What an evaluation needs before the first request: suite, tasks and config, all valid."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fedfuse.adapters.files import read_named
from fedfuse.adapters.json_strict import load_json
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.engine.interface import Engine, Snapshot
from fedfuse.errors import RefusedError, UsageError
from fedfuse.flows.history import snapshots
from fedfuse.flows.history.draft_tree import DraftTree
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding
from fedfuse.model.role import Role
from fedfuse.model.suite import Item, Suite, lines
from fedfuse.suite import config as configs
from fedfuse.suite import task as tasks
from fedfuse.suite.config import Config
from fedfuse.suite.task import Task

Items = Callable[[str], bytes]
"""Name of a part file of a sealed suite to its bytes."""


@dataclass(frozen=True, slots=True)
class Exam:
    """The items of a suite that a role answers, with what to ask."""

    suite: Suite
    role: Role
    items: tuple[Item, ...]
    """In evidence order, or an even sample of them."""
    tasks: Mapping[str, Task]
    engine: Engine
    """What its evidence is read by."""
    sample: bool
    """Whether items were left out, so that the results are no evidence."""


def exam(
    root: Path, folder: Path | None, role: Role, *, limit: int | None, items: Items | None = None
) -> Exam:
    """The role's items in a suite of the registry at `root`, the canonical one by default.

    As `exam_of`. Raises UsageError for a folder that is none of the registry's too.
    """
    snapshot = snapshots.of(WorkTree(root))
    place = snapshot.registry().suite_path if folder is None else _below(root, folder)
    return exam_of(snapshot, place, role, limit=limit, items=items)


def exam_of(
    snapshot: Snapshot,
    place: str,
    role: Role,
    *,
    limit: int | None = None,
    items: Items | None = None,
) -> Exam:
    """The role's items in the suite at a path of a snapshot.

    With a limit about that many items are taken, evenly from every part, at least one of each.
    `items` reads the part files of a sealed suite; they have to be those that its suite.yaml pins.
    Raises UsageError where they are needed or not, RefusedError for a broken suite.
    """
    suite = snapshot.suite_at(place)
    if isinstance(suite, Suite) and suite.sealed:
        if items is None:
            what = f"{place} is sealed: its items are not in the registry"
            raise UsageError(what, fix="say with --items where they are kept")
        kept = {f"{place}/{part}.jsonl": items(f"{part}.jsonl") for part in suite.parts}
        snapshot = snapshots.of(DraftTree(snapshot.tree, kept))
        suite = snapshot.suite_at(place)
    elif items:
        what = f"{place} is not sealed: its items are in the registry"
        raise UsageError(what, fix="leave --items out")
    if not isinstance(suite, Suite):
        raise _refused(suite)
    parts = {part: suite.parts.get(part, ()) for part in role.parts}
    whole = sum(map(len, parts.values()))
    if not all(parts.values()):
        missing = ", ".join(part for part, known in parts.items() if not known)
        raise RefusedError(f"{place} has no {missing} part", fix=f"use a suite for {role.name}")
    sample = limit is not None and limit < whole
    if limit is not None and sample:
        parts = {part: _spread(known, limit * len(known) // whole) for part, known in parts.items()}
    asked = tuple(item for part in role.parts for item in parts[part])
    return Exam(suite, role, asked, _tasks(snapshot, place, role), snapshot.engine, sample)


def config(folder: Path | None, role: Role) -> Config:
    """The config artifact in a folder, or the plain one: the item's words and nothing else.

    Raises RefusedError for a folder that breaks the format, UsageError for one that is not there.
    """
    if folder is None:
        return plain(role)
    fix = "name a config folder"
    return config_in(lambda name: read_named(folder / name, fix=fix), str(folder), role)


def plain(role: Role) -> Config:
    """How a role is asked where no artifact says it: the item's words and nothing else."""
    return configs.PLAIN_EMBEDDING if _embeds(role) else configs.PLAIN_GENERATION


def _embeds(role: Role) -> bool:
    return role.parts[:1] == ("retrieval",)


def config_in(read_file: Callable[[str], bytes], where: str, role: Role) -> Config:
    """The config artifact whose files are read by name. Raises RefusedError for a broken one."""
    names = (configs.PROMPT, configs.DECODING)
    documents = {name: _json(read_file(name), f"{where}/{name}") for name in names}
    embeds = _embeds(role)
    read = configs.embedding if embeds else configs.generation
    found = read(documents[configs.PROMPT].value, documents[configs.DECODING].value)
    if isinstance(found, list):
        raise _refused(
            tuple(
                documents[problem.file].finding(
                    "E430", (problem.key,), message=f"bad {problem.key}", expected=problem.expected
                )
                for problem in found
            )
        )
    return found


def _below(root: Path, folder: Path) -> str:
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder", fix="name the folder of a suite")
    try:
        return folder.resolve().relative_to(root.resolve()).as_posix()
    except ValueError as err:
        raise UsageError(
            f"the suite {folder} lies outside of the registry {root}",
            fix="name the registry that the suite belongs to with --root",
        ) from err


def _spread(items: tuple[Item, ...], count: int) -> tuple[Item, ...]:
    count = max(count, 1)
    return tuple(items[number * len(items) // count] for number in range(count))


def _tasks(snapshot: Snapshot, place: str, role: Role) -> dict[str, Task]:
    found: dict[str, Task] = {}
    for part in role.parts:
        path = f"{place}/{part}.jsonl"
        for number, raw in lines(snapshot.tree.read(path) or b""):
            task = None if raw is None else tasks.parse(raw)
            if task is None:
                raise RefusedError(
                    f"{path}:{number}: this item has no prompt and answer that can be checked",
                    fix="restore the suite: git restore, or clone the registry again",
                )
            found[task.item] = task
    return found


def _json(data: bytes, path: str) -> Document:
    document = load_json(data, path=path)
    if not isinstance(document, Document):
        raise _refused(document)
    return document


def _refused(findings: tuple[Finding, ...]) -> RefusedError:
    first = findings[0]
    rest = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    expected = f", expected {first.expected}" if first.expected else ""
    what = f"{first.place}: {first.code} {first.message}{expected}{rest}"
    return RefusedError(what, fix=first.fix or f"fedfuse explain {first.code}")
