"""The smallest number of items that would settle a question, by search."""

from collections.abc import Callable

MAX_ITEMS = 10_000_000
"""Beyond this no suite could answer, and the answer is None."""


def smallest_settling(settles: Callable[[int], bool], *, above: int) -> int | None:
    """The smallest n > `above` for which `settles(n)`; None when that exceeds `MAX_ITEMS`.

    `settles` must stay true once it is true, as bounds that shrink with n do.
    """
    low, high = above, max(above, 1) * 2
    while not settles(high):
        if high >= MAX_ITEMS:
            return None
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if settles(middle):
            high = middle
        else:
            low = middle
    return high
