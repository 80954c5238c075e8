"""What `fedfuse status` says of a registry at one commit of main."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fedfuse.model.serving import Event
from fedfuse.model.timeline import Moment


@dataclass(frozen=True, slots=True)
class ListedRelease:
    """One release as `status` lists it."""

    tag: str
    tag_object: str
    """Id of the annotated tag, which proves the release wherever it is pulled from."""
    commit: str
    created: str
    bump: str
    members: Mapping[str, int]
    tagged: bool
    """Whether this clone has exactly that tag."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """When something may be promoted next, holds apart."""

    now: datetime
    """The clock this was looked up by."""
    opens: datetime | None
    """`now` while it may; None when no window opens within four weeks."""
    window: str = ""
    """The window that is open or opens next; empty for a registry without windows, and for None."""

    @property
    def is_open(self) -> bool:
        """Whether something may be promoted now."""
        return self.opens == self.now


@dataclass(frozen=True, slots=True)
class Due:
    """What the cadence asks automation to do now, in the windows that are open."""

    promote: str
    """The release to propose for production; empty for none. A hold does not count here."""
    candidates: bool
    """Whether the open pull requests are to be evaluated together."""


@dataclass(frozen=True, slots=True)
class Status:
    """The registry at one commit of main. Only `promotion` and `due` depend on the clock."""

    commit: str
    serves: Moment
    """What serves, since when and why."""
    holds: tuple[Event, ...]
    """The events that hold promotions back, by number."""
    promotion: Promotion
    due: Due
    releases: tuple[ListedRelease, ...]
    """Newest first; at most as many as were asked for."""
    total: int
    """How many releases main has, tagged or not."""
    waiting: tuple[tuple[str, str], ...]
    """Ref of an admitted version that is no member, and what it waits for."""
    missing_roles: tuple[str, ...]
    """Required roles that nothing fills; while there are any, no release is cut."""
    withheld: str
    """Why the newest set of members is no release though it differs; empty when it is one."""
    yanked: tuple[str, ...]
    """Refs of versions that must not serve, by an event."""
    revoked: tuple[str, ...]
    """Refs of versions that failed a later Evaluation."""
    unhealthy: tuple[str, ...]
    """Why production or a warm release must not serve: a sentence for each that must not."""
    refused: tuple[str, ...]
    """Manifests on main since the newest release that did not pass."""
