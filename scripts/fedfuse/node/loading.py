"""Reads a pulled release from its folder, and proves every byte of it once more."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from fedfuse.adapters import yaml_strict
from fedfuse.adapters.node_folder import NodeFolder
from fedfuse.errors import RefusedError
from fedfuse.model.bundle import RECORD
from fedfuse.model.document import Document
from fedfuse.node.contract import Contract
from fedfuse.node.release import Release, release_of


def load(folder: Path) -> tuple[Release, Mapping[str, Contract]]:
    """The release in a folder as `fedfuse pull` left it, and its contracts by `role/vN`.

    The record must rebuild the tag object that the pull remembered, and pin every file. Raises
    RefusedError for a folder that holds anything else, or a release that cannot be served.
    """
    place = folder.resolve()
    files = NodeFolder(place.parent).proven(place.name)
    if isinstance(files, str):
        _refuse(place, files)
    record = json.loads(files[RECORD])
    try:
        release = release_of(record, _manifests(record, files))
        named = {route.contract for route in release.routes.values()}
        paths = {name: f"schemas/contract/{name}.json" for name in named}
        contracts = {n: Contract.read(files[path], path=path) for n, path in paths.items()}
    except (LookupError, TypeError, ValueError, AttributeError) as err:
        _refuse(place, f"holds a release that this tool cannot serve ({err!r:.120})")
    return release, contracts


def _manifests(
    record: Mapping[str, Any], files: Mapping[str, bytes]
) -> Mapping[str, Mapping[str, Any]]:
    """The manifest of each member; the registry has validated them before it pinned them."""
    found = {}
    for unit, state in record["units"].items():
        if state["manifest"] is not None:
            path = state["manifest"]["path"]
            document = yaml_strict.load(files[path], path=path)
            if not isinstance(document, Document):
                raise ValueError(f"{path} is no manifest")
            found[unit] = document.value
    return found


def _refuse(place: Path, what: str) -> NoReturn:
    raise RefusedError(f"{place}: {what}", fix=f"mv {place} {place}.bad, then fedfuse pull again")
