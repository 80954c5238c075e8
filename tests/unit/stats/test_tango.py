import math
from statistics import NormalDist

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import optimize  # type: ignore[import-untyped]  # scipy ships no types

from fedfuse.engine.v1.stats.tango import tango_lower


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf(confidence)


@pytest.mark.parametrize(
    ("better", "worse", "n", "confidence", "published"),
    [
        # Bentur et al. (2009) in Fagerland, Lydersen & Laake (2014), table V: 95 % two-sided
        (1, 7, 21, 0.975, (-0.517, -0.026)),
        # R PropCIs 0.3-0, scoreci.mp(25, 28, 618) at 90 %, which reports (second - first)
        (28, 25, 618, 0.95, (-0.0148, 0.0247)),
    ],
)
def test_bounds_are_the_published_ones(
    better: int, worse: int, n: int, confidence: float, published: tuple[float, float]
) -> None:
    z = _z(confidence)
    bounds = tango_lower(better, worse, n=n, z=z), -tango_lower(worse, better, n=n, z=z)
    digits = max(len(str(figure).partition(".")[2]) for figure in published)
    assert tuple(round(bound, digits) for bound in bounds) == published


def _score_by_search(delta: float, better: int, worse: int, n: int) -> float:
    """The efficient score with P(worse) found by maximising the likelihood numerically."""
    low, high = max(0.0, -delta), (1.0 - delta) / 2.0

    def loss(share: float) -> float:
        cells = (
            (better, share + delta),
            (worse, share),
            (n - better - worse, 1 - delta - 2 * share),
        )
        return -math.fsum(count * math.log(max(p, 1e-300)) for count, p in cells if count)

    share = float(
        optimize.minimize_scalar(
            loss, bounds=(low, high), method="bounded", options={"xatol": 1e-12}
        ).x
    )
    return (better - worse - n * delta) / math.sqrt(n * (2 * share + delta * (1 - delta)))


@pytest.mark.parametrize(
    ("better", "worse", "n"),
    [(40, 20, 160), (3, 13, 400), (1, 7, 50), (0, 5, 25), (60, 9, 80), (9000, 500, 10_000)],
)
def test_bound_solves_the_score_equation_under_the_constrained_likelihood(
    better: int, worse: int, n: int
) -> None:
    bound = tango_lower(better, worse, n=n, z=1.645)
    assert _score_by_search(bound, better, worse, n) == pytest.approx(1.645, abs=2e-3)


def test_score_at_zero_is_that_of_mcnemar() -> None:
    """At a difference of 0 the statistic is (b - c) / sqrt(b + c), so a bound of 0 shows it."""
    z = (30 - 14) / math.sqrt(30 + 14)
    assert tango_lower(30, 14, n=500, z=z) == pytest.approx(0.0, abs=1e-12)


@given(n=st.integers(1, 10_000), z=st.floats(0.5, 4.0))
def test_without_discordant_pairs_the_bound_is_the_closed_form(n: int, z: float) -> None:
    assert tango_lower(0, 0, n=n, z=z) == pytest.approx(-(z**2) / (n + z**2), rel=1e-9)


@pytest.mark.parametrize(("better", "worse"), [(50, 0), (0, 50)])
def test_bound_stays_inside_the_unit_range_when_every_pair_is_discordant(
    better: int, worse: int
) -> None:
    assert -1.0 <= tango_lower(better, worse, n=50, z=1.645) < 1.0


counts = st.tuples(st.floats(0, 200), st.floats(0, 200), st.floats(0.5, 400))


@given(counts=counts, z=st.floats(0.5, 3.0))
def test_bound_never_exceeds_the_estimate(counts: tuple[float, float, float], z: float) -> None:
    better, worse, rest = counts
    n = better + worse + rest
    assert tango_lower(better, worse, n=n, z=z) <= (better - worse) / n + 1e-12


@given(counts=counts, more=st.floats(0.1, 50))
def test_bound_rises_when_lost_pairs_become_won(
    counts: tuple[float, float, float], more: float
) -> None:
    better, worse, rest = counts
    assume(more <= worse)
    n = better + worse + rest
    before = tango_lower(better, worse, n=n, z=1.645)
    assert tango_lower(better + more, worse - more, n=n, z=1.645) >= before - 1e-12


@given(counts=counts, factor=st.floats(1.0, 30.0))
def test_a_design_effect_only_lowers_the_bound(
    counts: tuple[float, float, float], factor: float
) -> None:
    better, worse, rest = counts
    n = better + worse + rest
    plain = tango_lower(better, worse, n=n, z=1.645)
    divided = tango_lower(better / factor, worse / factor, n=n / factor, z=1.645)
    assert divided <= plain + 1e-9
