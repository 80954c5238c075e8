"""Numbers in sentences are read by people: no exponents, no digits that are noise."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedfuse.model.number_text import number_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4.3758e-05, "0.000044"),
        (1.26e-06, "0.0000013"),
        (1e-07, "0.0000001"),
        (-4.3758e-05, "-0.000044"),
        (0.0009, "0.0009"),
        (0.1 + 0.2, "0.3"),
        (1.05, "1.05"),
        (180.25, "180.25"),
        (210.0, "210"),
        (1234567.5, "1234567.5"),
        (0.0, "0"),
        (-0.0, "0"),
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        (1e300, "1e+300"),
    ],
)
def test_a_number_reads_like_this(value: float, text: str) -> None:
    assert number_text(value) == text


def test_fewer_places_still_keep_two_digits_that_count() -> None:
    assert [number_text(p, places=3) for p in (0.04213, 0.5, 0.0000126)] == [
        "0.042",
        "0.5",
        "0.000013",
    ]


@given(st.floats(-1e14, 1e14).filter(lambda value: value == 0 or abs(value) > 1e-100))
def test_no_number_is_worded_with_an_exponent_or_far_from_what_it_is(value: float) -> None:
    text = number_text(value)
    assert "e" not in text
    assert float(text) == pytest.approx(value, rel=0.05, abs=0)
