"""Where a registry's addresses lead from this machine: stores of artifacts, mirrors, sources."""

import os
import re
from pathlib import Path

from fedfuse.adapters.artifacts import Stores
from fedfuse.adapters.folder import FolderMirror
from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.git.tree import CommitTree
from fedfuse.adapters.stores.store import PUBLIC_HUB
from fedfuse.errors import UsageError
from fedfuse.flows.checking.remote_side import ArtifactCheck
from fedfuse.flows.history import snapshots
from fedfuse.flows.releasing.mirror_target import MirrorTarget

_HUB = re.compile(r"hf://([A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95})", re.ASCII)


def hub_endpoint() -> str:
    """The Hub's address: HF_ENDPOINT, as for every Hugging Face tool, else the public Hub."""
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or PUBLIC_HUB


def artifact_check(repository: Repository, ref: str, *, root: Path) -> ArtifactCheck:
    """The check of artifacts against the stores that registry.yaml at a ref allows.

    `dir:` artifacts lie below `artifact_root`, relative to the registry's root.
    """
    return stores(repository, ref, root=root).check


def stores(repository: Repository, ref: str, *, root: Path) -> Stores:
    """The stores that registry.yaml at a ref allows, as `artifact_check` has them."""
    tree = CommitTree(repository, repository.resolve(ref))
    below = snapshots.of(tree).registry().artifact_root
    return Stores(hub_endpoint(), artifact_root=root / below if below else None)


def mirror(address: str, *, root: Path) -> MirrorTarget:
    """The mirror at `hf://owner/name` or `dir:path` (relative to the registry).

    Raises UsageError for another address.
    """
    if address.startswith("dir:") and address != "dir:":
        return FolderMirror(root / address.removeprefix("dir:"))
    match = _HUB.fullmatch(address)
    if match is None:
        raise UsageError(f"{address!r:.100} is no mirror", fix="use hf://OWNER/NAME or dir:PATH")
    from fedfuse.adapters.hub import Hub  # noqa: PLC0415 - loads the Hub client, half a second

    return Hub(match[1], endpoint=hub_endpoint())
