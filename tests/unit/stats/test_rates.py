import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats  # type: ignore[import-untyped]  # scipy ships no types

from fedfuse.engine.v1.stats.rates import Rate, failure_rate
from fedfuse.model.distributions import beta_cdf


def rate(failures: int, n: int, *, deff: float = 1.0) -> Rate:
    return Rate(failures, n, clusters=n, deff=deff)


@pytest.mark.parametrize(
    ("failures", "n", "published"),
    # One-sided 95 % Clopper-Pearson: 1 - 0.05**(1/n) without a failure (the rule of three made
    # exact), and the 90 % two-sided table of Diem & Lentner (Geigy Scientific Tables)
    [(0, 10, 0.2589), (0, 100, 0.0295), (1, 10, 0.3942), (5, 10, 0.7776), (10, 100, 0.1637)],
)
def test_upper_bound_is_the_one_printed_in_clopper_pearson_tables(
    failures: int, n: int, published: float
) -> None:
    assert rate(failures, n).upper() == pytest.approx(published, abs=0.0001)


@given(n=st.integers(1, 3000), share=st.floats(0.0, 1.0))
def test_upper_bound_is_the_exact_one_of_the_binomial_test(n: int, share: float) -> None:
    failures = int(share * n)
    exact = stats.binomtest(failures, n, alternative="less").proportion_ci(0.95, method="exact")
    assert rate(failures, n).upper() == pytest.approx(float(exact.high), abs=1e-9)


def test_clustered_failures_count_as_fewer_items() -> None:
    """Korn & Graubard: 8 of 400 with a design effect of 4 is bounded as 2 of 100."""
    assert rate(8, 400, deff=4.0).upper() == rate(2, 100).upper()


def test_failure_rate_takes_its_design_effect_from_the_clusters() -> None:
    failed = [i // 5 % 10 == 0 for i in range(500)]
    clustered = failure_rate(failed, [str(i // 5) for i in range(500)])
    alone = failure_rate(failed, [str(i) for i in range(500)])
    assert (clustered.failures, clustered.n, clustered.clusters) == (50, 500, 100)
    assert clustered.deff == pytest.approx(5.0, rel=0.02)
    assert clustered.upper() > alone.upper()


def test_no_failure_in_clusters_of_seven_proves_less_than_no_failure_of_lone_items() -> None:
    """Nothing says how the failures would cluster, so 0.2 is assumed: deff 1 + 6 x 0.2."""
    clustered = failure_rate([False] * 315, [str(i // 7) for i in range(315)])
    assert clustered.upper() == pytest.approx(1 - 0.05 ** (2.2 / 315))
    assert failure_rate([False] * 315, [str(i) for i in range(315)]).upper() < 0.0096


def test_nothing_measured_looks_as_unsafe_as_can_be() -> None:
    empty = failure_rate([], [])
    assert (empty.share, empty.upper()) == (1.0, 1.0)
    assert empty.obstacle == "0 clusters, 40 clusters would do"


def test_the_items_that_would_do_without_failures_are_the_classic_fifty_nine() -> None:
    """0.95**59 is the first power below 0.05 (Wilks 1941)."""
    assert rate(0, 30).items_to_settle(0.05) == 59


def test_items_to_settle_counts_items_of_one_cluster_as_fewer() -> None:
    clustered = Rate(failures=4, n=400, clusters=100, deff=2.0)
    n = clustered.items_to_settle(0.03)
    assert n is not None

    def chance_below(n: int) -> float:
        failures = clustered.share * n / 2.0
        return beta_cdf(0.03, failures + 1.0, n / 2.0 - failures)

    assert chance_below(n - 1) < 0.95 <= chance_below(n)


def test_items_to_settle_is_the_first_n_within_the_limit() -> None:
    n = rate(4, 200).items_to_settle(0.03)
    assert n is not None

    def bound(items: int) -> float:
        failures = 4 / 200 * items
        return float(stats.beta.ppf(0.95, failures + 1, items - failures))

    assert bound(n) <= 0.03 < bound(n - 1)


def test_no_number_of_items_proves_a_limit_that_the_share_reaches() -> None:
    assert rate(10, 200).items_to_settle(0.05) is None


@given(n=st.integers(1, 500), failures=st.integers(0, 499), deff=st.floats(1.0, 9.0))
def test_one_failure_more_never_lowers_the_bound(n: int, failures: int, deff: float) -> None:
    if failures < n:
        assert rate(failures, n, deff=deff).upper() <= rate(failures + 1, n, deff=deff).upper()


def test_forty_clusters_are_enough_for_a_bound() -> None:
    assert [bool(Rate(1, 40, clusters, 1.0).obstacle) for clusters in (39, 40, 41)] == [
        True,
        False,
        False,
    ]
