"""Resolves what `fedfuse pull` was asked for: the source, and what anchors the release."""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.node_folder import LOCK
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.errors import UsageError
from fedfuse.flows.history import snapshots
from fedfuse.flows.history.ledger import fold_history
from fedfuse.flows.node import warm_releases
from fedfuse.flows.node.pull import Anchor, PullReport, pull
from fedfuse.flows.node.warm_releases import WarmReleases
from fedfuse.flows.releasing import addresses
from fedfuse.flows.releasing.git_source import GitSource
from fedfuse.flows.releasing.mirror_target import BundleSource
from fedfuse.model.registry import REGISTRY_PATH

CLONE = "git"
"""The source that is no mirror: the clone itself."""
HUB = "hub"
"""The source without a name: the `hub` of the registry."""
_RUNS_COMMANDS = re.compile(r"(?:ext|fd):(?::|//)", re.IGNORECASE)
"""Addresses that make git run a command or use an open file. Where file names ignore case, git
would run the same program under other letters, and what its settings forbid is one spelling."""


@dataclass(frozen=True, slots=True)
class Pulling:
    """Where releases come from, where they go, and what anchors them."""

    to: Path
    source: str
    """A mirror, or `git` for the clone at `root`; empty, and `hub`, mean the registry's `hub`."""
    registry: str
    """Address of the registry that anchors; empty where a clone anchors what comes from it."""
    root: Path
    quiet: bool = False

    def release(self, what: str, *, expect: str = "") -> PullReport:
        """Pull a tag or channel.

        Raises UsageError when no source can be found, or `registry` is no address of a repository.
        """
        with self._opened() as (bundles, anchor):
            anchored = replace(anchor, expected=expect)
            return pull(bundles, what, to=self.to, anchor=anchored, quiet=self.quiet)

    def warm(self) -> WarmReleases:
        """Keep production and the warm releases in the folder; raises as `release` does."""
        with self._opened() as (bundles, anchor):
            return warm_releases.pull_warm(bundles, to=self.to, anchor=anchor, quiet=self.quiet)

    def rehearse(self, what: str, *, expect: str = "") -> PullReport:
        """What `release` would come to; the folder is left as it is."""
        with tempfile.TemporaryDirectory() as scratch:
            if (self.to / LOCK).is_file():
                shutil.copy(self.to / LOCK, scratch)
            report = replace(self, to=Path(scratch)).release(what, expect=expect)
        return replace(report, folder=self.to / report.tag) if report.folder else report

    def rehearse_warm(self) -> WarmReleases:
        """What `warm` would come to; the folder is left as it is, nothing of it counts as kept."""
        production = self.rehearse("production")
        if production.channels is None:
            return WarmReleases((production,), "")
        with self._opened() as (bundles, _):
            warm = warm_releases.there(bundles, production.channels)
        return WarmReleases((production, *map(self.rehearse, warm)), production.tag)

    @contextmanager
    def _opened(self) -> Iterator[tuple[BundleSource, Anchor]]:
        ask = _asking(self.registry) if self.registry else None
        if self.source != CLONE:
            named = self.source not in {"", HUB}
            address, beside = (self.source, Path()) if named else (_hub(self.root), self.root)
            yield addresses.mirror(address, root=beside), Anchor(registry_oid=ask)
            return
        with Repository(self.root) as repository:
            commit = repository.resolve(repository.main_ref())
            ledger = fold_history(repository, commit)
            own_tags = ledger.tagged.refs.get
            yield GitSource(ledger, commit), Anchor(registry_oid=ask or own_tags)


def _asking(registry: str) -> Callable[[str], str | None]:
    """Release tag to the id of its tag object there; None for a tag that is not known."""
    if _RUNS_COMMANDS.match(registry):
        raise UsageError(
            f"{registry!r:.100} is no address of a repository",
            fix="use https://HOST/PATH, ssh://HOST/PATH, HOST:PATH or a folder",
        )
    return lambda tag: Remote(None, registry).tags(tag).get(tag)


def _hub(root: Path) -> str:
    if WorkTree(root).read(REGISTRY_PATH) is None:
        raise UsageError(
            "there is no registry here to pull from", fix="add --from hf://OWNER/NAME or dir:PATH"
        )
    return snapshots.of(WorkTree(root)).registry().hub
