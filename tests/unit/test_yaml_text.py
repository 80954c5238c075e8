"""Documents written as YAML are read back by the strict loader as the same values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedfuse.adapters import yaml_strict
from fedfuse.model import yaml_text
from fedfuse.model.document import Document
from fedfuse.model.yaml_text import Value

_TEXT = st.one_of(
    st.sampled_from(
        ["yes", "NO", "~", "null", "010", "1e5", "1:30", "2026-11-20", ".5", "", "- a"]
    ),
    st.from_regex(r"[0-9a-f]{40}", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9:@/.#{}\[\]'\", +%-]{1,20}", fullmatch=True),
)
_SCALARS = st.one_of(
    _TEXT,
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(1e-9, 1e9).map(lambda number: round(number, 9)),
)
_KEYS = st.from_regex(r"[a-z][a-z0-9_-]{0,12}|[0-9]{1,3}|on|null", fullmatch=True)
_DOCUMENTS = st.dictionaries(
    _KEYS,
    st.recursive(
        _SCALARS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
        max_leaves=12,
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=60)
@given(_DOCUMENTS)
def test_what_was_written_is_read_back_as_the_same_values(document: dict[str, Value]) -> None:
    loaded = yaml_strict.load(yaml_text.render(document).encode(), path="x.yaml")
    assert isinstance(loaded, Document), loaded
    assert loaded.value == document


@pytest.mark.parametrize(
    ("value", "spelling"),
    [
        ("hf://acme/textgen-lora-v3", "hf://acme/textgen-lora-v3"),
        ("deadbeefdeadbeefdeadbeefdeadbeefdeadbeef", '"deadbeefdeadbeefdeadbeefdeadbeefdeadbeef"'),
        ("2026-11-20", '"2026-11-20"'),
        ("no", '"no"'),
        ("1xL4", '"1xL4"'),
        (0.0009, "0.0009"),
        (180.0, "180.0"),
        (1e-07, "0.0000001"),
        (3, "3"),
    ],
)
def test_values_have_the_spelling_people_expect(value: str | float, spelling: str) -> None:
    assert yaml_text.scalar(value) == spelling


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_not_finite_is_never_written(number: float) -> None:
    with pytest.raises(ValueError, match="no finite number"):
        yaml_text.scalar(number)


def test_short_collections_are_on_one_line_and_long_ones_are_not() -> None:
    files: list[Value] = [{"path": "a.json", "size": 1}, {"path": "b.json", "size": 2}]
    document: dict[str, Value] = {"machine": {"accelerator": "L4"}, "artifact": {"files": files}}
    assert yaml_text.render(document) == (
        "machine: {accelerator: L4}\n"
        "artifact:\n"
        "  files:\n"
        "    - {path: a.json, size: 1}\n"
        "    - {path: b.json, size: 2}\n"
    )
