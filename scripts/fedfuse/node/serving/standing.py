"""Which release serves, which one is wanted, and what keeps the two apart."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fedfuse.errors import FedfuseError
from fedfuse.node.backends import Backends
from fedfuse.node.node import Node, Routers
from fedfuse.node.release import Release

CURRENT = "current"
"""The link to the folder of the release that is to serve; a pull moves it."""
_WATCH_SECONDS = 0.5
_LOOKS_EVERY = 10
"""How many watches lie between two looks at the backends while nothing is to be switched."""


class Standing:
    """The release that serves. Requests hold their node, so they end on the one they began with."""

    def __init__(
        self,
        root: Path,
        backends: Backends,
        *,
        routers: Routers | None,
        begin: Callable[[Release], None],
        say: Callable[[Mapping[str, Any]], None],
    ) -> None:
        self.backends = backends
        self._root, self._routers, self._begin, self._say = root, routers, begin, say
        self._loaded: Node | None = None
        """The newest one that was loaded; it serves as soon as nothing of it is missing."""
        self.node: Node | None = None
        """None until the first release could be switched to."""
        self.wanted = ""
        """The release that `current` names."""
        self.missing: tuple[str, ...] = ()
        """What the wanted release lacks."""

    @property
    def is_ready(self) -> bool:
        """Whether a release serves and each of its routes is answered."""
        return self.node is not None and self.backends.is_answered(self.node.release)

    async def look(self) -> None:
        """Ask the backends, and switch if that is wanted and nothing is missing."""
        before = self.wanted, self.missing
        try:
            node = await asyncio.to_thread(self._load)
        except (FedfuseError, OSError) as err:
            await self.backends.look()
            self.missing = (str(err),)
        else:
            await self.backends.look()
            self.missing = await asyncio.to_thread(self.backends.missing, node.release)
            if not self.missing and node is not self.node:
                self._begin(node.release)
                self.node = node
                self._say({"event": "serving", "release": node.release.tag})
        if self.missing and (self.wanted, self.missing) != before:
            self._say({"event": "missing", "release": self.wanted, "missing": list(self.missing)})

    def _load(self) -> Node:
        self.wanted = self._named()
        if self._loaded is None or self._loaded.release.tag != self.wanted:
            self._loaded = Node.load(self._root / self.wanted, routers=self._routers)
        return self._loaded

    def _named(self) -> str:
        """The release that the link names; empty where there is no such link."""
        try:
            return (self._root / CURRENT).readlink().name
        except OSError:
            return ""

    @property
    def _is_settled(self) -> bool:
        return self.node is not None and self.node.release.tag == self._named()

    async def watch(self) -> None:
        """Look for ever: soon while a switch is due, and now and then at the backends."""
        watches = 0
        while True:
            if not self._is_settled or watches % _LOOKS_EVERY == 0:
                await self.look()
            watches += 1
            await asyncio.sleep(_WATCH_SECONDS)
