"""What the cadence of a registry asks automation to do now."""

from dataclasses import dataclass
from datetime import datetime

from fedfuse.flows import windows
from fedfuse.model.registry import Registry
from fedfuse.model.serving import Serving


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done in the windows that are open."""

    promote: str
    """The release to propose for production; empty for none."""
    candidates: bool
    """Whether the open pull requests are to be evaluated together."""


def due(registry: Registry, serving: Serving, *, candidate: str, now: datetime) -> Due:
    """What is due at a moment, where `candidate` is the newest release, or empty.

    A hold changes nothing here: the promotion is due, and refused. Raises RegistryError for a time
    zone that this machine does not know.
    """
    is_new = candidate not in {"", serving.production, *serving.quarantined}
    promoting = is_new and windows.is_due(windows.promotion(registry), now)
    return Due(
        promote=candidate if promoting else "",
        candidates=windows.is_due(windows.candidates(registry), now),
    )
