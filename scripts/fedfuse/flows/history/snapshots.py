"""Opens the registry of a tree with the engine that its own registry.yaml names."""

from typing import Any

from fedfuse import engine
from fedfuse.adapters.formats import Formats
from fedfuse.engine.interface import Snapshot, Tree
from fedfuse.model.document import Document
from fedfuse.model.registry import REGISTRY_PATH

Cache = dict[tuple[str, str], Any]
"""What was read, by content; snapshots of one repository share one."""


def of(tree: Tree, cache: Cache | None = None) -> Snapshot:
    """The registry as of a tree.

    A tree without a legible registry.yaml is opened with the newest engine, which says what is
    wrong with it. Raises FedfuseError when this tool does not have the engine that it names.
    """
    known = {} if cache is None else cache
    number = engine_number(tree, known)
    chosen = engine.newest() if number is None else engine.engine(number)
    own = known.setdefault(("engine", str(chosen.NUMBER)), {})
    return chosen.snapshot(tree, Formats(), own, chosen)


def engine_number(tree: Tree, cache: Cache) -> int | None:
    """The engine that the registry.yaml of a tree names; None where it names no number."""
    key = ("engine number", tree.digest(REGISTRY_PATH))
    if key not in cache:
        document = Formats().yaml(tree.read(REGISTRY_PATH) or b"", path=REGISTRY_PATH)
        named = document.value.get("engine") if isinstance(document, Document) else None
        cache[key] = named if isinstance(named, int) and not isinstance(named, bool) else None
    found: int | None = cache[key]
    return found
