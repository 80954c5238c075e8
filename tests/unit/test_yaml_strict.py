import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from fedfuse.adapters import format_finding, strict_text, yaml_scalars, yaml_strict
from fedfuse.model.codes.yaml import RULES
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding
from tests.support.corpus import cases, content, read

CASES = cases("yaml")

SAMPLE = b"""\
# a comment
provider: hf
"unit": textgen-lora
artifact:
  files:
    - {path: a.json, size: 812}
    - {path: b.json, size: 1}
title: "caf\xc3\xa9"   # one column per character
last: |
  text
"""


def load(text: str | bytes) -> Document | tuple[Finding, ...]:
    data = text.encode() if isinstance(text, str) else text
    return yaml_strict.load(data, path="x.yaml")


def accepted(text: str | bytes) -> Document:
    document = load(text)
    assert isinstance(document, Document), document
    return document


def refused(text: str | bytes) -> tuple[Finding, ...]:
    findings = load(text)
    assert not isinstance(findings, Document), findings.value
    return findings


def place(finding: Finding) -> str:
    return f"{finding.code} {finding.line}:{finding.column}" if finding.line else finding.code


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_each_bad_file_gives_exactly_its_expected_findings(path: Path) -> None:
    case = read(path)
    assert [place(finding) for finding in refused(content(case.bad))] == list(case.expect)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_good_twin_of_each_bad_file_loads(path: Path) -> None:
    accepted(content(read(path).good))


def test_every_finding_can_be_acted_on() -> None:
    for path in CASES:
        for finding in refused(content(read(path).bad)):
            assert finding.fix, finding
            assert finding.message.isprintable()
            assert finding.found.isascii()
            assert finding.found.isprintable()
            assert len(finding.found) < 200


def test_every_code_has_words_and_a_rule() -> None:
    assert {rule.code for rule in RULES} == format_finding._WORDS.keys()


def test_a_file_of_one_megabyte_is_refused_by_its_size_alone() -> None:
    (finding,) = refused(b"#" * 1_000_000 + b"\xff\r\n")
    assert (finding.code, finding.found) == ("E101", "1000003 bytes")


def test_the_largest_file_is_64_kib() -> None:
    body = b"a: b\n"
    accepted(body + b"#" * (65_536 - len(body)))
    assert refused(body + b"#" * (65_537 - len(body)))[0].code == "E101"


def test_hostile_files_cost_less_than_a_second_and_200_mb_each() -> None:
    child = subprocess.run(
        [sys.executable, "-c", HOSTILE], capture_output=True, text=True, check=True, timeout=60
    )
    slowest_seconds, peak_kib = json.loads(child.stdout)
    assert slowest_seconds < 1
    assert peak_kib < 200 * 1024


HOSTILE = """
import json, re, time
from fedfuse.adapters import yaml_strict
flat = ", ".join(["a"] * 21000)
bomb = "a: &a [x]\\n" + "".join(f"k{i}: &k{i} [{', '.join(['*a'] * 9)}]\\n" for i in range(1400))
texts = (
    "[" * 65000, "{" * 65000, "{a: " * 16000, "- " * 32000, "-  " * 21000, "? " * 32000,
    "a: [" + flat + "]\\n", "a: {" + flat + "}\\n", "a: [" + ":," * 32000 + "]\\n", bomb,
    "a: " + "0" * 65000, "a: " + "1_" * 32000, "a: 1" + ":1" * 32000, "a: " + "1." * 32000,
    "a: 2026-11-20 " + "0 " * 30000, "a: 0." + "0" * 65000, "a: 9" + "9" * 65000,
    "a: |\\n" + "  x\\n" * 16000, "a: '" + "''" * 32000, 'a: "' + "\\\\u0041" * 10000 + '"',
    "# " + "x" * 65000, "a: " + "!" * 65000, "a: " + "&" * 65000, "%" * 65000,
    "\\n" * 65000, "? a\\n" * 16000, "a" * 65000, "x: " + "\\u0301" * 32000,
    "".join(f"{'a' * (i % 7)}{i}: yes\\n" for i in range(5000)),
    "".join(" " * i + "a:\\n" for i in range(350)),
)
slowest = 0.0
for text in texts:
    start = time.process_time()
    yaml_strict.load(text.encode(), path="x.yaml")
    slowest = max(slowest, time.process_time() - start)
peak = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())
print(json.dumps([slowest, int(peak[1])]))
"""


def test_libyaml_is_asked_for_when_it_is_missing() -> None:
    code = (
        "import sys; sys.modules['yaml._yaml'] = None\n"
        "from fedfuse.errors import FedfuseError\n"
        "try:\n    import fedfuse.adapters.yaml_strict\n"
        "except FedfuseError as err:\n    print(err.what, '|', err.fix)\n"
    )
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert child.stdout.startswith("PyYAML was installed without libyaml | pip install")


