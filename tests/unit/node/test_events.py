"""What a node says, and that it waits for nobody who reads it."""

import json
import threading

from fedfuse.node.serving.events import events


def test_saying_returns_while_nobody_reads_and_keeps_the_order_of_what_it_keeps() -> None:
    is_read = threading.Event()
    lines: list[str] = []

    def write(line: str) -> None:
        assert is_read.wait(30)
        lines.append(line)

    with events(write) as say:
        for number in range(20_000):
            say({"number": number})
        is_read.set()
    numbers = [json.loads(line)["number"] for line in lines]
    assert 10_000 <= len(numbers) < 20_000
    assert numbers == list(range(len(numbers)))
