"""Where a release sends a prompt: the type that its router chooses, the units of the route."""

import json
from collections.abc import Callable, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from fedfuse.adapters import trained_router
from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.git.tree import CommitTree
from fedfuse.adapters.node_folder import NodeFolder
from fedfuse.errors import RefusedError, UsageError
from fedfuse.flows.history.ledger import fold_history
from fedfuse.model.bundle import RECORD
from fedfuse.model.router import folder_of
from fedfuse.model.routing import Routed, targets

Read = Callable[[str], bytes | None]
"""A path of the registry to its bytes as the release has them."""


def route(text: str, *, release: str, prompt_type: str, root: Path) -> Routed:
    """Where a release sends a prompt.

    `release` is a folder that was pulled, a tag of the clone at `root`, or empty for its newest
    release. `prompt_type` is what the caller names it; then no router is asked. Raises UsageError
    for a release or type that is not there, RefusedError for a folder that holds anything else than
    was pulled, FedfuseError for a router that cannot be loaded.
    """
    record, read = _opened(release, root)
    fusion, tag = record["fusion"], str(record["release"])
    kind, version = fusion["router"]["kind"], fusion["router"].get("version")
    router = kind if version is None else f"{kind} v{version}"
    choice, fitted_on = None, ""
    if prompt_type:
        reason = "the caller names the prompt type"
    elif version is None:
        reason = "the router is static: the caller names the prompt type with --type"
    else:
        folder = folder_of(version)
        trained = trained_router.load_from(lambda name: read(f"{folder}/{name}"), where=folder)
        choice = trained.route(text)
        prompt_type, reason = choice.prompt_type, choice.reason
        fitted_on = f"calibration of {trained.router.suite}"
    asked = _targets(record, prompt_type) if prompt_type else ()
    target, *fallbacks = asked or ("",)
    return Routed(tag, router, choice, fitted_on, prompt_type, target, tuple(fallbacks), reason)


def _opened(release: str, root: Path) -> tuple[Mapping[str, Any], Read]:
    place = Path(release).resolve()
    if release and (place / RECORD).is_file():
        files = NodeFolder(place.parent).proven(place.name)
        if isinstance(files, str):
            raise RefusedError(
                f"{place}: {files}", fix=f"mv {place} {place}.bad, then fedfuse pull again"
            )
        return json.loads(files[RECORD]), files.get
    with Repository(root) as repository:
        ledger = fold_history(repository, until=repository.tip(""))
        known = chain(reversed(ledger.computed), ledger.carried())
        found = ledger.release(release) if release else next(known, None)
        if found is None:
            what = f"{release} is no release here" if release else "there is no release here yet"
            raise UsageError(what, fix="name a release tag, or a folder that fedfuse pull made")
        version = found.record["fusion"]["router"].get("version")
        tree = CommitTree(repository, found.commit)
        folder = folder_of(version) if version else ""
        names = tree.names(folder) if version else ()
        read = {f"{folder}/{name}": tree.read(f"{folder}/{name}") for name in names}
        return found.record, read.get


def _targets(record: Mapping[str, Any], prompt_type: str) -> tuple[str, ...]:
    routes, units = record["fusion"]["routes"], record["units"]
    if prompt_type not in routes:
        known = ", ".join(sorted(routes))
        raise UsageError(f"no route is for prompt type {prompt_type}", fix=f"name one of {known}")
    return tuple(f"{unit}@v{units[unit]['member']}" for unit in targets(record, prompt_type))
