"""What the objectives would have said of past traffic, minute by minute."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fedfuse.model.slo.burn import Health, ObjectiveVerdict, judge
from fedfuse.model.slo.counters import Sample, tracks_of
from fedfuse.model.slo.objective import Objective

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Minute:
    """The verdicts at one moment."""

    at: datetime
    verdicts: tuple[ObjectiveVerdict, ...]

    @property
    def breaches(self) -> tuple[ObjectiveVerdict, ...]:
        """The objectives in breach."""
        return tuple(one for one in self.verdicts if one.health is Health.BREACH)

    @property
    def slow_burns(self) -> tuple[str, ...]:
        """The objectives whose budget burns slowly, of which people are told; none in a breach."""
        slow = (one.objective.name for one in self.verdicts if one.slow_burn)
        return () if self.breaches else tuple(slow)

    @property
    def quiet(self) -> bool:
        """Whether no objective burns faster than its target allows."""
        return not any(one.burning for one in self.verdicts)


@dataclass(frozen=True, slots=True)
class Replay:
    """One release from its activation to its last sample."""

    release: str
    activated_at: datetime
    minutes: tuple[Minute, ...]
    """A minute apart; the first is a minute after activation."""

    @property
    def breach(self) -> Minute | None:
        """The first minute in breach, when it would have been rolled back; None for none."""
        return next((minute for minute in self.minutes if minute.breaches), None)

    @property
    def slow_burn(self) -> Minute | None:
        """The first minute of a slow burn before any breach; None for none."""
        first = next((one for one in self.minutes if one.breaches or one.slow_burns), None)
        return first if first and first.slow_burns else None


def spans(samples: Iterable[Sample]) -> dict[str, tuple[datetime, datetime]]:
    """The moments of the first and the last sample of every release, by first appearance."""
    found: dict[str, tuple[float, float]] = {}
    for one in samples:
        first, last = found.get(one.release, (one.at, one.at))
        found[one.release] = (min(first, one.at), max(last, one.at))
    ordered = sorted(found.items(), key=lambda item: item[1])
    return {release: (_moment(first), _moment(last)) for release, (first, last) in ordered}


def replay(
    objectives: Sequence[Objective],
    samples: Iterable[Sample],
    *,
    release: str,
    activated_at: datetime,
    until: datetime,
) -> Replay:
    """Judge a release every minute after its activation, up to the first minute at `until`."""
    tracks = tracks_of(samples, release)
    minutes, now = [], activated_at
    while now < until:
        now += MINUTE
        verdicts = judge(objectives, tracks, activated_at=activated_at, now=now)
        minutes.append(Minute(now, verdicts))
    return Replay(release, activated_at, tuple(minutes))


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
