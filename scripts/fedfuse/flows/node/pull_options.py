"""Resolves what `fedfuse pull` was asked for: the source, and what anchors the release."""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
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


def pull_release(
    what: str,
    *,
    to: Path,
    source: str,
    expect: str,
    registry: str,
    root: Path,
    quiet: bool = False,
) -> PullReport:
    """Pull a tag or channel from a mirror, or from the clone at `root` when source is `git`.

    Without a source, and for `hub`, the `hub` of the registry at `root` is used. A clone anchors
    what is pulled from it, unless `expect` or `registry` does. Raises UsageError when no source can
    be found, or `registry` is no address of a repository.
    """
    with _opened(source, root) as (bundles, own_tags):
        ask = _asking(registry) if registry else own_tags
        anchor = Anchor(expected=expect, registry_oid=ask)
        return pull(bundles, what, to=to, anchor=anchor, quiet=quiet)


def pull_warm(
    *, to: Path, source: str, registry: str, root: Path, quiet: bool = False
) -> WarmReleases:
    """Keep production and the warm releases in `to`; sources and anchors as in `pull_release`."""
    with _opened(source, root) as (bundles, own_tags):
        ask = _asking(registry) if registry else own_tags
        return warm_releases.pull_warm(bundles, to=to, anchor=Anchor(registry_oid=ask), quiet=quiet)


def rehearse(
    what: str,
    *,
    to: Path,
    source: str,
    expect: str,
    registry: str,
    root: Path,
    quiet: bool = False,
) -> PullReport:
    """What `pull_release` would come to; `to` is left as it is."""
    with tempfile.TemporaryDirectory() as scratch:
        if (to / LOCK).is_file():
            shutil.copy(to / LOCK, scratch)
        report = pull_release(
            what,
            to=Path(scratch),
            source=source,
            expect=expect,
            registry=registry,
            root=root,
            quiet=quiet,
        )
    return replace(report, folder=to / report.tag) if report.folder else report


def rehearse_warm(
    *, to: Path, source: str, registry: str, root: Path, quiet: bool = False
) -> WarmReleases:
    """What `pull_warm` would come to; `to` is left as it is, and nothing of it is taken as kept."""

    def rehearsed(what: str) -> PullReport:
        return rehearse(
            what, to=to, source=source, expect="", registry=registry, root=root, quiet=quiet
        )

    production = rehearsed("production")
    if production.channels is None:
        return WarmReleases((production,), "")
    with _opened(source, root) as (bundles, _):
        warm = warm_releases.there(bundles, production.channels)
    return WarmReleases((production, *map(rehearsed, warm)), production.tag)


Asking = Callable[[str], str | None]
"""Release tag to the id of its tag object; None for a tag that is not known."""


@contextmanager
def _opened(source: str, root: Path) -> Iterator[tuple[BundleSource, Asking | None]]:
    if source != CLONE:
        named = source not in {"", HUB}
        address, beside = (source, Path()) if named else (_hub(root), root)
        yield addresses.mirror(address, root=beside), None
        return
    with Repository(root) as repository:
        commit = repository.resolve(repository.main_ref())
        ledger = fold_history(repository, commit)
        yield GitSource(ledger, commit), ledger.tagged.refs.get


def _asking(registry: str) -> Asking:
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