def test_values_are_what_the_file_says() -> None:
    text = """
a: 3
b: -0.5
c: 1.0e-05
d: true
e: null
f:
g: "true"
h: 1.2.3
i: hf://acme/x
j: 9007199254740992
k: [1, [x y], {}]
l: >
  folded
  text
m: 1xL4
o: 5f2c1d9ae0b7488c6d1e3f90a2b4c6d8e0f1a3b5
2a: ok
"""
    assert accepted(text).value == {
        "a": 3,
        "b": -0.5,
        "c": 1e-05,
        "d": True,
        "e": None,
        "f": None,
        "g": "true",
        "h": "1.2.3",
        "i": "hf://acme/x",
        "j": 2**53,
        "k": [1, ["x y"], {}],
        "l": "folded text\n",
        "m": "1xL4",
        "o": "5f2c1d9ae0b7488c6d1e3f90a2b4c6d8e0f1a3b5",
        "2a": "ok",
    }


def test_marks_name_the_first_character_of_keys_and_values() -> None:
    document = accepted(SAMPLE)
    assert document.mark() == (2, 1)
    assert document.mark(("provider",)) == (2, 11)
    assert document.key_mark(("unit",)) == (3, 1)
    assert document.mark(("artifact", "files", 1)) == (7, 7)
    assert document.key_mark(("artifact", "files", 1, "size")) == (7, 22)
    assert document.mark(("artifact", "files", 1, "size")) == (7, 28)
    assert document.mark(("title",)) == (8, 8)
    assert document.mark(("last",)) == (9, 7)


def test_the_mark_of_something_missing_is_that_of_what_should_hold_it() -> None:
    document = accepted(SAMPLE)
    assert document.mark(("artifact", "uri")) == document.mark(("artifact",))
    assert document.mark(("artifact", "files", 2, "size")) == document.mark(("artifact", "files"))
    assert document.mark(("provider", "name")) == document.mark(("provider",))
    assert document.mark(("nothing",)) == (2, 1)


def test_a_repeated_key_names_the_line_of_the_first() -> None:
    (finding,) = refused("Name: a\nb: c\nname: d\n")
    assert finding.found == '"name", and "Name" in line 1'


def test_an_unclosed_quote_names_the_line_where_it_opened() -> None:
    (finding,) = refused("a: b\nc: 'd\ne: f\n")
    assert "begins in line 2" in finding.message
    assert finding.fix == "close the quote or bracket that is still open"


def test_a_refused_escape_is_no_escape_in_the_finding() -> None:
    (finding,) = refused('a: "\\x1b[2J"\n')
    assert finding.found == "U+001B a control or unassigned character"


SCALARS = st.one_of(
    st.sampled_from(sorted(yaml_scalars.WORDS)),
    st.from_regex(r"[-+]?[0-9_.:xXoObBeE+-]{1,9}", fullmatch=True),
    st.from_regex(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([T ][0-9]{1,2}:[0-9]{2})?", fullmatch=True),
    st.from_regex(r"[-+]?\.(inf|nan|Inf|NaN|5)", fullmatch=True),
    st.from_regex(r"[a-fA-F0-9]{1,8}", fullmatch=True),
    st.text(alphabet="abyYnN01.~=<>&*!|%@`'\"#:,[]{}?- \n", max_size=6),
)
"""Whatever readers could quarrel about."""


@given(st.lists(st.tuples(SCALARS, SCALARS), min_size=1, max_size=4))
def test_an_accepted_file_means_the_same_to_pyyaml(pairs: list[tuple[str, str]]) -> None:
    lines = [f"{key}: {value}" for key, value in pairs]
    for text in ("\n".join(lines), f"a: {{{', '.join(lines)}}}"):
        document = load(text)
        if isinstance(document, Document):
            assert repr(document.value) == repr(yaml.load(text, Loader=yaml.CSafeLoader))


@given(st.text(alphabet="ab01:-, []{}&*!|>%@`'\"#?~=<\\\n.\t", max_size=40))
def test_any_text_is_a_document_like_pyyaml_reads_it_or_a_finding(text: str) -> None:
    document = load(text)
    if isinstance(document, Document):
        assert repr(document.value) == repr(yaml.load(text, Loader=yaml.CSafeLoader))
    else:
        assert document


@given(st.binary(max_size=60))
def test_any_bytes_are_a_document_or_findings(data: bytes) -> None:
    assert load(data)


VISIBLE = st.text(max_size=12).filter(lambda text: strict_text.invisible_in(text) is None)
NUMBERS = st.one_of(
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: repr(x) != "-0.0"),
)


def mappings(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    pairs = st.tuples(VISIBLE, values)
    return st.lists(pairs, max_size=4, unique_by=lambda p: strict_text.identity(p[0])).map(dict)


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, VISIBLE),
    lambda inner: st.one_of(st.lists(inner, max_size=4), mappings(inner)),
    max_leaves=12,
)


class QuotingDumper(yaml.SafeDumper):
    """Quotes every text, as a careful writer would."""


QuotingDumper.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


@settings(max_examples=40)
@given(mappings(VALUES))
def test_what_was_dumped_with_quoted_texts_is_read_back_the_same(value: dict[str, Any]) -> None:
    text = yaml.dump(value, Dumper=QuotingDumper, sort_keys=False)
    assert repr(accepted(text).value) == repr(value)
