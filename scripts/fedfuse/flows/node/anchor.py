"""What proves a release and the channels independently of the source they are pulled from."""

from collections.abc import Callable, Container
from dataclasses import dataclass

from fedfuse.model.channel import Channels


@dataclass(frozen=True, slots=True)
class ProvenMain:
    """The registry's main as git has it, and the channels that it comes to."""

    commit: str
    channels: Channels
    """Without commits of any mirror."""
    line: Container[str]
    """The commits of its first-parent line."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Who vouches, and for what. Without any, the source is trusted."""

    expected: str = ""
    """Tag object id the caller knows; empty when it knows none."""
    registry_oid: Callable[[str], str | None] | None = None
    """Tag to the object id the registry's git has under it, or None."""
    main: Callable[[], ProvenMain] | None = None
    """Asks the registry's git for its main; only called for a channel."""

    def of(self, tag: str) -> tuple[str, str] | None:
        """The id and who says so; None when nothing anchors the release."""
        if self.expected:
            return self.expected, "--expect"
        if self.registry_oid is not None:
            return self.registry_oid(tag) or "", "the registry"
        return None


NOBODY = Anchor()
"""Nobody vouches: the source is trusted."""
