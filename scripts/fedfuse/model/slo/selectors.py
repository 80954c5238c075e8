"""The metrics by which nodes tell Prometheus how their requests went.

Every node exposes, from its start and beginning at 0, labelled with the release that answered:

- `fedfuse_slo_requests_total{release, objective}` and
  `fedfuse_slo_good_requests_total{release, objective}` for availability, cost and safety, and
- the histogram `fedfuse_request_duration_seconds{release}` with a bucket at the latency objective,
  so that the objective can move without a change of the nodes.
"""

import json
from collections.abc import Mapping
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
    if objective.bound is None or objective.name != "latency":
        narrowed = {"objective": objective.name, **labels}
        return Selectors(_selector(GOOD_REQUESTS, narrowed), _selector(REQUESTS, narrowed))
    bucket = f"le=~{json.dumps(_bucket(objective.bound))}"
    return Selectors(
        _selector(f"{DURATION}_bucket", labels, bucket), _selector(f"{DURATION}_count", labels)
    )


def _selector(metric: str, labels: Mapping[str, str], *more: str) -> str:
    matchers = [*(f"{name}={json.dumps(value)}" for name, value in labels.items()), *more]
    return f"{metric}{{{','.join(matchers)}}}"


def _bucket(latency_ms: float) -> str:
    """A pattern for the bucket's bound: whole seconds are written `1` or `1.0`, by the client."""
    seconds = format((Decimal(repr(latency_ms)) / 1000).normalize(), "f")
    return seconds.replace(".", "[.]") if "." in seconds else f"{seconds}([.]0)?"
