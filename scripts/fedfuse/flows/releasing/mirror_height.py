"""How far main has come, and so how large an honest serial of channels.json can be."""

from collections.abc import Callable
from dataclasses import dataclass

from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.git.repository import Repository
from fedfuse.errors import RemoteError

_MAIN = "main"
_ORIGIN = "origin"

Height = Callable[[int], int]
"""The first-parent height that main has come to; where that is less than the given serial, all that
can be known. Asked after the serial was read, as main only grows: a serial above the answer was
above main when it was written."""


def nothing_beyond_ours(serial: int) -> int:
    """The answer where no main but our own is known."""
    del serial
    return 0


@dataclass(frozen=True, slots=True)
class MainHeight:
    """The height of main as this clone and its origin know it."""

    repository: Repository

    def known(self, serial: int) -> int:
        """How high main is here or, where that is less than the serial, here and on origin.

        Commits of origin are fetched without moving a ref. A clone without origin is the registry
        itself: what it does not have is on no main. Raises RemoteError when origin cannot be asked:
        an honest serial must not be taken for a forged one then, nor a forged one for honest.
        """
        here = self._height(self.repository.resolve(self.repository.main_ref()))
        name = self.repository.remote(_ORIGIN) if here < serial else None
        return max(here, self._height_on(name)) if name else here

    def _height_on(self, name: str) -> int:
        remote = Remote(self.repository.git_dir, name)
        try:
            tip = remote.branch(_MAIN)
            if tip:
                remote.fetch(f"refs/heads/{_MAIN}")
        except RemoteError as err:
            what = f"the mirror's channels claim a newer main than this clone's, and {err.what}"
            raise RemoteError(what, fix=f"{err.fix}: fedfuse mirror") from err
        return self._height(tip) if tip else 0

    def _height(self, commit: str) -> int:
        return len(self.repository.first_parent_line(commit))
