"""A mirror run that dies: `python -m tests.support.killed_mirror KIND WHERE N before|after`.

Ends the process at the N-th write to the target, without any clean-up, before or after the write
is done. Exits 0 when there are fewer writes.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from fedfuse.adapters.folder import FolderMirror
from fedfuse.flows.releasing.mirror import reconcile
from fedfuse.flows.releasing.mirror_target import MirrorTarget
from fedfuse.model.mirror import Attempt, FileId, Refs
from fedfuse_demo.hub.server import TOKEN
from tests.support.bundles import bundle, channels
from tests.support.mirrors import REPO

KILLED = 9
BUNDLES = (bundle("1.0.0"), bundle("1.1.0"))
CHANNELS = channels(7, "1.1.0", "1.0.0")


class Mortal:
    """A target whose process dies at one of its writes."""

    def __init__(self, target: MirrorTarget, at: int, *, after: bool) -> None:
        self._target = target
        self._left = at
        self._after = after

    @property
    def name(self) -> str:
        """As the target does."""
        return self._target.name

    def refs(self) -> Refs | None:
        """As the target does."""
        return self._target.refs()

    def tree(self, revision: str) -> Mapping[str, FileId]:
        """As the target does."""
        return self._target.tree(revision)

    def read(self, revision: str, path: str, *, limit: int) -> bytes:
        """As the target does."""
        return self._target.read(revision, path, limit=limit)

    def prove_access(self) -> None:
        """As the target does."""
        self._target.prove_access()

    def create(self) -> None:
        """As the target does."""
        self._die(after=False)
        self._target.create()
        self._die(after=True)

    def commit(
        self, *, parent: str, writes: Mapping[str, bytes], deletes: Sequence[str], message: str
    ) -> Attempt:
        """As the target does."""
        self._die(after=False)
        done = self._target.commit(parent=parent, writes=writes, deletes=deletes, message=message)
        self._die(after=True)
        return done

    def tag(self, name: str, commit: str) -> Attempt:
        """As the target does."""
        self._die(after=False)
        done = self._target.tag(name, commit)
        self._die(after=True)
        return done

    def _die(self, *, after: bool) -> None:
        if not after:
            self._left -= 1
        if self._left == 0 and after == self._after:
            os._exit(KILLED)


def target_of(kind: str, where: str) -> MirrorTarget:
    """The target as the command line names it."""
    if kind == "folder":
        return FolderMirror(Path(where))
    from fedfuse.adapters.hub import Hub  # noqa: PLC0415 - the folder's victims need no client

    return Hub(REPO, endpoint=where, token=TOKEN)


if __name__ == "__main__":
    kind, where, number, when = sys.argv[1:]
    reconcile(Mortal(target_of(kind, where), int(number), after=when == "after"), BUNDLES, CHANNELS)
