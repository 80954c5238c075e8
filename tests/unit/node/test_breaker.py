"""The circuit breaker, by a clock that the test moves."""

from fedfuse.node.breaker import FAILURES, OPEN_SECONDS, Breaker


def test_a_breaker_opens_after_failures_in_a_row_and_lets_one_try_when_time_is_over() -> None:
    now = [100.0]
    breaker = Breaker(clock=lambda: now[-1])
    for _ in range(FAILURES - 1):
        breaker.failed()
    breaker.failed()
    assert breaker.is_open
    now.append(now[-1] + OPEN_SECONDS)
    tries = [breaker.is_open for _ in range(3)]
    assert tries == [False, True, True]
    breaker.answered()
    assert [breaker.is_open for _ in range(2)] == [False, False]


def test_an_answer_in_between_begins_the_count_anew() -> None:
    breaker = Breaker(clock=lambda: 0.0)
    for _ in range(FAILURES * 2):
        breaker.failed()
        breaker.answered()
    assert not breaker.is_open
