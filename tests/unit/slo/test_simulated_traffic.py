"""The promises of the rollback rule, held against simulated traffic at 99.9 %."""

from datetime import timedelta
from statistics import median

import pytest
from tests.unit.slo.traffic import at, first_breach, healthy, seeded, simulate

from fedfuse.model.slo.objective import MIN_ERRORS

HOUR = 60
HEALTHY = 0.001
"""Exactly on target: the worst release that is still healthy."""


def minutes_to_breach(seed: int) -> float:
    """How long 30 % errors at 10 requests a minute last unnoticed after an hour of health."""
    rng = seeded(seed)
    share = {False: HEALTHY, True: 0.3}
    traffic = simulate(rng, HOUR + 15, per_minute=10, share=lambda m: share[m >= HOUR])
    breach = first_breach(list(traffic), HOUR + 15)
    assert breach is not None
    return (breach.at - at(HOUR)) / timedelta(minutes=1)


def test_an_outage_of_a_third_is_a_breach_within_three_minutes() -> None:
    found = [minutes_to_breach(seed) for seed in range(60)]
    assert all(minutes > 0 for minutes in found)
    assert median(found) <= 3
    assert max(found) <= 6


@pytest.mark.parametrize("per_minute", [1, 5, 10])
def test_a_thousand_healthy_fresh_releases_are_not_rolled_back_in_six_hours(
    per_minute: int,
) -> None:
    rolled_back = 0
    for seed in range(1000):
        samples = healthy(seeded(seed), 6 * HOUR, per_minute=per_minute, share=HEALTHY)
        last = samples[-1]
        if last.total - last.good >= MIN_ERRORS:  # the others cannot be in breach
            rolled_back += first_breach(samples, 6 * HOUR) is not None
    assert rolled_back == 0


@pytest.mark.parametrize("per_minute", [1, 10, 100])
def test_a_fresh_release_that_answers_nothing_is_a_breach_with_its_fifth_error(
    per_minute: int,
) -> None:
    traffic = simulate(seeded(1), 10, per_minute=per_minute, share=lambda _: 1.0)
    breach = first_breach(list(traffic), 10)
    assert breach is not None
    assert breach.at == at(max(1, MIN_ERRORS / per_minute))


def test_a_slow_burn_of_ten_times_the_budget_is_a_breach_within_six_hours() -> None:
    traffic = simulate(seeded(1), 6 * HOUR, per_minute=10, share=lambda _: 10 * HEALTHY)
    assert first_breach(list(traffic), 6 * HOUR) is not None
