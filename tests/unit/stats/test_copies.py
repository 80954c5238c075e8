"""What tells a copied run from an honest one, at its limits, and the bound behind it."""

import random
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import rel_entr  # type: ignore[import-untyped]  # scipy ships no types

from fedfuse.engine.v1.stats.copies import Copy, Suspect, Timings, _surprise, timings


def run(tenths: Sequence[int]) -> Timings:
    """A run whose items took so many tenths of a millisecond."""
    rows = (f"q{n},ok,1,{ms // 10}.{ms % 10},9,9\n" for n, ms in enumerate(tenths, start=1))
    return timings("".join(rows).encode())[0]


def copy(mine: Sequence[int], theirs: Sequence[int]) -> Copy | None:
    return Suspect.of(run(mine), seed=7).copy_of(run(theirs))


def measured(count: int) -> list[int]:
    """Timings of a run; the seed is fixed."""
    draw = random.Random(3)  # noqa: S311 - made-up timings
    return [round(1000 * draw.lognormvariate(0, 0.3)) for _ in range(count)]


@pytest.mark.parametrize(("items", "found"), [(99, False), (100, True)])
def test_a_hundred_items_are_enough_to_know_a_copy(items: int, found: bool) -> None:  # noqa: FBT001 - a table
    assert (copy(measured(items), measured(items)) is not None) is found


def test_a_shift_and_a_scale_are_found_and_named() -> None:
    theirs = measured(200)
    shifted = copy([ms + 15 for ms in theirs], theirs)
    assert shifted is not None
    assert (shifted.share, shifted.scale, shifted.shift_ms) == (1.0, 1.0, 1.5)
    scaled = copy([2 * ms for ms in theirs], theirs)
    assert scaled is not None
    assert (scaled.share, scaled.shift_ms) == (1.0, 0.0)
    assert scaled.scale == pytest.approx(2.0)


def slow_pair(change: Callable[[int], int], *, share: float, seed: int) -> tuple[list[int], ...]:
    """Two runs of a thousand items of some two seconds, and so many of the first one's copied."""
    draw = random.Random(seed)  # noqa: S311 - made-up timings

    def slow() -> int:
        return round(20_000 * draw.lognormvariate(0, 0.3))

    theirs = [slow() for _ in range(1000)]
    return [change(ms) if draw.random() < share else slow() for ms in theirs], theirs


@pytest.mark.parametrize("change", [lambda ms: ms + 15, lambda ms: round(ms * 1.07)])
@pytest.mark.parametrize("seed", range(8))
def test_a_fifth_of_a_thousand_slow_items_is_enough(
    change: Callable[[int], int], seed: int
) -> None:
    assert copy(*slow_pair(change, share=0.2, seed=seed)) is not None


@pytest.mark.parametrize("seed", range(8))
def test_a_tenth_of_them_may_be_chance(seed: int) -> None:
    assert copy(*slow_pair(lambda ms: ms + 15, share=0.1, seed=seed)) is None


@pytest.mark.parametrize(("distinct", "found"), [(95, False), (96, True)])
def test_an_order_tells_by_as_many_timings_as_eight_roots_of_the_items(
    distinct: int,
    found: bool,  # noqa: FBT001 - a table
) -> None:
    """Of 144 items, whose root is 12: the same timings, the last item's first."""
    mine = [10_000 + (n % distinct) for n in range(144)]
    reordered = copy(mine, random.Random(5).sample(mine, 144))  # noqa: S311 - made-up timings
    assert (reordered is not None and reordered.reordered) is found


def test_a_hundred_timings_in_another_order_are_a_copy() -> None:
    mine = measured(100)
    found = copy(mine, sorted(mine))
    assert found is not None
    assert (found.reordered, found.share) == (True, 1.0)


@given(st.floats(0.0, 1.0), st.floats(0.001, 0.999))
def test_the_surprise_at_a_share_is_its_relative_entropy_to_chance(
    share: float, chance: float
) -> None:
    expected = rel_entr(share, chance) + rel_entr(1 - share, 1 - chance)
    assert _surprise(share, chance) == pytest.approx(expected if share > chance else 0.0, abs=1e-12)
