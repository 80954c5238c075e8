"""Engines: numbered sets of rules that decide what a registry admits and releases.

A registry names its engine in registry.yaml. Each commit of main is judged by the engine of its
parent and composed by its own, so that rules can change and history stays what it was.
"""

import hashlib
import importlib
from collections.abc import Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from typing import cast

from fedfuse.engine.interface import Engine
from fedfuse.errors import FedfuseError

ENGINES: Mapping[int, str] = {1: "fedfuse.engine.v1.engine"}
"""Engine number to the module that is its face."""
NEWEST = max(ENGINES)
LIST = "FROZEN"
"""The file of an engine's package that says `draft` or `frozen`, then lists its sources."""


def engine(number: int) -> Engine:
    """The engine of a number. Raises FedfuseError for one that this tool does not have."""
    return cast("Engine", importlib.import_module(_face(number)))


def newest() -> Engine:
    """The newest engine, for what belongs to no registry."""
    return engine(NEWEST)


def oldest() -> Engine:
    """The oldest engine, for commits before there is any registry.yaml."""
    return engine(min(ENGINES))


def known() -> str:
    """The engines of this tool, as a clause."""
    listed = ", ".join(map(str, sorted(ENGINES)))
    return f"this tool has engine{'s' if len(ENGINES) > 1 else ''} {listed}"


def sources(number: int) -> tuple[str, ...]:
    """`sha256  path` of every source file of an engine, as it is installed, sorted by path."""
    found = sorted(_sources(_package(number), ""))
    return tuple(f"{hashlib.sha256(data).hexdigest()}  {path}" for path, data in found)


def digest(number: int) -> str:
    """What an engine is: sha256 of its `sources`, one a line.

    Two tools whose engines have the same digest judge alike. Raises FedfuseError as `engine` does.
    """
    lines = "".join(f"{line}\n" for line in sources(number))
    return hashlib.sha256(lines.encode("ascii")).hexdigest()


def is_frozen(number: int) -> bool:
    """Whether the rules of an engine are final; those of a draft may still change.

    Raises FedfuseError as `engine` does.
    """
    listed = _package(number).joinpath(LIST)
    return listed.is_file() and listed.read_bytes().startswith(b"frozen\n")


def is_as_listed(number: int) -> bool:
    """Whether every source file of an engine is the one that its list names.

    Raises FedfuseError as `engine` does.
    """
    listed = _package(number).joinpath(LIST)
    lines = listed.read_text("ascii").splitlines() if listed.is_file() else []
    return set(sources(number)) <= set(lines)


def _face(number: int) -> str:
    face = ENGINES.get(number)
    if face is None:
        raise FedfuseError(
            f"the registry is judged by engine {number}; {known()}",
            fix="use the tool that the registry's main pins, or a newer one: fedfuse upgrade",
        )
    return face


def _package(number: int) -> Traversable:
    return resources.files(_face(number).rpartition(".")[0])


def _sources(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _sources(entry, f"{path}{entry.name}/")
        elif entry.name.endswith(".py"):
            yield f"{path}{entry.name}", entry.read_bytes()
