import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats  # type: ignore[import-untyped]  # scipy ships no types

from fedfuse.engine import engine
from fedfuse.engine.v1.stats.paired import Comparison, compare
from fedfuse.engine.v1.stats.tango import tango_lower
from fedfuse.model.distributions import t_quantile


def lone(n: int) -> list[str]:
    return [str(i) for i in range(n)]


def binary(better: int, worse: int, n: int) -> Comparison:
    """Pairs, each its own cluster, of which `better` are won and `worse` lost of `n`."""
    ours = [1.0] * better + [0.0] * worse + [1.0] * (n - better - worse)
    theirs = [0.0] * better + [1.0] * worse + [1.0] * (n - better - worse)
    return compare(ours, theirs, lone(n))


def test_an_engine_compares_two_runs_for_whoever_asks() -> None:
    asked = engine(1).compare([1.0] * 50, [1.0, 0.0] * 25, lone(50))
    assert (asked.n, asked.better, asked.worse, asked.obstacle) == (50, 25, 0, "")
    assert asked.bounds() == compare([1.0] * 50, [1.0, 0.0] * 25, lone(50)).bounds()


def test_binary_pairs_are_bounded_by_tango_with_t_for_z() -> None:
    lower, upper = binary(60, 40, 1000).bounds()
    t = t_quantile(0.95, 999)
    assert lower == tango_lower(60, 40, n=1000, z=t)
    assert upper == -tango_lower(40, 60, n=1000, z=t)


FIRST = [0.07, -0.16, -0.02, -0.12, -0.01, 0.34, 0.37, 0.08, 0.0, 0.20] * 4
SECOND = [0.19, 0.08, 0.11, 0.01, -0.01, 0.44, 0.55, 0.16, 0.46, 0.34] * 4
"""Student's sleep data (1908), scaled to shares: drug 2 minus drug 1 is skewed to the right."""


def test_symmetric_graded_pairs_are_bounded_by_the_paired_t_interval() -> None:
    """Scipy's interval of the data and its mirror image."""
    ours, theirs = [*SECOND, *FIRST], [*FIRST, *SECOND]
    expected = stats.ttest_rel(ours, theirs).confidence_interval(0.90)
    lower, upper = compare(ours, theirs, lone(80)).bounds()
    assert (lower, upper) == pytest.approx((float(expected.low), float(expected.high)))


def test_skewed_graded_pairs_are_bounded_where_halls_statistic_has_the_t_quantile() -> None:
    """Hall (1992): with W = (mean - bound) / sd, W + gW^2/3 + g^2W^3/27 + g/(6n) = t / sqrt(n)."""
    differences = [b - a for a, b in zip(FIRST, SECOND, strict=True)]
    mean, n = sum(differences) / 40, 40
    sd = stats.tstd(differences)
    skew = float(stats.skew(differences))
    lower, upper = compare(SECOND, FIRST, lone(40)).bounds()

    def studentized(bound: float) -> float:
        w = (mean - bound) / sd
        return float(w + skew * w**2 / 3 + skew**2 * w**3 / 27 + skew / (6 * n))

    quantile = t_quantile(0.95, 39) / math.sqrt(n)
    assert skew > 1.0
    assert studentized(lower) == pytest.approx(quantile)
    assert studentized(upper) == pytest.approx(-quantile)


def test_rare_large_losses_pull_the_lower_bound_down() -> None:
    theirs = [0.9 if i % 40 == 0 else 0.5 for i in range(200)]
    ours = [0.0 if i % 40 == 0 else 0.51 for i in range(200)]
    expected = stats.ttest_rel(ours, theirs).confidence_interval(0.90)
    lower, upper = compare(ours, theirs, lone(200)).bounds()
    assert lower < float(expected.low) - 0.002
    assert upper < float(expected.high) - 0.002


def test_repeating_every_pair_in_a_cluster_does_not_narrow_the_bounds() -> None:
    ours = [1.0, 0.5, 0.75, 1.0, 0.0] * 8
    theirs = [0.5, 0.5, 1.0, 0.25, 0.25] * 8
    once = compare(ours, theirs, lone(40))
    names = [name for name in lone(40) for _ in range(5)]
    often = compare(
        [x for x in ours for _ in range(5)], [x for x in theirs for _ in range(5)], names
    )
    assert often.bounds() == pytest.approx(once.bounds(), rel=1e-9)


def test_equal_graded_runs_are_bounded_by_tango_without_a_discordant_pair() -> None:
    scores = [0.1 * (i % 10) for i in range(400)]
    same = compare(scores, scores, lone(400))
    t = t_quantile(0.95, 399)
    assert same.obstacle == ""
    assert same.bounds()[0] == pytest.approx(-(t**2) / (400 + t**2))


