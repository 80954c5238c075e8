"""When a release came to serve, and when production was last rolled back, from git alone."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime

from fedfuse.flows import event_files
from fedfuse.flows.scene import Scene
from fedfuse.model.serving import Event, Serving, after
from fedfuse.model.slo.outcome import Activation


@dataclass(frozen=True, slots=True)
class SloTimeline:
    """The events of main up to a commit, and when they landed."""

    scene: Scene
    line: tuple[str, ...]
    """Main's first-parent line, newest first."""
    events: tuple[Event, ...]
    """By number."""

    @classmethod
    def of(cls, scene: Scene) -> "SloTimeline":
        """The events of a scene."""
        line = scene.ledger.repository.first_parent_line(scene.commit)
        events = event_files.events(scene.base)
        return cls(scene, line, tuple(sorted(events, key=lambda event: event.number)))

    def activation(self, release: str) -> Activation | None:
        """When a release last came to serve; None when it never did."""
        state, cause = Serving(), None
        for event in self.events:
            before, state = state, after(state, event)
            if before.production != release == state.production:
                cause = event
        return Activation(release, cause.number, self._landed_at(cause)) if cause else None

    def rolled_back_at(self) -> datetime | None:
        """When a breach last rolled production back; None when none did."""
        state, cause = Serving(), None
        for event in self.events:
            before, state = state, after(state, event)
            if "breach_key" in event.fields and state != before:
                cause = event
        return self._landed_at(cause) if cause else None

    def _landed_at(self, event: Event) -> datetime:
        """The committer date of the commit that added an event.

        Event files are only ever added, so the commits without it are the older part of main.
        """
        repository = self.scene.ledger.repository
        path = f"{event_files.FOLDER}/{event.number:04}.yaml"
        with_it = bisect_left(self.line, 1, key=lambda sha: int(repository.at(sha, path) is None))
        return repository.committed_at(self.line[with_it - 1])
