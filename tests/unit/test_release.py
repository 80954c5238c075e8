import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedfuse.model.canonical import decimal, dumps, dumps_by_key
from fedfuse.model.release import (
    moment,
    object_id,
    record_of_tag,
    tag_bytes,
    tag_object_id,
    timestamp,
)
from fedfuse.model.version import Bump, Version, newest_first, of_tag, parse

RECORD: dict[str, Any] = {
    "release": "acme-ai-federated-v1.0.0",
    "commit": "a" * 40,
    "created": "2026-11-24T03:07:45Z",
    "tagger": "fedfuse <bot@example.org>",
    "units": {"hf/textgen-lora": {"member": 3}},
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


def test_a_tag_object_has_the_id_git_gives_it() -> None:
    assert object_id("blob", b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"


def test_a_record_is_read_back_from_its_tag() -> None:
    assert record_of_tag(tag_bytes(RECORD)) == RECORD
    assert len(tag_object_id(RECORD)) == 40


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=5))
def test_every_record_survives_its_tag(extra: dict[str, Any]) -> None:
    record = {**extra, **RECORD}
    assert record_of_tag(tag_bytes(record)) == record


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=5), st.randoms())
def test_the_tag_does_not_depend_on_the_order_of_keys(extra: dict[str, Any], order: Any) -> None:
    pairs = list({**extra, **RECORD}.items())
    order.shuffle(pairs)
    assert tag_bytes(dict(pairs)) == tag_bytes({**extra, **RECORD})


@pytest.mark.parametrize(
    "tampered",
    [
        tag_bytes(RECORD).replace(b"tag acme", b"tag evil"),
        tag_bytes(RECORD).replace(b"object aaaa", b"object bbbb"),
        tag_bytes(RECORD).replace(b'"member":3', b'"member": 3'),
        tag_bytes(RECORD).replace(b"bot@example.org> ", b"bob@example.org> "),
        tag_bytes(RECORD) + b"\n",
        tag_bytes(RECORD)[:-2],
        b"object x\n\n{}",
        b"a\n\nb\n\n" + b"[" * 100_000,
        b"a\n\nb\n\n[]",
        b"",
    ],
)
def test_a_tag_that_is_not_exactly_its_record_carries_none(tampered: bytes) -> None:
    assert record_of_tag(tampered) is None


def test_a_record_shows_one_line_per_key_and_stays_json() -> None:
    lines = dumps_by_key(RECORD).decode().splitlines()
    assert len(lines) == len(RECORD) + 2
    assert json.loads("".join(lines)) == RECORD


def test_a_record_never_holds_nan() -> None:
    with pytest.raises(ValueError, match="JSON"):
        dumps({"quality": float("nan")})


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.842, "0.842"),
        (1.0, "1"),
        (-0.0, "0"),
        (1e-7, "0"),
        (0.1 + 0.2, "0.3"),
        (1234.5, "1234.5"),
    ],
)
def test_numbers_in_records_are_decimals_of_at_most_six_places(number: float, text: str) -> None:
    assert decimal(number) == text


def test_versions_are_bumped_as_semver_says() -> None:
    start = Version(1, 2, 3)
    assert str(start.bumped(Bump.MAJOR)) == "2.0.0"
    assert str(start.bumped(Bump.MINOR)) == "1.3.0"
    assert str(start.bumped(Bump.PATCH)) == "1.2.4"
    assert str(start.bumped(Bump.FIRST)) == "1.0.0"


@pytest.mark.parametrize("text", ["1.0", "01.0.0", "1.0.0-rc1", "1.0.0\n", "v1.0.0", "1.0.0.0", ""])
def test_only_plain_versions_are_versions(text: str) -> None:
    assert parse(text) is None


def test_a_tag_of_another_registry_has_no_version_here() -> None:
    assert of_tag("acme-ai-federated-v1.2.3", "acme-ai-federated") == Version(1, 2, 3)
    assert of_tag("other-v1.2.3", "acme-ai-federated") is None


@given(st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - Hypothesis wants it without one
def test_a_timestamp_names_its_moment(at: datetime) -> None:
    assert moment(timestamp(at)) == at.replace(microsecond=0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-24",
        "2026-11-24T03:07:45",
        "2026-11-24 03:07:45Z",
        "2026-11-24T03:07:45z",
        "2026-11-24T03:07+00Z",
        "20261124T030745.000Z",
        "2026-W48-2T03:07:45Z",
        "2026-11-24T03:07:60Z",
        "2026-02-30T03:07:45Z",
        "2026-1-24T03:07:45.0Z",
        "0001-01-01T00:00+14Z",
    ],
)
def test_no_other_form_names_a_moment(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        moment(text)


NUMBERS = st.sampled_from(("0", "1", "2", "10", "99", "100", "01", "", "1234567890", "x"))
NAMES = st.sampled_from(("acme-v", "acme", "acme.", "acme-v-v", "other-v", ""))


@given(st.lists(st.builds("{}{}.{}.{}".format, NAMES, NUMBERS, NUMBERS, NUMBERS), unique=True))
def test_tags_are_sorted_as_their_versions_are(tags: list[str]) -> None:
    numbered = [(version, tag) for tag in tags if (version := of_tag(tag, "acme"))]
    assert newest_first(tags, "acme") == [tag for _, tag in sorted(numbered, reverse=True)]


def test_a_name_is_no_pattern() -> None:
    assert newest_first(["acme-v1.0.0", "a.me-v1.0.0"], "a.me") == ["a.me-v1.0.0"]
