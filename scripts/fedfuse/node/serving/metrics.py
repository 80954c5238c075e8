"""The counters by which `fedfuse slo` judges a release, and no others."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from fedfuse.model.slo.objective import Objective, of_registry
from fedfuse.model.slo.selectors import DURATION, GOOD_REQUESTS, REQUESTS
from fedfuse.node.release import Member, Release

_COUNTED = ("availability", "cost", "safety")
"""Latency is a histogram."""
_BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


@dataclass(slots=True)
class _Counts:
    objectives: dict[str, Objective]
    bounds: list[float]
    """Upper bounds of the buckets in seconds; one is the latency objective."""
    total: Counter[str] = field(default_factory=Counter)
    good: Counter[str] = field(default_factory=Counter)
    durations: Counter[int] = field(default_factory=Counter)
    """By the place of the bucket."""
    seconds: float = 0.0


class Metrics(Collector):
    """What this node has answered since it started, by release; for one thread."""

    def __init__(self) -> None:
        self._releases: dict[str, _Counts] = {}
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def begin(self, release: Release) -> None:
        """Show the counters of a release from now on: at 0, if it never served here."""
        objectives = {one.name: one for one in of_registry(release.slo)}
        latency = objectives.get("latency")
        bound = latency.bound / 1000 if latency and latency.bound else 1.0
        made = _Counts(objectives, sorted({*_BOUNDS, bound}))
        self._releases.setdefault(release.tag, made)

    def answered(self, release: str, seconds: float, member: Member | None) -> None:
        """A request got its answer, or the words of a refusal (no member)."""
        counts = self._releases[release]
        self.count(release, "availability", is_good=True)
        counts.durations[bisect_left(counts.bounds, seconds)] += 1
        counts.seconds += seconds
        cost = counts.objectives.get("cost")
        if cost and member and cost.bound is not None and member.cost_per_1k_tokens is not None:
            self.count(release, "cost", is_good=member.cost_per_1k_tokens <= cost.bound)

    def count(self, release: str, objective: str, *, is_good: bool) -> None:
        """One request by one objective."""
        counts = self._releases[release]
        counts.total[objective] += 1
        counts.good[objective] += is_good

    def page(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """The series, the good ones first: a scrape may lie between two of them."""
        labels = ("release", "objective")
        good = CounterMetricFamily(GOOD_REQUESTS, "Requests that met the objective.", labels=labels)
        total = CounterMetricFamily(REQUESTS, "Requests.", labels=labels)
        took = HistogramMetricFamily(
            DURATION, "Seconds to the end of an answer.", labels=labels[:1]
        )
        for tag, counts in self._releases.items():
            for name in _COUNTED:
                good.add_metric((tag, name), counts.good[name])
                total.add_metric((tag, name), counts.total[name])
            took.add_metric((tag,), _buckets(counts), sum_value=counts.seconds)
        yield from (good, total, took)


def _buckets(counts: _Counts) -> list[tuple[str, float]]:
    """Upper bound to how many took at most so long."""
    known, buckets = 0, []
    for place, bound in enumerate((*map(repr, counts.bounds), "+Inf")):
        known += counts.durations[place]
        buckets.append((bound, float(known)))
    return buckets
