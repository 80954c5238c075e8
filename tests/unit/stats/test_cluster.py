import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedfuse.engine.v1.stats.cluster import design_effect

outcomes = st.lists(st.sampled_from([0.0, 0.25, 1.0]), min_size=1, max_size=60)


def test_items_that_repeat_k_times_have_a_design_effect_of_nearly_k() -> None:
    """G/(G-1) x k against n/(n-1) with n = kG: k (n-1)/(n-k)."""
    values = [float(i % 3 == 0) for i in range(100) for _ in range(5)]
    clusters = [str(i) for i in range(100) for _ in range(5)]
    assert design_effect(values, clusters) == pytest.approx(5 * 499 / 495)


def test_clusters_that_balance_themselves_are_not_rewarded() -> None:
    assert design_effect([0.0, 1.0] * 50, [str(i // 2) for i in range(100)]) == 1.0


@given(values=outcomes)
def test_lone_items_have_a_design_effect_of_exactly_one(values: list[float]) -> None:
    assert design_effect(values, [str(i) for i in range(len(values))]) == 1.0


@given(clusters=st.integers(1, 50), size=st.integers(1, 7))
def test_without_an_event_the_design_effect_is_the_one_to_expect(clusters: int, size: int) -> None:
    """Kish: 1 + (size - 1) x correlation, and the correlation is taken to be 0.2."""
    names = [str(i // size) for i in range(clusters * size)]
    assert design_effect([0.0] * len(names), names) == pytest.approx(1 + (size - 1) * 0.2)


def test_events_take_over_from_the_expectation() -> None:
    """Five events count as much as the expectation of 2.4 in clusters of eight; 100 overrule it."""
    names = [str(i // 8) for i in range(1600)]
    five = [float(i % 320 == 0) for i in range(1600)]
    many = [float(i % 16 == 0) for i in range(1600)]
    assert design_effect(five, names) == pytest.approx((1.0 + 2.4) / 2, abs=0.01)
    assert design_effect(many, names) == 1.0


def test_a_large_cluster_weighs_with_the_square_of_its_size() -> None:
    names = ["large"] * 50 + [str(i) for i in range(50)]
    assert design_effect([0.0] * 100, names) == pytest.approx(1 + 0.2 * 50 * 49 / 100)


def test_without_items_the_design_effect_is_one() -> None:
    assert design_effect([], []) == 1.0


@given(values=outcomes, size=st.integers(1, 70))
def test_design_effect_is_finite_and_at_least_one(values: list[float], size: int) -> None:
    deff = design_effect(values, [str(i // size) for i in range(len(values))])
    assert 1.0 <= deff < math.inf


def test_two_clusters_are_enough_for_a_design_effect() -> None:
    assert design_effect([1.0, 1.0, 0.0, 0.0], ["a", "a", "b", "b"]) == pytest.approx(3.0)


def test_every_value_needs_a_cluster() -> None:
    with pytest.raises(ValueError, match="zip"):
        design_effect([1.0, 0.0, 1.0], ["a", "b"])
