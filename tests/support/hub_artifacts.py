"""Shipments whose artifacts lie on a loopback Hub instead of in a folder."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fedfuse.adapters.hub import Hub
from fedfuse_demo.hub.server import TOKEN, LoopbackHub


def hosted(hub: LoopbackHub, artifacts: Path) -> Callable[[dict[str, Any]], None]:
    """An edit of a shipment that uploads its artifact and ships that repository's commit."""

    def edit(document: dict[str, Any]) -> None:
        artifact = document["artifact"]
        folder = artifacts / artifact["uri"].removeprefix("dir:")
        files = {file["path"]: (folder / file["path"]).read_bytes() for file in artifact["files"]}
        artifact["uri"] = f"hf://acme/{folder.name}"
        artifact["revision"] = uploaded(hub, f"acme/{folder.name}", files)

    return edit


def uploaded(hub: LoopbackHub, repo: str, files: dict[str, bytes]) -> str:
    """The commit of a new repository on the Hub that holds the files."""
    speaker = Hub(repo, endpoint=hub.endpoint, token=TOKEN)
    speaker.create()
    refs = speaker.refs()
    assert refs is not None
    return speaker.commit(parent=refs.head, writes=files, deletes=(), message="upload").id
