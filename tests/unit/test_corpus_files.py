"""Every file of the corpus is a case that a test runs; a file that is no case stops the run."""

from pathlib import Path

import pytest

from tests.support.corpus import CORPUS, FOLDERS, cases, content, read

GOOD = "bad: a\nexpect: [E1 1:1]\ngood: b\n"


def test_every_file_is_a_case_in_a_folder_that_a_test_reads() -> None:
    files = {path for path in CORPUS.rglob("*") if path.is_file()} - {CORPUS / "README.md"}
    assert files == set(cases(*FOLDERS))
    assert len(files) > 500


def test_each_file_is_a_whole_case() -> None:
    for path in cases(*FOLDERS):
        assert read(path).expect


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("bad: [", "while parsing"),
        ("", "fields bad"),
        ("bad: a\ngood: b\n", "fields bad"),
        (GOOD + "wrong: c\n", "fields bad"),
        (GOOD + "good: c\n", "good occurs twice"),
        (GOOD + "replace: {b: a}\n", "fields bad"),
        (GOOD.replace("good: b", "good: a"), "the same"),
        (GOOD.replace("[E1 1:1]", "[]"), "list of findings"),
        (GOOD.replace("[E1 1:1]", "E1 1:1"), "list of findings"),
        (GOOD.replace("bad: a", "replace: {c: d}"), "'c' 0 times, not once"),
        (GOOD.replace("bad: a", "replace: {b: [1]}"), "no text: 1"),
    ],
)
def test_a_file_that_is_no_case_is_named(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "case.yaml").write_text(text, encoding="ascii")
    with pytest.raises(ValueError, match=rf"case\.yaml: [\s\S]*{problem}"):
        read(tmp_path / "case.yaml")


def test_a_case_that_replaces_differs_from_its_good_twin_there_only(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text("replace: {b: c}\nexpect: [E1]\ngood: a b\n")
    assert read(tmp_path / "case.yaml").bad == "a c"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("caf\u00e9", b"caf\xc3\xa9"),
        ({"bytes": "caf\u00e9"}, b"caf\xe9"),
        (["a", {"repeat": "[", "times": 3}, "b"], b"a[[[b"),
    ],
)
def test_a_document_is_the_bytes_of_its_text(value: object, expected: bytes) -> None:
    assert content(value) == expected
