"""Simulated traffic: what the nodes of a release would have counted, as `fedfuse slo` reads it.

No request was ever sent: this file of counters is all that is made up in the demonstration.
"""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

_NODES = ("node-1", "node-2")
_STEPS = 10
"""Samples of each counter in one stretch of time."""
_REQUESTS = 20
"""What each node answers from one sample to the next."""
HEALTHY = {"availability": 0.001, "latency": 0.01, "cost": 0.0, "safety": 0.001}
"""Chances that a request misses an objective, well within what the registry promises."""
OUTAGE = HEALTHY | {"availability": 0.4}


@dataclass(slots=True)
class Traffic:
    """Counters of a release since it serves, which grow stretch by stretch."""

    file: Path
    release: str
    until: datetime
    """How far it is counted; at first the activation, where all counters stand at 0."""
    rng: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 - no secret
    _counted: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def go_on(self, until: datetime, chances: Mapping[str, float]) -> None:
        """Serve on to a later moment, with these chances of a miss, and append what was counted."""
        start = self.until
        if not self._counted:
            self._sample(start, chances, requests=0)
        for step in range(1, _STEPS + 1):
            self._sample(start + (until - start) * step / _STEPS, chances, requests=_REQUESTS)
        self.until = until

    def _sample(self, at: datetime, chances: Mapping[str, float], *, requests: int) -> None:
        lines = []
        for node in _NODES:
            for objective, chance in chances.items():
                good, total = self._counted.get((node, objective), (0, 0))
                good += sum(self.rng.random() >= chance for _ in range(requests))
                self._counted[node, objective] = good, total + requests
                lines.append(self._line(at, objective, node))
        with self.file.open("a", encoding="utf-8") as file:
            file.write("".join(lines))

    def _line(self, at: datetime, objective: str, node: str) -> str:
        good, total = self._counted[node, objective]
        moment = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        sample = {"at": moment, "release": self.release, "objective": objective, "instance": node}
        return json.dumps(sample | {"good": good, "total": total}) + "\n"
