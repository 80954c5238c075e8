"""What serves: laws of the fold over events, whatever events land."""

from functools import reduce
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from fedfuse.engine.v1.serving import serve, serving, warm_behind
from fedfuse.model.serving import WARM_RELEASES, Event, Serving

TAGS = tuple(f"acme-ai-federated-v1.0.{patch}" for patch in range(6))
tags = st.sampled_from(TAGS)
numbers = st.integers(1, 12)
FIELDS = st.one_of(
    st.fixed_dictionaries({"kind": st.just("promote"), "release": tags}),
    st.fixed_dictionaries({"kind": st.just("promote"), "release": tags}),
    st.fixed_dictionaries({"kind": st.just("rollback"), "from": tags, "to": tags}),
    st.fixed_dictionaries({"kind": st.just("hold")}),
    st.fixed_dictionaries({"kind": st.just("lift"), "hold": numbers}),
    st.fixed_dictionaries({"kind": st.just("yank"), "version": st.just("hf/textgen-lora@v1")}),
)
histories = st.lists(FIELDS, max_size=14).map(
    lambda listed: tuple(Event(n, one["kind"], one) for n, one in enumerate(listed, 1))
)


def promote(number: int, release: str) -> Event:
    return Event(number, "promote", {"release": release})


def rollback(number: int, bad: str, target: str) -> Event:
    return Event(number, "rollback", {"from": bad, "to": target})


def states(events: tuple[Event, ...]) -> list[Serving]:
    return [serving(events[:count]) for count in range(len(events) + 1)]


@given(histories)
def test_what_was_quarantined_never_serves_nor_stands_ready_again(
    events: tuple[Event, ...],
) -> None:
    for state in states(events):
        assert not {state.production, *state.warm} & state.quarantined


@given(histories)
def test_quarantine_is_for_good(events: tuple[Event, ...]) -> None:
    seen = states(events)
    assert all(old.quarantined <= new.quarantined for old, new in pairwise(seen))


@given(histories)
def test_warm_are_at_most_two_other_releases_that_served(events: tuple[Event, ...]) -> None:
    served: set[str] = set()
    for state in states(events):
        assert len({state.production, *state.warm}) == 1 + len(state.warm) <= 1 + WARM_RELEASES
        assert set(state.warm) <= served
        served.add(state.production)


@given(histories)
def test_nothing_new_serves_while_a_hold_stands(events: tuple[Event, ...]) -> None:
    seen = states(events)
    for event, (old, new) in zip(events, pairwise(seen), strict=True):
        if old.holds and event.kind == "promote":
            assert new == old


@given(histories)
def test_folding_at_once_is_folding_one_by_one(events: tuple[Event, ...]) -> None:
    assert serving(reversed(events)) == reduce(serve, events, Serving())


@given(histories, tags)
def test_what_is_said_to_stay_warm_does(events: tuple[Event, ...], tag: str) -> None:
    state = serving(events)
    promoted = serve(state, promote(99, tag))
    assert promoted == state or promoted.warm == warm_behind(state, tag)


def test_a_rollback_quarantines_holds_and_leaves_what_is_older_warm() -> None:
    one, two, three = TAGS[:3]
    events = [promote(1, one), promote(2, two), promote(3, three), rollback(4, three, two)]
    assert serving(events) == Serving(two, (one,), frozenset({three}), frozenset({4}))


def test_after_a_rollback_the_two_stable_releases_before_it_are_warm_again() -> None:
    one, two, three, four, five = TAGS[:5]
    promotions = [promote(n, tag) for n, tag in enumerate((one, two, three, four, five), 1)]
    assert serving(promotions).warm == (four, three)
    state = serving([*promotions, rollback(6, five, four)])
    assert (state.production, state.warm) == (four, (three, two))
    state = serving([*promotions, rollback(6, five, four), rollback(7, four, two)])
    assert (state.production, state.warm) == (two, (one,)), "the third may still be gone back to"


def test_after_the_lift_the_bad_release_stays_out_and_a_newer_one_may_serve() -> None:
    one, two, three = TAGS[:3]
    events = [promote(1, one), promote(2, two), rollback(3, two, one)]
    events.append(Event(4, "lift", {"hold": 3}))
    assert serving([*events, promote(5, two)]).production == one
    assert serving([*events, promote(5, three)]).production == three
