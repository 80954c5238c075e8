"""Counters: windows, restarts, and whose requests they are."""

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.slo.traffic import RELEASE, at, sample

from fedfuse.model.slo.counters import Count, Sample, count, tracks_of


def counted(*samples: Sample, start: float = 0, end: float = 60) -> Count:
    tracks = tracks_of(samples, RELEASE)["availability"]
    return count(tracks, start=at(start).timestamp(), end=at(end).timestamp())


def test_a_window_counts_what_happened_between_its_first_and_its_last_sample() -> None:
    samples = [sample(minute, minute, 10 * minute) for minute in range(10)]
    assert counted(*samples, start=2, end=5) == Count(30, 3)
    assert counted(*samples, start=1.5, end=5.5) == Count(30, 3)


def test_a_single_sample_counts_for_nothing() -> None:
    assert counted(sample(1, 900, 1000)) == Count()


def test_samples_may_come_in_any_order_and_twice() -> None:
    samples = [sample(minute, minute, 10 * minute) for minute in range(5)]
    assert counted(*samples) == counted(*reversed(samples)) == counted(*samples, samples[2])


def test_instances_are_added_and_start_again_each_by_itself() -> None:
    first = [sample(m, e, t, instance="a") for m, e, t in ((0, 5, 500), (1, 0, 7), (2, 1, 9))]
    second = [sample(m, e, t, instance="b") for m, e, t in ((0, 0, 0), (2, 2, 20))]
    assert counted(*first, *second) == Count(9 + 20, 1 + 2)


def test_an_instance_that_is_better_than_perfect_hides_no_errors_of_another() -> None:
    """One reports 40 % errors; the other counts as many good requests too many."""
    first = [sample(m, 4 * m, 10 * m, instance="a") for m in range(11)]
    second = [sample(m, -4 * m, 10 * m, instance="b") for m in range(11)]
    assert counted(*first, *second) == Count(200, 40)
    assert counted(*second) == Count(100, 0)


def test_an_instance_that_counts_more_errors_than_requests_adds_only_its_requests() -> None:
    first = [sample(0, 0, 0, instance="a"), sample(1, 15, 10, instance="a")]
    second = [sample(0, 0, 0, instance="b"), sample(1, 0, 90, instance="b")]
    assert counted(*first, *second) == Count(100, 10)


def test_a_restart_counts_what_the_new_process_has_counted() -> None:
    assert counted(sample(0, 90, 1000), sample(1, 1, 4)) == Count(4, 1)


def test_a_request_seen_in_total_before_it_is_seen_in_good_is_no_error() -> None:
    """A scrape between the two increments makes an error that the next scrape takes back."""
    samples = [sample(m, m % 2, 100 * m) for m in range(21)]
    assert counted(*samples) == Count(2000, 0)


@given(st.data())
def test_adding_traffic_of_another_release_changes_nothing(data: st.DataObject) -> None:
    own = [sample(minute, minute, 10 * minute) for minute in range(10)]
    moments = st.floats(-100, 100)
    others = data.draw(
        st.lists(
            st.builds(
                lambda m, e, t: sample(m, e, t, release="acme-ai-federated-v1.1.0"),
                moments,
                st.integers(0, 10**6),
                st.integers(0, 10**6),
            )
        )
    )
    mixed = data.draw(st.permutations([*own, *others]))
    assert tracks_of(mixed, RELEASE) == tracks_of(own, RELEASE)


events = st.lists(st.sampled_from(["good", "bad", "restart", "scrape"]), max_size=80)


@given(events, st.integers(0, 80), st.integers(0, 80))
def test_resets_never_create_errors(happened: list[str], start: int, length: int) -> None:
    """Whatever restarts when, no window counts more errors or requests than there were."""
    good = total = 0
    samples = []
    for moment, event in enumerate(happened):
        if event == "restart":
            good = total = 0
        elif event == "scrape":
            samples.append(sample(moment, total - good, total))
        else:
            total, good = total + 1, good + (event == "good")
    if not samples:
        return
    found = counted(*samples, start=start, end=start + length)
    window = happened[start : start + length + 1]
    assert found.errors <= window.count("bad")
    assert found.total <= window.count("bad") + window.count("good")


@given(events)
def test_without_restarts_nothing_between_two_samples_is_missed(happened: list[str]) -> None:
    good = total = 0
    samples = []
    stream = ["scrape", *(event for event in happened if event != "restart"), "scrape"]
    for moment, event in enumerate(stream):
        if event == "scrape":
            samples.append(sample(moment, total - good, total))
        else:
            total, good = total + 1, good + (event == "good")
    assert counted(*samples, end=100) == Count(total, total - good)
