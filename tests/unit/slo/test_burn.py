"""When an objective is in breach."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.slo.traffic import RELEASE, START, THREE_NINES, at, sample

from fedfuse.model.slo.burn import Health, ObjectiveVerdict, PairVerdict, evaluate
from fedfuse.model.slo.counters import Count, Sample
from fedfuse.model.slo.objective import PAIRS, Objective, limit, of_registry

FAST, SLOW = PAIRS
COUNTS = st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)).map(
    lambda pair: Count(max(pair), min(pair))
)
OBJECTIVES = st.sampled_from([0.5, 0.9, 0.95, 0.995, 0.999, 0.9999]).map(
    lambda target: Objective("availability", target)
)


def verdict(long: Count, short: Count, *, target: float = 0.999, slow: bool = False) -> bool:
    pair = SLOW if slow else FAST
    return PairVerdict(Objective("availability", target), pair, long, short).breached


def verdicts(*samples: Sample, minutes: float) -> tuple[ObjectiveVerdict, ...]:
    return evaluate([THREE_NINES], samples, release=RELEASE, activated_at=START, now=at(minutes))


def health(*samples: Sample, minutes: float = 30) -> Health:
    return verdicts(*samples, minutes=minutes)[0].health


def test_both_windows_at_the_limit_are_a_breach_and_one_error_less_is_none() -> None:
    assert verdict(Count(625, 9), Count(125, 2))  # 1.44 % of 625 is exactly 9
    assert not verdict(Count(625, 8), Count(125, 2))
    assert not verdict(Count(625, 9), Count(125, 1))


def test_the_slow_pair_burns_at_six_times_the_budget() -> None:
    assert verdict(Count(5000, 30), Count(500, 3), slow=True)
    assert not verdict(Count(5000, 29), Count(500, 3), slow=True)


def test_four_errors_are_no_breach_whatever_their_share() -> None:
    assert not verdict(Count(4, 4), Count(4, 4))
    assert verdict(Count(5, 5), Count(5, 5))


def test_a_breach_that_is_over_is_none() -> None:
    assert not verdict(Count(600, 300), Count(50, 0))
    assert not verdict(Count(600, 300), Count(0, 0))


def test_errors_that_luck_explains_are_no_breach() -> None:
    """Five errors of 340 requests are 14.7 times the budget, and luck once in 36,000 looks."""
    assert not verdict(Count(340, 5), Count(50, 1))
    assert verdict(Count(340, 8), Count(50, 1))


def test_a_target_too_low_for_its_factor_is_in_breach_when_nothing_succeeds() -> None:
    low = Objective("availability", 0.5)
    assert limit(low, FAST) == 1
    assert verdict(Count(100, 100), Count(50, 50), target=0.5)
    assert not verdict(Count(100, 99), Count(50, 50), target=0.5)


def test_limits_are_exact_for_the_target_as_it_is_written() -> None:
    assert limit(THREE_NINES, FAST) == Fraction(144, 10_000)
    assert limit(Objective("latency", 0.95, 250), SLOW) == Fraction(3, 10)


def test_objectives_come_in_one_order_whatever_the_registry_says_first() -> None:
    section = {
        "safety": {"target": 0.99},
        "latency": {"target": 0.95, "latency_ms": 250},
        "cost": {"target": 0.9, "cost_per_1k_tokens": 1.5},
    }
    assert of_registry(section) == (
        Objective("latency", 0.95, 250),
        Objective("cost", 0.9, 1.5),
        Objective("safety", 0.99),
    )


def test_errors_before_activation_count_for_nothing() -> None:
    before = [sample(-10, 0, 0), sample(-1, 90, 100)]
    after = [sample(1, 90, 110), sample(30, 90, 400)]
    assert health(*before, *after) is Health.HEALTHY


def test_errors_after_now_count_for_nothing() -> None:
    samples = [sample(0, 0, 0), sample(29, 0, 300), sample(31, 90, 400)]
    assert health(*samples) is Health.HEALTHY
    assert health(*samples, minutes=31) is Health.BREACH


@pytest.mark.parametrize("samples", [[], [sample(29, 0, 9)], [sample(-9, 0, 0), sample(29, 0, 9)]])
def test_without_two_samples_an_objective_is_silent(samples: list[Sample]) -> None:
    assert health(*samples) is Health.SILENT


def test_counters_that_ended_half_an_hour_ago_are_silent() -> None:
    samples = [sample(minute, 0, minute) for minute in range(60)]
    assert health(*samples, minutes=80) is Health.HEALTHY
    assert health(*samples, minutes=100) is Health.SILENT


@given(OBJECTIVES, COUNTS, COUNTS, st.sampled_from(PAIRS), st.integers(0, 500))
def test_more_errors_never_turn_a_breach_into_health(
    objective: Objective, long: Count, short: Count, pair: object, more: int
) -> None:
    """Both when further requests fail and when requests that succeeded had failed."""
    windows = FAST if pair is FAST else SLOW
    if not PairVerdict(objective, windows, long, short).breached:
        return
    further = [Count(one.total + more, one.errors + more) for one in (long, short)]
    instead = [Count(one.total, min(one.total, one.errors + more)) for one in (long, short)]
    assert PairVerdict(objective, windows, *further).breached
    assert PairVerdict(objective, windows, *instead).breached


minutes_of_traffic = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1)


@given(minutes_of_traffic, st.data())
def test_more_errors_in_any_minute_never_turn_a_breach_into_health(
    minutes: list[tuple[int, int]], data: st.DataObject
) -> None:
    def judged(traffic: list[tuple[int, int]]) -> Health:
        errors = total = 0
        samples = [sample(0, 0, 0)]
        for minute, (good, bad) in enumerate(traffic, start=1):
            errors, total = errors + bad, total + good + bad
            samples.append(sample(minute, errors, total))
        return health(*samples, minutes=len(traffic))

    index = data.draw(st.integers(0, len(minutes) - 1))
    worse = list(minutes)
    worse[index] = (minutes[index][0], minutes[index][1] + data.draw(st.integers(1, 50)))
    if judged(minutes) is Health.BREACH:
        assert judged(worse) is Health.BREACH


@given(minutes_of_traffic, st.data())
def test_traffic_of_another_release_changes_no_verdict(
    minutes: list[tuple[int, int]], data: st.DataObject
) -> None:
    own = [sample(minute, min(pair), max(pair)) for minute, pair in enumerate(minutes)]
    other = "acme-ai-federated-v1.1.0"
    foreign = [
        sample(minute, max(pair), max(pair), release=other)
        for minute, pair in enumerate(data.draw(minutes_of_traffic))
    ]
    together = data.draw(st.permutations([*own, *foreign]))
    minute = len(minutes)
    assert verdicts(*together, minutes=minute) == verdicts(*own, minutes=minute)


HOURS = 60


def slow_burn(per_mille: float, *, hours: int) -> tuple[str, Health]:
    """The long window that burns slowly, and the health, at a steady share of errors."""
    samples = [sample(m, round(m * per_mille), m * 1000) for m in range(0, hours * HOURS + 1, 5)]
    (one,) = verdicts(*samples, minutes=hours * HOURS)
    return one.slow_burn.pair.long.name if one.slow_burn else "", one.health


def test_a_budget_that_burns_three_times_too_fast_for_a_day_is_a_slow_burn_and_no_breach() -> None:
    assert slow_burn(4, hours=26) == ("1d", Health.HEALTHY)
    assert slow_burn(2.9, hours=26) == ("3d", Health.HEALTHY)


def test_a_budget_that_is_used_up_early_for_three_days_is_a_slow_burn_and_no_breach() -> None:
    assert slow_burn(1.2, hours=74) == ("3d", Health.HEALTHY)
    assert slow_burn(1.0, hours=74) == ("", Health.HEALTHY)


def test_a_release_is_judged_by_slow_windows_as_soon_as_it_fills_the_short_one() -> None:
    assert slow_burn(4, hours=1) == ("", Health.HEALTHY)
    assert slow_burn(4, hours=2) == ("1d", Health.HEALTHY)


def test_a_slow_burn_that_is_over_is_none() -> None:
    samples = [sample(m, min(4 * m, 4 * 20 * HOURS), 1000 * m) for m in range(26 * HOURS)]
    (one,) = verdicts(*samples, minutes=26 * HOURS)
    assert one.slow[0].long.errors > 3000
    assert one.slow_burn is None or one.slow_burn.pair.long.name != "1d"
