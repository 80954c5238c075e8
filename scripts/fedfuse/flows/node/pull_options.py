"""Resolves what `fedfuse pull` was asked for: the source, and what anchors the release."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.node_folder import LOCK, NodeFolder
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.errors import UsageError
from fedfuse.flows.history import snapshots
from fedfuse.flows.history.ledger import fold_history
from fedfuse.flows.node import warm_releases
from fedfuse.flows.node.anchor import NOBODY, Anchor
from fedfuse.flows.node.git_registry import GitRegistry, proven_main
from fedfuse.flows.node.local_releases import LocalReleases
from fedfuse.flows.node.pull import PullReport, pull
from fedfuse.flows.node.warm_releases import CURRENT, WarmReleases
from fedfuse.flows.releasing import addresses
from fedfuse.flows.releasing.git_source import GitSource
from fedfuse.flows.releasing.mirror_target import BundleSource
from fedfuse.model.finding import Finding
from fedfuse.model.registry import REGISTRY_PATH

CLONE = "git"
"""The source that is no mirror: the clone itself."""
HUB = "hub"
"""The source without a name: the `hub` of the registry."""


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

    def follow(self, what: str) -> tuple[Finding, ...]:
        """Make `current` the release that a channel names now; what was refused.

        Production keeps its warm releases too. What lies here and is still proven is not fetched
        again. Raises as `release` does.
        """
        if what == "production":
            return self.warm().findings
        with self._opened() as (bundles, anchor):
            disc_first = LocalReleases(bundles, NodeFolder(self.to))
            report = pull(disc_first, what, to=self.to, anchor=anchor, link=CURRENT, quiet=True)
        return report.findings

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
        registry = GitRegistry(self.registry, self.to) if self.registry else None
        anchor = Anchor(registry_oid=registry.tag_object, main=registry.main) if registry else None
        if self.source != CLONE:
            named = self.source not in {"", HUB}
            address, beside = (self.source, Path()) if named else (_hub(self.root), self.root)
            yield addresses.mirror(address, root=beside), anchor or NOBODY
            return
        with Repository(self.root) as repository:
            commit = repository.resolve(repository.main_ref())
            ledger = fold_history(repository, commit)
            own = Anchor(
                registry_oid=ledger.tagged.refs.get, main=lambda: proven_main(ledger, commit)
            )
            yield GitSource(ledger, commit), anchor or own


def _hub(root: Path) -> str:
    if WorkTree(root).read(REGISTRY_PATH) is None:
        raise UsageError(
            "there is no registry here to pull from", fix="add --from hf://OWNER/NAME or dir:PATH"
        )
    return snapshots.of(WorkTree(root)).registry().hub
