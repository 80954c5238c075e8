"""Drawing at random, the same on every machine and every Python for good."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """A stream of draws that depends on its key alone.

    Numbers come from SHA-256 over the key and a counter, so that no library's choice of
    algorithm can ever change a published suite.
    """

    __slots__ = ("_numbers",)

    def __init__(self, *key: str | int) -> None:
        self._numbers = _numbers("/".join(map(str, key)))

    def below(self, limit: int) -> int:
        """A whole number of 0..limit-1, each equally likely. `limit` is 1..2**32."""
        usable = 2**64 - 2**64 % limit
        return next(number for number in self._numbers if number < usable) % limit

    def between(self, low: int, high: int) -> int:
        """A whole number of low..high, both included."""
        return low + self.below(high - low + 1)

    def pick(self, things: Sequence[T]) -> T:
        """One of the things."""
        return things[self.below(len(things))]

    def sample(self, things: Sequence[T], count: int) -> list[T]:
        """`count` different things in random order."""
        left = list(things)
        return [left.pop(self.below(len(left))) for _ in range(count)]


def _numbers(key: str) -> Iterator[int]:
    counter = 0
    while True:
        digest = hashlib.sha256(f"{key}#{counter}".encode()).digest()
        yield from (int.from_bytes(digest[at : at + 8], "big") for at in range(0, 32, 8))
        counter += 1
