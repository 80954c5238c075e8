"""channels.json: one encoding per value, and nothing hostile becomes a channel."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedfuse.model.canonical import dumps_by_key
from fedfuse.model.channel import MAX_CHANNELS_BYTES, Channels, Pointer, parse
from tests.support.bundles import channels, tag_of

POINTERS = st.builds(Pointer, st.text(max_size=20), st.text(max_size=20))
CHANNELS = st.builds(
    Channels,
    st.integers(0, 10**6),
    st.none() | POINTERS,
    st.none() | POINTERS,
    st.lists(POINTERS, max_size=3).map(tuple),
)


@given(CHANNELS)
def test_parsing_what_was_rendered_gives_the_same_channels(value: Channels) -> None:
    assert parse(value.render()) == value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 3000,
        b'{"serial":1}',
        dumps_by_key({"serial": True, "candidate": None, "production": None, "warm": []}),
        dumps_by_key({"serial": -1, "candidate": None, "production": None, "warm": []}),
        dumps_by_key({"serial": 1.0, "candidate": None, "production": None, "warm": []}),
        dumps_by_key({"serial": 1, "candidate": {"tag": 1}, "production": None, "warm": []}),
        dumps_by_key({"serial": 1, "candidate": None, "production": None, "warm": {}}),
        b'{"serial":1,"candidate":null,"production":null,"warm":[],"serial":2}',
    ],
)
def test_anything_but_a_channels_file_is_no_channels(body: bytes) -> None:
    assert parse(body) is None


def test_a_channels_file_with_other_spacing_is_refused() -> None:
    body = json.dumps(json.loads(channels(3, "1.0.0").render()), indent=1).encode()
    assert parse(body) is None


def test_a_channels_file_beyond_its_size_is_not_parsed() -> None:
    body = Channels(1, Pointer("x" * MAX_CHANNELS_BYTES), None).render()
    assert parse(body) is None


def test_locating_channels_fills_in_the_commit_of_every_tag() -> None:
    located = channels(3, "1.1.0", "1.0.0", "1.0.0").located({tag_of("1.0.0"): "c0ffee"})
    assert [pointer.commit for pointer in located.pointers] == ["", "c0ffee", "c0ffee"]


def test_the_decision_of_channels_ignores_serial_and_commits() -> None:
    one, other = channels(3, "1.0.0"), channels(4, "1.0.0").located({tag_of("1.0.0"): "c0ffee"})
    assert one.decision == other.decision
    assert one.decision != channels(3, "1.0.0", "1.0.0").decision


def test_a_channel_name_gives_its_newest_release_or_nothing() -> None:
    value = channels(3, "1.2.0", "1.1.0", "1.0.1", "1.0.0")
    assert value.at("warm") == Pointer(tag_of("1.0.1"))
    assert value.at("production") == Pointer(tag_of("1.1.0"))
    assert channels(3, "1.2.0").at("production") is None
    assert channels(3, "1.2.0").at("warm") is None
