"""Whether a main beyond ours can have made the channels on a mirror."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.git.repository import Repository
from fedfuse.errors import GitError, RemoteError

_MAIN = "main"
_ORIGIN = "origin"

Height = Callable[[int], int]
"""The first-parent height of a main that git has and ours does not contain; 0 for none. Asked after
the serial was read, as main only grows: what is above the answer was above main when it was
written. Raises GitError where main was moved back: then git has signed what it no longer has."""


def nothing_beyond_ours(serial: int) -> int:
    """The answer where no main but our own is known."""
    del serial
    return 0


@dataclass(frozen=True, slots=True)
class MainHeight:
    """The mains that this clone and its origin know, beside the one that channels come from."""

    repository: Repository
    commit: str
    """What our channels were computed from."""
    prefix: str
    """What the names of release tags begin with."""

    def known(self, serial: int) -> int:
        """How high another main is: the one here or, where that is less than the serial, origin's.

        Commits of origin are fetched without moving a ref. A clone without origin is the registry
        itself: what it does not have is on no main. Raises RemoteError when origin cannot be asked:
        an honest serial must not be taken for a forged one then, nor a forged one for honest.
        """
        height = self._beyond(self.repository.resolve(self.repository.main_ref()))
        if height >= serial:
            return height
        name = self.repository.remote(_ORIGIN)
        remote = Remote(self.repository.git_dir, name) if name else None
        try:
            height = max(height, self._of(remote)) if remote else height
            if height < serial:
                self._refuse_lost_releases(remote)
        except RemoteError as err:
            what = f"the mirror's channels claim a newer main than this clone's, and {err.what}"
            raise RemoteError(what, fix=f"{err.fix}: fedfuse mirror") from err
        return height

    def _of(self, remote: Remote) -> int:
        tip = remote.branch(_MAIN)
        if tip:
            remote.fetch(f"refs/heads/{_MAIN}")
        return self._beyond(tip) if tip else 0

    def _beyond(self, tip: str) -> int:
        if tip in self.repository.first_parent_line(self.commit):
            return 0
        return len(self.repository.first_parent_line(tip))

    def _refuse_lost_releases(self, remote: Remote | None) -> None:
        for tag, oid in self._tags(remote):
            target = self.repository.resolve(oid)
            after = self.repository.first_parent_line(target)
            if target != self.commit and self.commit in after:
                raise GitError(
                    f"{tag} was released from a main beyond {self.commit[:12]}: this main was "
                    "moved back, and the mirror's channels may be newer",
                    fix="git pull; if main itself was moved back, restore it, then: fedfuse mirror",
                )

    def _tags(self, remote: Remote | None) -> Iterator[tuple[str, str]]:
        here = self.repository.local_tags(self.prefix)
        there = remote.tags(self.prefix) if remote else {}
        if remote:
            remote.fetch(*(f"refs/tags/{tag}" for tag in there if here.get(tag) != there[tag]))
        yield from (here | there).items()
