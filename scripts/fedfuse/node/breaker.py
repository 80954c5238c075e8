"""A circuit breaker: who failed three times in a row is left alone for a while."""

import time
from collections.abc import Callable
from dataclasses import dataclass

FAILURES = 3
OPEN_SECONDS = 2.0


@dataclass(slots=True)
class Breaker:
    """Of one server. Also where there is no other: a client then hears at once, not in time."""

    clock: Callable[[], float] = time.monotonic
    failures: int = 0
    _closed_at: float = 0.0

    @property
    def is_open(self) -> bool:
        """Whether nobody should ask now; one request may, each time `OPEN_SECONDS` are over."""
        if self.failures < FAILURES:
            return False
        if self.clock() < self._closed_at:
            return True
        self._closed_at = self.clock() + OPEN_SECONDS  # this one tries, the others wait for it
        return False

    def failed(self) -> None:
        """Another request found no answer."""
        self.failures += 1
        self._closed_at = self.clock() + OPEN_SECONDS

    def answered(self) -> None:
        """It is there."""
        self.failures = 0
