"""What an event says of a breach, and the decision recomputed from it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.slo.traffic import RELEASE, START, THREE_NINES, at, sample, seeded, simulate

from fedfuse.model.slo.breach import breach_key, counters_of, of_breach_key, recompute
from fedfuse.model.slo.burn import Health, evaluate
from fedfuse.model.slo.objective import Objective

OUTAGE = list(simulate(seeded(1), 65, per_minute=10, share=lambda m: 0.3 if m >= 60 else 0.001))
NOW = at(65)


def outage() -> dict[str, int]:
    """The counters five minutes into an outage, an hour after activation."""
    verdicts = evaluate([THREE_NINES], OUTAGE, release=RELEASE, activated_at=START, now=NOW)
    return dict(counters_of(verdicts[0], activated_at=START, at=NOW))


def test_the_counters_of_a_breach_prove_it() -> None:
    assert recompute(outage(), THREE_NINES)


def test_the_target_is_the_registrys() -> None:
    assert not recompute(outage(), Objective("availability", 0.9))


@pytest.mark.parametrize("name", sorted(outage()))
@pytest.mark.parametrize("value", [-1, 1.5, True, "9", None])
def test_a_counter_that_is_no_count_proves_nothing(name: str, value: object) -> None:
    assert not recompute({**outage(), name: value}, THREE_NINES)


@pytest.mark.parametrize("name", sorted(outage()))
def test_a_missing_or_renamed_counter_proves_nothing(name: str) -> None:
    others = {key: value for key, value in outage().items() if key != name}
    assert not recompute(others, THREE_NINES)
    assert not recompute({**others, f"{name}_2": 1}, THREE_NINES)


@pytest.mark.parametrize(
    "changed",
    [
        {"errors_5m": 51},
        {"requests_5m": 301},
        {"requests_30m": 601},
        {"requests_1h": 651},
        {"at": int(START.timestamp()) - 1},
    ],
)
def test_counters_that_no_traffic_leaves_behind_prove_nothing(changed: dict[str, int]) -> None:
    assert not recompute(outage() | changed, THREE_NINES)


minutes = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5)), min_size=1, max_size=80)


@given(minutes, st.booleans())
def test_recomputing_gives_what_was_decided(
    traffic: list[tuple[int, int]],
    restarted: bool,  # noqa: FBT001 - drawn by Hypothesis
) -> None:
    errors = total = 0
    samples = [sample(0, 0, 0)]
    for minute, (good, bad) in enumerate(traffic, start=1):
        if restarted and minute % 7 == 0:
            errors = total = 0
        errors, total = errors + bad, total + good + bad
        samples.append(sample(minute, errors, total))
    now = START + timedelta(minutes=len(traffic))
    found = evaluate([THREE_NINES], samples, release=RELEASE, activated_at=START, now=now)[0]
    counters = counters_of(found, activated_at=START, at=now)
    assert recompute(counters, THREE_NINES) is (found.health is Health.BREACH)


@given(st.integers(1, 9999), st.sampled_from(["availability", "safety"]))
def test_a_breach_key_names_event_and_objective(event: int, objective: str) -> None:
    assert of_breach_key(breach_key(event, objective)) == (event, objective)


@pytest.mark.parametrize("key", ["", "availability", "7:availability", "00007:safety", "-007:x"])
def test_any_other_text_is_no_breach_key(key: str) -> None:
    assert of_breach_key(key) is None
