"""Files of samples: read strictly, or refused by line."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedfuse.adapters import sli_file
from fedfuse.adapters.sli_file import SliFile, load, parse
from fedfuse.errors import FedfuseError
from fedfuse.model.slo.counters import Sample

RIGHT: dict[str, Any] = {
    "at": "2026-11-24T03:07:45Z",
    "release": "acme-ai-federated-v1.2.0",
    "objective": "availability",
    "instance": "node-1",
    "good": 611,
    "total": 617,
}


def line(**changes: Any) -> bytes:
    return json.dumps(RIGHT | changes).encode() + b"\n"


def wrong(data: bytes) -> list[tuple[str, int]]:
    found = parse(data, path="samples.jsonl")
    assert isinstance(found, tuple)
    assert all(one.path == "samples.jsonl" and one.fix and one.expected for one in found)
    return [(one.code, one.line) for one in found]


def test_a_line_is_a_sample() -> None:
    read = parse(line() + line(at="2026-11-24T03:07:45.5Z"), path="samples.jsonl")
    assert isinstance(read, SliFile)
    first = Sample(
        1795489665.0, "acme-ai-federated-v1.2.0", "availability", "node-1", good=611, total=617
    )
    assert read.samples[0] == first
    assert read.samples[1].at == 1795489665.5


def test_a_file_without_lines_holds_no_samples() -> None:
    assert parse(b"", path="samples.jsonl") == SliFile("samples.jsonl", ())


@pytest.mark.parametrize(
    "bad",
    [
        b"\n",
        b"nothing\n",
        b"[]\n",
        b"7\n",
        b'[["at", 1]]\n',
        b" " + line(),
        b"\xef\xbb\xbf" + line(),
        b"\xff\n",
        b"[" * 900 + b"\n",
        line().replace(b'"good": 611', b'"good": 611, "good": 612'),
        line(extra=1),
        json.dumps({k: v for k, v in RIGHT.items() if k != "instance"}).encode() + b"\n",
        line(instance="x" * 1100),
    ],
)
def test_a_line_that_is_no_sample_is_refused_with_its_number(bad: bytes) -> None:
    assert wrong(line() + bad) == [("E752", 2)]


@pytest.mark.parametrize(
    "changes",
    [
        {"at": "2026-11-24"},
        {"at": "2026-11-24T03:07:45"},
        {"at": "2026-11-24T03:07:45+01:00"},
        {"at": "2026-02-30T03:07:45Z"},
        {"at": "2026-11-24T03:07:45Z\n"},
        {"at": 1795489665},
        {"release": "latest"},
        {"release": "acme-v1.2"},
        {"release": "acme-v01.2.0"},
        {"release": ["acme-v1.2.0"]},
        {"objective": "speed"},
        {"objective": None},
        {"instance": ""},
        {"instance": "a b"},
        {"instance": "n\u043ede"},
        {"good": 618},
        {"good": -1},
        {"good": 1.0},
        {"good": True},
        {"total": "617"},
        {"total": float("inf")},
        {"total": 10**16},
    ],
)
def test_a_value_that_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    assert wrong(line() + line(**changes)) == [("E753", 2)]


def test_time_moves_on_within_an_instance_and_objective() -> None:
    assert wrong(line() + line(good=612)) == [("E754", 2)]
    earlier = line(at="2026-11-24T03:07:44Z")
    assert wrong(line() + earlier) == [("E754", 2)]
    others = line(instance="node-2") + line(objective="cost") + line(release="acme-v1.0.0")
    assert isinstance(parse(line() + others, path="samples.jsonl"), SliFile)


def test_a_line_that_was_cut_off_is_refused() -> None:
    assert wrong(line() + line()[:-1]) == [("E751", 2)]
    assert wrong(line() + line()[:-9]) == [("E751", 2)]


def test_every_wrong_line_is_named_up_to_a_hundred() -> None:
    assert wrong(b"x\n" + line() + b"y\n") == [("E752", 1), ("E752", 3)]
    assert len(wrong(b"x\n" * 300)) == 100


def test_a_file_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sli_file, "MAX_BYTES", 100)
    file = tmp_path / "samples.jsonl"
    file.write_bytes(line() * 2)
    found = load(file)
    assert isinstance(found, tuple)
    assert [(one.code, one.line, one.expected) for one in found] == [
        ("E751", 0, "at most 100 bytes")
    ]


def test_a_file_that_cannot_be_read_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(FedfuseError, match=r"missing\.jsonl: No such file"):
        load(tmp_path / "missing.jsonl")


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    parse(data, path="samples.jsonl")
    parse(line() + data + b"\n", path="samples.jsonl")
