import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats  # type: ignore[import-untyped]  # scipy ships no types

from fedfuse.model.distributions import beta_cdf, beta_quantile, t_quantile

shapes = st.floats(0.3, 5000.0)
shares = st.floats(0.001, 0.999)


@pytest.mark.parametrize(
    ("degrees", "published"),
    [(1, 6.314), (2, 2.920), (5, 2.015), (19, 1.729), (29, 1.699), (120, 1.658), (10**6, 1.645)],
)
def test_t_quantile_is_the_one_printed_in_student_t_tables(degrees: int, published: float) -> None:
    """The 0.95 column of any Student t table (Fisher & Yates, table III)."""
    assert t_quantile(0.95, degrees) == pytest.approx(published, abs=0.0005)


@given(p=st.floats(0.51, 0.999), degrees=st.integers(1, 20_000))
def test_t_quantile_inverts_the_cdf(p: float, degrees: int) -> None:
    assert stats.t.cdf(t_quantile(p, degrees), degrees) == pytest.approx(p, abs=1e-9)


@given(x=st.floats(1e-6, 1 - 1e-6), a=shapes, b=shapes)
def test_beta_cdf_agrees_with_scipy(x: float, a: float, b: float) -> None:
    assert beta_cdf(x, a, b) == pytest.approx(stats.beta.cdf(x, a, b), abs=1e-10)


@given(p=shares, a=st.floats(0.5, 5000.0), b=st.floats(0.5, 5000.0))
def test_beta_quantile_inverts_the_cdf(p: float, a: float, b: float) -> None:
    assert beta_cdf(beta_quantile(p, a, b), a, b) == pytest.approx(p, abs=1e-9)


@given(p=shares, q=shares, a=shapes, b=shapes)
def test_beta_quantile_never_falls_as_p_rises(p: float, q: float, a: float, b: float) -> None:
    low, high = sorted((p, q))
    assert beta_quantile(low, a, b) <= beta_quantile(high, a, b)


@given(x=st.floats(0.0, 1.0))
def test_beta_cdf_is_the_arcsine_law_for_two_halves(x: float) -> None:
    """Exact up to the very edges, where scipy itself is off by 3e-9."""
    arcsine = 2 / math.pi * math.atan2(math.sqrt(x), math.sqrt(1 - x))
    assert beta_cdf(x, 0.5, 0.5) == pytest.approx(arcsine, abs=1e-12)


def test_beta_cdf_is_clamped_outside_the_unit_interval() -> None:
    assert (beta_cdf(-0.1, 2.0, 3.0), beta_cdf(1.1, 2.0, 3.0)) == (0.0, 1.0)
