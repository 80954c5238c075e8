"""What served when: the fold over events as they landed, against a fold that knows no shortcut."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fedfuse import engine
from fedfuse.engine.v1.serving import serving
from fedfuse.flows.history.serving_history import turns
from fedfuse.model.serving import Event, Serving
from fedfuse.model.timeline import EventCommit, served_at
from tests.unit.test_serving import TAGS, histories, promote, rollback

RULES = engine.newest()
START = datetime(2026, 9, 1, tzinfo=UTC)
minutes = st.integers(0, 600)


def landing(minute: int, *events: Event, gone: tuple[int, ...] = ()) -> EventCommit:
    there: dict[int, Event | None] = {event.number: event for event in events}
    at = START + timedelta(minutes=minute)
    return EventCommit(f"{minute:040}", at, there | dict.fromkeys(gone))


@st.composite
def logs(draw: st.DrawFn) -> tuple[EventCommit, ...]:
    """Events that land in any order and number at any times, and are edited or taken away."""
    events = draw(histories)
    in_order: bool = draw(st.booleans())
    order = events if in_order else draw(st.permutations(events))
    landings = [landing(draw(minutes), event) for event in order]
    for number in draw(st.lists(st.integers(1, 14), max_size=3)):
        place = draw(st.integers(0, len(landings)))
        copied = draw(st.sampled_from((None, *events)))
        edited = (Event(number, copied.kind, copied.fields),) if copied else ()
        landings.insert(place, landing(draw(minutes), *edited, gone=() if edited else (number,)))
    return tuple(landings)


@given(logs())
def test_every_turn_is_what_the_events_on_main_make_then(log: tuple[EventCommit, ...]) -> None:
    known: dict[int, Event | None] = {}
    for one, turn in zip(log, turns(log, RULES), strict=True):
        known |= one.events
        assert turn.state == serving(event for event in known.values() if event)
        assert turn.commit == one.commit


@given(logs(), st.integers(-5, 700))
def test_a_moment_is_the_last_turn_that_began_by_then(
    log: tuple[EventCommit, ...], minute: int
) -> None:
    moment = START + timedelta(minutes=minute)
    made = turns(log, RULES)
    begun = [turn for turn in made if turn.at <= moment]
    found = served_at(made, moment)
    assert found.state == (begun[-1].state if begun else Serving())
    if found.state.production:
        since = [turn for turn in begun if turn.at == found.since and turn.commit == found.commit]
        assert since
        assert since[-1].state.production == found.state.production
    else:
        assert found.cause is None


@given(logs())
def test_time_never_runs_backwards(log: tuple[EventCommit, ...]) -> None:
    times = [turn.at for turn in turns(log, RULES)]
    assert times == sorted(times)
    assert all(turn.at >= one.at for turn, one in zip(turns(log, RULES), log, strict=True))


def test_a_moment_knows_since_when_and_by_which_event() -> None:
    one, two = TAGS[:2]
    back = rollback(4, two, one)
    made = turns(
        [
            landing(1, promote(1, one)),
            landing(2, promote(2, two)),
            landing(3, Event(3, "hold", {"reason": "wait"})),
            landing(9, back),
        ],
        RULES,
    )
    before = served_at(made, START)
    assert (before.state, before.since, before.cause) == (Serving(), None, None)
    third = served_at(made, START + timedelta(minutes=8, seconds=59))
    assert (third.state.production, third.since) == (two, START + timedelta(minutes=2))
    last = served_at(made, START + timedelta(minutes=9))
    assert (last.state.production, last.cause) == (one, back)
    assert (last.since, last.commit) == (START + timedelta(minutes=9), f"{9:040}")


def test_a_turn_that_moves_nothing_is_void() -> None:
    made = turns(
        [landing(1, Event(1, "lift", {"hold": 7})), landing(2, promote(2, TAGS[0]))], RULES
    )
    assert [turn.is_void for turn in made] == [True, False]
