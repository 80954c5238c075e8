"""Simulated traffic, counted as a node counts it and sampled once a minute."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from fedfuse.model.slo.counters import Sample
from fedfuse.model.slo.objective import Objective
from fedfuse.model.slo.replay import Minute, replay

START = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
RELEASE = "acme-ai-federated-v1.2.0"
THREE_NINES = Objective("availability", 0.999)


def seeded(seed: int) -> random.Random:
    """Traffic that is the same in every run."""
    return random.Random(seed)  # noqa: S311 - simulated traffic


def at(minutes: float) -> datetime:
    """A moment after activation."""
    return START + timedelta(minutes=minutes)


def sample(
    minutes: float,
    errors: int,
    total: int,
    *,
    release: str = RELEASE,
    objective: str = "availability",
    instance: str = "node-1",
) -> Sample:
    """What an instance has counted so many minutes after activation."""
    moment = at(minutes).timestamp()
    return Sample(moment, release, objective, instance, total - errors, total)


def simulate(
    rng: random.Random, minutes: int, *, per_minute: int, share: Callable[[int], float]
) -> Iterator[Sample]:
    """Samples at activation and after every minute.

    `share` is the share of errors in the minute that begins so many minutes after activation.
    """
    errors = 0
    yield sample(0, 0, 0)
    for minute in range(minutes):
        errors += sum(rng.random() < share(minute) for _ in range(per_minute))
        yield sample(minute + 1, errors, (minute + 1) * per_minute)


def healthy(rng: random.Random, minutes: int, *, per_minute: int, share: float) -> list[Sample]:
    """`simulate` with one share of errors, drawing only the gaps between them."""
    counted = [0] * minutes
    request = int(rng.expovariate(share))
    while request < minutes * per_minute:
        counted[request // per_minute] += 1
        request += 1 + int(rng.expovariate(share))
    found, errors = [sample(0, 0, 0)], 0
    for minute, more in enumerate(counted, start=1):
        errors += more
        found.append(sample(minute, errors, minute * per_minute))
    return found


def first_breach(samples: list[Sample], minutes: int) -> Minute | None:
    """The first minute in breach of 99.9 %, when judged once a minute."""
    played = replay([THREE_NINES], samples, release=RELEASE, activated_at=START, until=at(minutes))
    return played.breach
