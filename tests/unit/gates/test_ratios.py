import math
import random
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.gates.builders import evidence, items, suite
from tests.unit.gates.test_latency import noisy

from fedfuse.engine.v1.gates.ratios import Pair, Ratio, cost_ratio, p95_ratio, seed_of
from fedfuse.model.distributions import p95

SUITE = suite(items("quality", 200))


def test_the_items_that_would_do_follow_from_how_far_the_bound_is() -> None:
    assert Ratio(1.0, 0.9, 1.21).items_to_settle(1.1, 200) == 800
    assert Ratio(1.21, 1.0, 1.5).items_to_settle(1.1, 200) == 800
    assert Ratio(1.1, 0.9, 1.3).items_to_settle(1.1, 200) is None
    assert Ratio(1.0, 0.9, math.inf).items_to_settle(1.1, 200) is None


def test_the_seed_of_the_resampling_is_the_digest_of_both_evidence_digests() -> None:
    expected = "fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603"
    assert seed_of("a", "b") == int(expected, 16)


def pairs(clusters: Sequence[str], ours: Sequence[float], theirs: Sequence[float]) -> list[Pair]:
    return [Pair(*each) for each in zip(clusters, ours, theirs, strict=True)]


def plain_ratio(of: list[Pair]) -> float:
    ours, theirs = p95(pair.ours_ms for pair in of), p95(pair.theirs_ms for pair in of)
    return 1.0 if ours == theirs else ours / theirs


def plain_p95_ratio(of: list[Pair], seed: int) -> Ratio:
    """The definition, word by word: draw clusters, put their pairs together, sort, divide."""
    names = list(dict.fromkeys(pair.cluster for pair in of))
    draw = random.Random(seed)  # noqa: S311 - a reproducible draw, no secret
    ratios = []
    for _ in range(1000):
        drawn = [names[int(draw.random() * len(names))] for _ in names]
        sample = [pair for name in drawn for pair in of if pair.cluster == name]
        ratios.append(plain_ratio(sample))
    ratios.sort()
    return Ratio(plain_ratio(of), ratios[50], ratios[949])


@settings(max_examples=10, deadline=None)
@given(
    clusters=st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=24),
    seed=st.integers(0, 2**256),
    data=st.data(),
)
def test_the_fast_resampling_is_the_plain_one(
    clusters: list[str], seed: int, data: st.DataObject
) -> None:
    times = st.lists(st.sampled_from([1.0, 2.0, 2.5, 7.0, math.inf]), min_size=len(clusters),
                     max_size=len(clusters))  # fmt: skip
    of = pairs(clusters, data.draw(times), [min(t, 9.0) for t in data.draw(times)])
    assert p95_ratio(of, seed=seed) == plain_p95_ratio(of, seed)


@settings(max_examples=10, deadline=None)
@given(faster=st.floats(0.1, 1.0), row=st.integers(0, 39), seed=st.integers(0, 2**256))
def test_a_faster_row_never_raises_the_bound(faster: float, row: int, seed: int) -> None:
    clusters = [str(number // 2) for number in range(40)]
    before, theirs = noisy(1, 96.0)[:40], noisy(2, 100.0)[:40]
    after = [ms * faster if number == row else ms for number, ms in enumerate(before)]
    slower, faster_ = (p95_ratio(pairs(clusters, o, theirs), seed=seed) for o in (before, after))
    assert faster_.lower <= slower.lower
    assert faster_.upper <= slower.upper


def test_costs_are_compared_by_the_time_on_the_same_items() -> None:
    ours = [replace(r, latency_ms=150.0, output_tokens=80) for r in evidence(SUITE).rows[:40]]
    theirs = [replace(r, latency_ms=100.0) for r in ours]
    clusters = [str(number // 2) for number in range(40)]
    assert cost_ratio(ours, theirs, clusters, seed=1) == Ratio(1.5, 1.5, 1.5)
    free = [replace(r, latency_ms=0.0) for r in ours]
    assert cost_ratio(free, free, clusters, seed=1) == Ratio(1.0, 1.0, 1.0)
    assert cost_ratio(ours, free, clusters, seed=1).value == math.inf


def test_the_resampling_draws_the_same_on_every_python() -> None:
    clusters = [str(number // 4) for number in range(200)]
    of = pairs(clusters, noisy(3, 100.0), noisy(4, 100.0))
    assert p95_ratio(of, seed=2**255 + 1) == Ratio(
        0.9991554054054054, 0.9890202702702702, 1.0128095644748079
    )


def test_no_number_of_items_settles_a_ratio_that_is_infinite() -> None:
    assert Ratio(math.inf, 1.0, math.inf).items_to_settle(1.1, 100) is None
