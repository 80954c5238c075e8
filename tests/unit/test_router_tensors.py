"""Safetensors files read by hand: whatever the bytes, there is an answer; what is read is whole."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors import SafetensorError
from safetensors.numpy import load, save

from fedfuse.engine.v1.admission.router_tensors import parse
from tests.support import router_folder, tiny_embedding

NAMES = st.sampled_from(["embeddings", "bias", "__metadata__", ""])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**40) | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
ENTRIES = VALUES | st.fixed_dictionaries(
    {
        "dtype": st.sampled_from(["F32", "I8", "BOOL"]) | VALUES,
        "shape": st.lists(st.integers(-1, 4), max_size=3) | VALUES,
        "data_offsets": st.lists(st.integers(-1, 20), max_size=3) | VALUES,
    }
)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    parse(data)


@given(st.dictionaries(NAMES, ENTRIES, max_size=3), st.binary(max_size=20))
def test_no_header_breaks_the_reader_and_what_it_takes_the_library_takes(
    header: dict[str, object], body: bytes
) -> None:
    data = router_folder.framed(json.dumps(header).encode(), body)
    found = parse(data)
    if not isinstance(found, str):
        assert sum(len(one.data) for one in found.values()) == len(body)
        for one in found.values():
            assert len(one.numbers()) == math.prod(one.shape)


def test_a_header_may_end_the_file_and_may_not_go_beyond() -> None:
    header = b'{"a": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}}'
    whole = router_folder.framed(header, b"")
    assert not isinstance(parse(whole), str)
    assert parse(whole[:-1]) == f"the header is said to have {len(header)} bytes"


def test_what_the_library_writes_is_read_number_by_number(tmp_path: Path) -> None:
    folder = tiny_embedding.write(tmp_path, ("one two three",))
    data = (folder / "model.safetensors").read_bytes()
    theirs, ours = load(data), parse(data)
    assert not isinstance(ours, str)
    assert ours.keys() == theirs.keys()
    for name, tensor in ours.items():
        assert tensor.shape == theirs[name].shape
        assert list(tensor.numbers()) == theirs[name].ravel().tolist()
    assert save(theirs) == data


@pytest.mark.parametrize("cut", [0, 7, 8, 60, -1])
def test_a_file_that_was_cut_is_refused_as_the_library_refuses_it(cut: int) -> None:
    data = router_folder.safetensors(router_folder.head(3))[:cut]
    assert isinstance(parse(data), str)
    with pytest.raises(SafetensorError):
        load(data)
