"""Names the release App in a registry: in its rulesets and in registry.yaml."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fedfuse.adapters.json_strict import load_json
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.errors import RegistryError
from fedfuse.flows.registry.registry_template import app_line
from fedfuse.model import release_app
from fedfuse.model.document import Document
from fedfuse.model.registry import REGISTRY_PATH
from fedfuse.model.release_app import ReleaseApp

FOLDER = ".github/rulesets"
_ENTRY = r"^{}:.*\n(?: .*\n)*"
"""A top-level entry of a YAML file with the indented lines below it."""


def name(root: Path, app: ReleaseApp, *, dry_run: bool = False) -> tuple[str, ...]:
    """Write the App into every file that is about it; the paths of those that change.

    Naming the same App twice changes nothing. Raises RegistryError when a file is broken.
    """
    tree = WorkTree(root)
    wanted = {
        REGISTRY_PATH: _registry_yaml(tree, app),
        **rulesets(read_rulesets(tree.read), app.app_id),
    }
    changed = {path: data for path, data in wanted.items() if tree.read(path) != data}
    if not dry_run:
        for path, data in changed.items():
            (root / path).write_bytes(data)
    return tuple(sorted(changed))


def rulesets(found: Mapping[str, Mapping[str, Any]], app_id: int) -> Mapping[str, bytes]:
    """The files of the rulesets about an App, by path."""
    about = release_app.about(found, app_id)
    return {f"{FOLDER}/{one}.json": release_app.render(about[one]).encode() for one in about}


def read_rulesets(read: Callable[[str], bytes | None]) -> Mapping[str, Mapping[str, Any]]:
    """The rulesets that every registry has, by name. Raises RegistryError when one is broken.

    `read` gives the bytes at a path, None when there are none.
    """
    return {one: _ruleset(read, f"{FOLDER}/{one}.json") for one in release_app.WITHOUT_APP}


def _ruleset(read: Callable[[str], bytes | None], path: str) -> Mapping[str, Any]:
    document = load_json(read(path) or b"", path=path)
    if isinstance(document, Document):
        return document.value
    raise RegistryError(f"{path} is missing or no JSON", fix=f"git checkout main -- {path}")


def _registry_yaml(tree: WorkTree, app: ReleaseApp) -> bytes:
    """The same registry.yaml, comments included, with the App's line below the bot's."""
    text = (tree.read(REGISTRY_PATH) or b"").decode("utf-8", "replace")
    unnamed = re.sub(_ENTRY.format("app"), "", text, flags=re.MULTILINE)
    bot = re.search(_ENTRY.format("bot"), unnamed, re.MULTILINE)
    if bot is None:
        raise RegistryError(f"{REGISTRY_PATH} is missing or broken", fix="fedfuse validate")
    return (unnamed[: bot.end()] + app_line(app.bot) + unnamed[bot.end() :]).encode()
