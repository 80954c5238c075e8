"""The bound behind `stats/copies.py`, against SciPy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import rel_entr  # type: ignore[import-untyped]  # SciPy has no types

from fedfuse.engine.v1.stats.copies import _surprise

SHARES = st.floats(0.0, 1.0)
CHANCES = st.floats(0.001, 0.999)


@given(SHARES, CHANCES)
def test_the_surprise_at_a_share_is_its_relative_entropy_to_chance(
    share: float, chance: float
) -> None:
    expected = rel_entr(share, chance) + rel_entr(1 - share, 1 - chance)
    assert _surprise(share, chance) == pytest.approx(expected if share > chance else 0.0, abs=1e-12)