def test_one_constant_difference_allows_no_bound_although_floats_differ_in_the_dust() -> None:
    theirs = [0.1 * (i % 9) for i in range(200)]
    ours = [score + 0.1 for score in theirs]
    assert "every item differs by the same amount" in compare(ours, theirs, lone(200)).obstacle


def test_fewer_than_forty_clusters_allow_no_bound() -> None:
    labels = [str(i % 39) for i in range(400)]
    scores = [float(i % 2) for i in range(400)]
    obstacle = compare(scores, scores, labels).obstacle
    assert obstacle == "39 clusters, 40 clusters would do"
    assert compare(scores, scores, [str(i % 40) for i in range(400)]).obstacle == ""


@pytest.mark.parametrize("better_worse", [(55, 45), (45, 55)])
def test_items_to_settle_is_the_first_n_whose_bounds_exclude_the_limit(
    better_worse: tuple[int, int],
) -> None:
    comparison = binary(*better_worse, 1000)
    n = comparison.items_to_settle(0.0, 0.0)
    assert n is not None

    def settled(items: int) -> bool:
        lower, upper = comparison.bounds(items)
        return lower > 0.0 or upper < 0.0

    assert settled(n)
    assert not settled(n - 1)


def test_no_number_of_items_settles_a_difference_at_the_limit() -> None:
    assert binary(50, 50, 1000).items_to_settle(0.0, 0.0) is None


def test_a_difference_too_close_to_the_limit_needs_more_items_than_any_suite_has() -> None:
    assert binary(501, 500, 20_000).items_to_settle(0.0, 0.0) is None


def test_nan_scores_satisfy_no_comparison_with_a_limit() -> None:
    lower, upper = compare([math.nan] * 30 + [1.0] * 30, [0.5] * 60, lone(60)).bounds()
    assert not lower > -1.0
    assert not upper < 1.0


grades = st.lists(
    st.tuples(st.sampled_from([0.0, 0.5, 1.0]), st.sampled_from([0.0, 0.5, 1.0])),
    min_size=30,
    max_size=80,
)


@given(pairs=grades, data=st.data())
def test_improving_an_item_never_turns_a_passed_limit_into_a_failed_one(
    pairs: list[tuple[float, float]], data: st.DataObject
) -> None:
    ours, theirs = [a for a, _ in pairs], [b for _, b in pairs]
    clusters = [str(i // 2) if len(pairs) >= 40 else str(i) for i in range(len(pairs))]
    before = compare(ours, theirs, clusters)
    which = data.draw(st.integers(0, len(pairs) - 1))
    better = [1.0 if i == which else score for i, score in enumerate(ours)]
    after = compare(better, theirs, clusters)
    assert after.difference >= before.difference
    if not before.obstacle and not after.obstacle:
        assert after.bounds()[1] >= before.bounds()[0]


@given(pairs=grades)
def test_swapping_the_runs_mirrors_the_bounds(pairs: list[tuple[float, float]]) -> None:
    ours, theirs = [a for a, _ in pairs], [b for _, b in pairs]
    lower, upper = compare(ours, theirs, lone(len(pairs))).bounds()
    mirrored = compare(theirs, ours, lone(len(pairs))).bounds()
    assert (-mirrored[1], -mirrored[0]) == pytest.approx((lower, upper), abs=1e-12)


def promoted(*, lose: float, gain: float, repeats: int, draws: int) -> float:
    """Share of draws that show non-inferiority at 0.05 on 400 items in clusters of `repeats`."""
    random = Random(20261124)  # noqa: S311 - a reproducible simulation, nothing secret
    won = 0
    clusters = [str(i // repeats) for i in range(400)]
    for _ in range(draws):
        fate = [random.random() for _ in range(400 // repeats)]
        each = [fate[i // repeats] for i in range(400)]
        ours = [0.0 if f < lose else 1.0 for f in each]
        theirs = [0.0 if lose <= f < lose + gain else 1.0 for f in each]
        won += compare(ours, theirs, clusters).bounds()[0] > -0.05
    return won / draws


def test_a_model_at_the_margin_is_promoted_in_about_five_percent_of_draws() -> None:
    """Nominal 5 %; four standard errors of 600 draws are 3.6 points."""
    assert 0.014 <= promoted(lose=0.10, gain=0.05, repeats=1, draws=600) <= 0.086


def test_clustered_items_do_not_promote_a_model_at_the_margin_more_often() -> None:
    """Counted as independent, four equal items each would promote it in about 20 % of draws."""
    assert promoted(lose=0.10, gain=0.05, repeats=4, draws=600) <= 0.086


def test_a_clearly_worse_model_is_practically_never_promoted() -> None:
    assert promoted(lose=0.15, gain=0.03, repeats=1, draws=400) == 0.0
