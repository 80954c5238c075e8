import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats  # type: ignore[import-untyped]  # scipy ships no types

from fedfuse.engine.v1.stats.regressions import holm, sign_flip_worse


def test_lone_items_make_the_exact_sign_test_of_the_discordant_pairs() -> None:
    """9 lost of 10: (10 + 1) / 2**10."""
    assert sign_flip_worse([1] + [-1] * 9) == 11 / 1024


def test_a_cluster_that_lost_three_items_is_one_witness_and_not_three() -> None:
    assert sign_flip_worse([-3, -3]) == 1 / 4
    assert sign_flip_worse([-1] * 6) == 1 / 64


@given(better=st.integers(0, 150), worse=st.integers(0, 150))
def test_lone_items_agree_with_the_binomial_test(better: int, worse: int) -> None:
    if better + worse:
        exact = stats.binomtest(worse, better + worse, 0.5, alternative="greater").pvalue
        assert sign_flip_worse([1] * better + [-1] * worse) == pytest.approx(float(exact), rel=1e-8)


changes = st.lists(st.integers(-7, 7), max_size=10)


@given(found=changes)
def test_the_p_value_is_the_share_of_sign_patterns_that_lose_as_much(found: list[int]) -> None:
    patterns = list(itertools.product((1, -1), repeat=len(found)))
    flipped = [sum(sign * one for sign, one in zip(p, found, strict=True)) for p in patterns]
    share = len([total for total in flipped if total <= sum(found)]) / len(patterns)
    assert sign_flip_worse(found) == pytest.approx(share, abs=1e-12)


def test_no_change_is_no_sign_of_a_loss() -> None:
    assert sign_flip_worse([]) == sign_flip_worse([0, 0]) == 1.0


@given(found=changes, which=st.integers(0, 9))
def test_winning_back_a_lost_item_never_makes_a_category_more_suspicious(
    found: list[int], which: int
) -> None:
    mended = [one + (i == which) for i, one in enumerate(found)]
    assert sign_flip_worse(mended) >= sign_flip_worse(found) - 1e-12


def test_holm_adjusts_the_textbook_family() -> None:
    """Of 0.01, 0.04, 0.03 and 0.005 the first and the last are rejected at 5 %."""
    adjusted = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert adjusted == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02})
    assert list(adjusted) == ["d", "a", "c", "b"]


@given(p_values=st.lists(st.floats(0.0, 1.0), min_size=1, max_size=20))
def test_holm_rejects_step_by_step_until_the_first_that_is_not_small_enough(
    p_values: list[float],
) -> None:
    """The step-down procedure as Holm defines it, with thresholds instead of adjusted values."""
    rejected = 0
    for rank, p_value in enumerate(sorted(p_values)):
        if (len(p_values) - rank) * p_value > 0.05:
            break
        rejected += 1
    adjusted = holm({f"{i:02d}": p for i, p in enumerate(p_values)})
    assert [p <= 0.05 for p in adjusted.values()] == [i < rejected for i in range(len(p_values))]
