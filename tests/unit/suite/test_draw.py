from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from suite_generator.draw import Draw


def test_a_stream_is_pinned_for_good() -> None:
    draw = Draw("key", 1)
    assert [draw.below(1000) for _ in range(6)] == [601, 582, 744, 510, 357, 504]


@given(key=st.text(max_size=8), limit=st.integers(1, 2**32))
def test_equal_keys_draw_equal_numbers_below_the_limit(key: str, limit: int) -> None:
    one, other = Draw(key), Draw(key)
    drawn = [one.below(limit) for _ in range(5)]
    assert drawn == [other.below(limit) for _ in range(5)]
    assert all(0 <= number < limit for number in drawn)


def test_every_number_is_about_equally_likely() -> None:
    draw = Draw("fair")
    counts = Counter(draw.below(10) for _ in range(10_000))
    assert min(counts.values()) > 900
    assert max(counts.values()) < 1100


@given(things=st.lists(st.integers(), unique=True, max_size=9), key=st.integers())
def test_a_sample_of_everything_is_a_permutation(things: list[int], key: int) -> None:
    assert sorted(Draw(key).sample(things, len(things))) == sorted(things)
