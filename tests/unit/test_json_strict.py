import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedfuse.adapters import strict_text
from fedfuse.adapters.json_strict import load_json
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding


def load(text: str | bytes) -> Document | tuple[Finding, ...]:
    return load_json(text.encode() if isinstance(text, str) else text, path="x.json")


def places(text: str | bytes) -> list[str]:
    findings = load(text)
    assert not isinstance(findings, Document), findings.value
    assert all(finding.fix for finding in findings)
    return [f"{f.code} {f.line}:{f.column}" if f.line else f.code for f in findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{\n  "a": 1,\n  "a": 2\n}', "E117 3:3"),
        ('{"a": 1, "\\u0061": 2}', "E117 1:10"),
        ('{"Name": 1, "name": 2}', "E117 1:13"),
        ('{"x": [{"b": 1, "b": 1}]}', "E117 1:17"),
        ('{"a": NaN}', "E119 1:7"),
        ('{"a": [1,\n-Infinity]}', "E119 2:1"),
        ('{"a": 1e999}', "E119 1:7"),
        ('{"a": -0.0}', "E119 1:7"),
        ('{"a": -0}', "E119 1:7"),
        ('{"a": 9007199254740993}', "E119 1:7"),
        ('{"a": ' + "9" * 4000 + "}", "E119 1:7"),
        ('{"a": ' + "9" * 5000 + "}", "E119"),
        ('{"a": "\\u202e"}', "E106 1:7"),
        ('{"a": "\\ud800"}', "E106 1:7"),
        ('{"\\u0000": 1}', "E106 1:2"),
        ('{"a": "\\t"}', "E106 1:7"),
        ('{"a":\t1}', "E105 1:6"),
        ('{"a": 1}\r\n', "E104 1:9"),
        ("{'a': 1}", "E120 1:2"),
        ('{"a": 1,}', "E120 1:9"),
        ('{"a": 01}', "E120 1:8"),
        ('{"a": 1} // why', "E120 1:10"),
        ('{"a": 1}\n{"b": 2}', "E120 2:1"),
        ('{"a": [1, 2}', "E120 1:12"),
        ("", "E120 1:1"),
        ("[1]", "E114 1:1"),
        ('"a"', "E114 1:1"),
        (b'{"a": "\xff"}', "E103 1:8"),
        (b"\xef\xbb\xbf{}", "E102 1:1"),
        ('{"a": ' + "[" * 32 + "]" * 32 + "}", "E112 1:38"),
        ('{"a": ' + "[" * 500_000, "E112"),
        (b"{" + b" " * 2_097_152 + b"}", "E101"),
    ],
)
def test_what_readers_would_differ_about_is_refused_at_its_place(
    text: str | bytes, expected: str
) -> None:
    assert places(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "{}\n",
        '{"a": 1, "b": 1}',
        '{"a": [{"a": 1}, {"a": 1}]}',
        '{"a": 9007199254740992, "b": -9007199254740992}',
        '{"a": 1e-05, "b": 1E5, "c": 0.0}',
        '{"a": "\\u00e9\\n \\" \\\\ \\/"}',
        '{"a": ' + "[" * 31 + "]" * 31 + "}",
    ],
)
def test_plain_json_is_read_as_everywhere(text: str) -> None:
    document = load(text)
    assert isinstance(document, Document), document
    assert document.value == json.loads(text)


def test_all_problems_are_reported_at_once() -> None:
    text = '{"a": NaN,\n "a": -0,\n "b": "\\u200b"}'
    assert places(text) == ["E119 1:7", "E117 2:2", "E119 2:7", "E106 3:7"]


def test_marks_name_the_first_character_of_keys_and_values() -> None:
    document = load('{\n  "a": [1, {"b": "x,y:{"}],\n  "c\\u0064": {}\n}\n')
    assert isinstance(document, Document)
    assert document.mark() == (1, 1)
    assert document.key_mark(("a",)) == (2, 3)
    assert document.mark(("a",)) == (2, 8)
    assert document.mark(("a", 1, "b")) == (2, 18)
    assert document.key_mark(("cd",)) == (3, 3)
    assert document.mark(("a", 7, "b")) == (2, 8)
    assert document.mark(("z",)) == (1, 1)


@given(st.text(alphabet='{}[],:"\\ 01-.eENaInfnull\ntrue', max_size=30))
def test_any_text_is_a_document_or_findings(text: str) -> None:
    document = load(text)
    if isinstance(document, Document):
        assert document.value == json.loads(text)
    else:
        assert document


VISIBLE = st.text(max_size=8).filter(lambda text: strict_text.invisible_in(text) is None)
SOUND = st.floats(allow_nan=False, allow_infinity=False).filter(
    lambda number: number != 0.0 or math.copysign(1, number) > 0
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), SOUND, VISIBLE),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(
            st.tuples(VISIBLE, inner),
            max_size=4,
            unique_by=lambda pair: strict_text.identity(pair[0]),
        ).map(dict),
    ),
    max_leaves=10,
)


@settings(max_examples=40)
@given(VALUES)
def test_what_was_written_is_read_back_the_same(value: Any) -> None:
    document = load(json.dumps({"value": value}))
    assert isinstance(document, Document), document
    assert repr(document.value["value"]) == repr(value)
