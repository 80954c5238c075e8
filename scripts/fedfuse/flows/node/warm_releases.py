"""Keeps a node's releases on disc: what serves, and what it may have to go back to."""

from dataclasses import dataclass
from pathlib import Path

from fedfuse.adapters.node_folder import NodeFolder
from fedfuse.errors import FedfuseError, RefusedError, RemoteError
from fedfuse.flows.node.anchor import Anchor
from fedfuse.flows.node.local_releases import LocalReleases
from fedfuse.flows.node.pull import PullReport, pull
from fedfuse.flows.releasing.mirror_target import BundleSource
from fedfuse.model.bundle import path_problem, shown
from fedfuse.model.channel import Channels
from fedfuse.model.finding import Finding

CURRENT = "current"
"""The link to the folder of the release in production."""


@dataclass(frozen=True, slots=True)
class WarmReleases:
    """What a node has on disc now."""

    reports: tuple[PullReport, ...]
    """Production first, then the warm releases, newest first."""
    switched_to: str
    """The release that `current` names; empty when this run switched to none."""
    unlinked: tuple[Finding, ...] = ()
    """Why `current` was taken away; empty when it was not."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that was refused."""
        return *self.unlinked, *(found for report in self.reports for found in report.findings)


def pull_warm(
    source: BundleSource, *, to: Path, anchor: Anchor, quiet: bool = False
) -> WarmReleases:
    """Pull production into `to/<tag>/`, switch `to/current`, then pull every warm release.

    Each is proven as by `pull`, but what lies in `to` and is still proven is not fetched again: a
    switch back needs the channels and nothing else of the source. The link changes by rename, and
    only to a production that was proven. First of all, a link to anything but a release that is
    still what was pulled is taken away: nobody serves changed bytes. No trouble with a warm
    release keeps anybody from switching: one that cannot be proven is in the findings. Raises
    what `pull` raises, and RemoteError when the channels name what is not there.
    """
    landing = NodeFolder(to)
    unlinked = _unlink_changed(landing)
    disc_first = LocalReleases(source, landing)
    try:
        production = pull(disc_first, "production", to=to, anchor=anchor, link=CURRENT, quiet=quiet)
    except FedfuseError as err:
        for found in unlinked:
            raise RefusedError(f"{found.path} {found.message}; {err.what}", fix=found.fix) from err
        raise
    channels = production.channels
    if channels is None:
        return WarmReleases((production,), "", unlinked)
    warm = there(source, channels)
    others = [pull(disc_first, tag, to=to, anchor=anchor, quiet=quiet) for tag in warm]
    return WarmReleases((production, *others), production.tag, unlinked)


def _unlink_changed(landing: NodeFolder) -> tuple[Finding, ...]:
    """Take `current` away when it names what no pull put there, or what was changed since."""
    if not landing.named_by(CURRENT):
        return ()
    with landing.locked():
        named = landing.named_by(CURRENT)
        if not named or not _is_foreign(landing, named):
            return ()
        landing.unlink(CURRENT)
    place = landing.path_of(named)
    changed = named in landing.remembered().tags
    return (
        Finding(
            str(landing.path_of(CURRENT)),
            0,
            0,
            "E553",
            f"was taken away: {shown(named)} is not a release as it was pulled",
            fix=f"mv {place} {place}.changed, then pull again" if changed else "pull again",
        ),
    )


def _is_foreign(landing: NodeFolder, named: str) -> bool:
    """A folder without memory, or without that release, is left to the pull that follows."""
    if "/" in named or path_problem(named):
        return True
    known = landing.remembered().tags
    if named in known:
        return landing.contents(named) is not None and isinstance(landing.proven(named), str)
    return bool(known)


def there(source: BundleSource, channels: Channels) -> tuple[str, ...]:
    """The warm releases. Raises RemoteError unless the source has all of them."""
    refs = source.refs()
    warm = tuple(pointer.tag for pointer in channels.warm)
    if lost := [tag for tag in warm if refs is None or tag not in refs.tags]:
        what = f"{source.name} names {', '.join(lost)} as warm and does not have it"
        raise RemoteError(what, fix="try again later, or let the registry run fedfuse mirror")
    return warm
