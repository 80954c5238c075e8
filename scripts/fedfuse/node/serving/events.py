"""What a node says while it runs: one line of JSON an event. Saying never waits for who reads."""

import json
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

_KEPT = 10_000
"""Events that wait to be written; while so many do, further ones are lost."""
_LAST_SECONDS = 2.0

Say = Callable[[Mapping[str, Any]], None]


@contextmanager
def events(write: Callable[[str], None]) -> Iterator[Say]:
    """What takes events from any thread; a thread of its own writes them, in order.

    A pipe that nobody empties blocks its writer, and a vote must not wait for a log.
    """
    waiting: queue.Queue[str | None] = queue.Queue(_KEPT)

    def say(event: Mapping[str, Any]) -> None:
        """Keep an event until it is written."""
        with suppress(queue.Full):
            waiting.put_nowait(json.dumps(event))

    def work() -> None:
        """Write until the end."""
        while (line := waiting.get()) is not None:
            write(line)

    writer = threading.Thread(target=work, daemon=True)
    writer.start()
    try:
        yield say
    finally:
        with suppress(queue.Full):  # then nobody reads, and the process may end all the same
            waiting.put(None, timeout=_LAST_SECONDS)
            writer.join(_LAST_SECONDS)
