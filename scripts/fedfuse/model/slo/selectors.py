"""The metrics by which nodes tell Prometheus how their requests went.

Every node exposes, from its start and beginning at 0, labelled with the release that answered:

- `fedfuse_slo_requests_total{release, objective}` and
  `fedfuse_slo_good_requests_total{release, objective}` for availability, cost and safety, and
- the histogram `fedfuse_request_duration_seconds{release}` with a bucket at the latency objective,
  so that the objective can move without a change of the nodes.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from fedfuse.model.slo.objective import Objective

REQUESTS = "fedfuse_slo_requests_total"
GOOD_REQUESTS = "fedfuse_slo_good_requests_total"
DURATION = "fedfuse_request_duration_seconds"
NOT_OF_THE_INSTANCE = frozenset({"__name__", "le"})
"""Labels that differ between the two series of one process."""


@dataclass(frozen=True, slots=True)
class Selectors:
    """The two PromQL vector selectors of an objective."""

    good: str
    total: str


def selectors(objective: Objective, **labels: str) -> Selectors:
    """What selects the counters of an objective, narrowed to more labels."""
    matchers = [f"{name}={json.dumps(value)}" for name, value in labels.items()]
    if objective.name == "latency" and objective.bound is not None:
        bucket = _bucket(objective.bound)
        return Selectors(
            _selector(f"{DURATION}_bucket", [*matchers, bucket]),
            _selector(f"{DURATION}_count", matchers),
        )
    matchers.insert(0, f"objective={json.dumps(objective.name)}")
    return Selectors(_selector(GOOD_REQUESTS, matchers), _selector(REQUESTS, matchers))


def _selector(metric: str, matchers: Sequence[str]) -> str:
    return f"{metric}{{{','.join(matchers)}}}" if matchers else metric


def _bucket(latency_ms: float) -> str:
    """Matches the bucket's bound: clients write whole seconds as `1` or as `1.0`."""
    seconds = format((Decimal(repr(latency_ms)) / 1000).normalize(), "f")
    return f'le="{seconds}"' if "." in seconds else f'le=~"{seconds}([.]0)?"'
