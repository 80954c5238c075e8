"""Keeps a node's releases on disc: what serves, and what it may have to go back to."""

from dataclasses import dataclass
from pathlib import Path

from fedfuse.adapters.landing import Landing
from fedfuse.errors import RemoteError
from fedfuse.flows.pulling.pull import Anchor, PullReport, pull
from fedfuse.flows.releasing.mirror_target import BundleSource
from fedfuse.model import channel
from fedfuse.model.channel import MAX_CHANNELS_BYTES
from fedfuse.model.finding import Finding
from fedfuse.model.mirrored import CHANNELS

CURRENT = "current"
"""The link to the folder of the release in production."""
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Standby:
    """What a node has on disc now."""

    reports: tuple[PullReport, ...]
    """Production first, then the warm releases, newest first."""
    switched_to: str
    """The release that `current` names; empty when this run left the link alone."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that was refused."""
        return tuple(finding for report in self.reports for finding in report.findings)


def stand_by(source: BundleSource, *, to: Path, anchor: Anchor) -> Standby:
    """Pull production and every warm release into `to/<tag>/`, and switch `to/current`.

    Each is proven as by `pull`. The link changes by rename, and only to a production that was
    proven; what lies in `to` stays there, so that a switch back needs no network. A warm release
    that cannot be proven is in the findings and keeps nobody from switching. Raises what `pull`
    raises, and RemoteError when the channels keep changing.
    """
    landing = Landing(to)
    for _ in range(_TRIES):
        production = pull(source, "production", to=to, anchor=anchor)
        if production.findings:
            return Standby((production,), "")
        serial = landing.remembered().serial
        warm = _warm(source, production.tag, serial)
        if warm is not None:
            others = tuple(pull(source, tag, to=to, anchor=anchor) for tag in warm)
            return Standby((production, *others), _switch(landing, production.tag, serial))
    raise RemoteError(f"the channels of {source.name} keep changing", fix="try again later")


def _warm(source: BundleSource, production: str, serial: int) -> tuple[str, ...] | None:
    """The warm releases of the channels that named production; None when they have changed."""
    refs = source.refs()
    body = source.read(refs.head, CHANNELS, limit=MAX_CHANNELS_BYTES) if refs else b""
    channels = channel.parse(body)
    if channels is None or channels.production is None:
        return None
    if (channels.production.tag, channels.serial) != (production, serial):
        return None
    return tuple(pointer.tag for pointer in channels.warm)


def _switch(landing: Landing, tag: str, serial: int) -> str:
    """Switch, unless another run has seen newer channels since: then it is that run's turn."""
    with landing.locked():
        if landing.remembered().serial != serial:
            return ""
        landing.switch(CURRENT, tag)
        return tag
