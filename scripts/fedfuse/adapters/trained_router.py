"""A trained router from its folder: `load(folder).route(text)`."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fedfuse.adapters.static_embedding import StaticEmbedding, libraries
from fedfuse.errors import FedfuseError
from fedfuse.model.canonical import sha256
from fedfuse.model.router import FILES, HEAD, MAX_FILE_BYTES, ROUTER, Router, router_of
from fedfuse.model.routing import Choice, choose, normal

_FIX = "fetch the release again with `fedfuse pull`, or write the router again"


class TrainedRouter:
    """A router that chooses; the same text gives the same choice."""

    def __init__(self, router: Router, embedding: StaticEmbedding, head: Mapping[str, Any]) -> None:
        """Takes the head's `weight` (labels x dimensions) and `bias`. Raises FedfuseError."""
        shape = (len(router.labels), embedding.dimensions)
        if head["weight"].shape != shape or head["bias"].shape != shape[:1]:
            raise FedfuseError("the head of the router does not fit its labels", fix=_FIX)
        self.router = router
        self.parts = embedding, head
        self._weight, self._bias = head["weight"], head["bias"]
        self._numpy = libraries()[0]

    def route(self, text: str) -> Choice:
        """The prompt type of a text, of any length and in any script. Never raises for one."""
        logits = self.parts[0].vectors(normal(text)) @ self._weight.T + self._bias
        powers = self._numpy.exp(logits - logits.max(axis=1, keepdims=True))
        scores = powers / powers.sum(axis=1, keepdims=True)
        return choose(self.router, scores[0].tolist(), scores.max(axis=0).tolist())


def load(folder: Path) -> TrainedRouter:
    """The router in a folder, as `load_from`."""
    return load_from(lambda name: _read(folder / name), where=str(folder))


def load_from(read: Callable[[str], bytes | None], *, where: str) -> TrainedRouter:
    """The router whose files `read` gives; every file is the one that `router.json` names.

    Who pulled the release has proven `router.json` itself. Raises FedfuseError for what is no
    router, and when the libraries are missing.
    """
    libraries()
    found = {name: read(name) for name in FILES}
    if missing := [name for name, data in found.items() if data is None]:
        raise FedfuseError(f"{where} has no {missing[0]}", fix=_FIX)
    files = {name: data for name, data in found.items() if data is not None}
    try:
        router = router_of(json.loads(files[ROUTER]))
        named = {**router.files}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as err:
        raise FedfuseError(f"{where}/{ROUTER} describes no router", fix=_FIX) from err
    for name in sorted({*FILES} - {ROUTER}):
        if sha256(files[name]) != named.get(name):
            raise FedfuseError(f"{where}/{name} is not the file that {ROUTER} names", fix=_FIX)
    embedding = StaticEmbedding(files)
    try:
        return TrainedRouter(router, embedding, libraries()[2].load(files[HEAD]))
    except FedfuseError:
        raise
    except Exception as err:  # safetensors has classes of its own
        raise FedfuseError(f"{where}/{HEAD} cannot be loaded", fix=_FIX) from err


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as err:
        raise FedfuseError(f"{path}: {err.strerror}", fix=_FIX) from err
    if len(data) > MAX_FILE_BYTES:
        raise FedfuseError(f"{path} is larger than a router's file", fix=_FIX)
    return data
