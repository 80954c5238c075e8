"""Engines: numbered sets of rules that decide what a registry admits and releases.

A registry names its engine in registry.yaml. Each commit of main is judged by the engine of its
parent and composed by its own, so that rules can change and history stays what it was.
"""

import importlib
from collections.abc import Mapping
from typing import cast

from fedfuse.engine.interface import Engine
from fedfuse.errors import FedfuseError

ENGINES: Mapping[int, str] = {1: "fedfuse.engine.v1.engine"}
"""Engine number to the module that is its face."""
NEWEST = max(ENGINES)


def engine(number: int) -> Engine:
    """The engine of a number. Raises FedfuseError for one that this tool does not have."""
    face = ENGINES.get(number)
    if face is None:
        raise FedfuseError(
            f"the registry is judged by engine {number}; {known()}",
            fix="use the tool that the registry's main pins, or a newer one: fedfuse upgrade",
        )
    return cast("Engine", importlib.import_module(face))


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
