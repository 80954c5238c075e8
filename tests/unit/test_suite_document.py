import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedfuse.engine.v1.admission import suite_document
from fedfuse.model.canonical import sha256
from fedfuse.model.codes import evidence as codes
from fedfuse.model.finding import Finding
from fedfuse.model.suite import Item, Suite

FOLDER = "schemas/suites/small/v1"
FIRST = {"id": "q1", "category": "echo", "cluster": "echo-01", "prompt": "Say x."}
SECOND = {"id": "q2", "category": "echo", "cluster": "echo-02", "critical": True}


def lines(*items: Mapping[str, Any]) -> bytes:
    return b"".join(json.dumps(item).encode() + b"\n" for item in items)


def parse(
    data: bytes = lines(FIRST, SECOND),
    *,
    pin: Mapping[str, Any] | None = None,
    folder: str = FOLDER,
    files: Mapping[str, bytes] | None = None,
) -> tuple[Suite | None, tuple[Finding, ...]]:
    pinned = {"file": "quality.jsonl", "items": 2, "sha256": sha256(data), **(pin or {})}
    document = {"name": "small", "version": 1, "parts": {"quality": pinned}}
    given_files = {"quality.jsonl": data} if files is None else files
    suite, found = suite_document.parse(document, folder=folder, sha256="f" * 64, files=given_files)
    assert (suite is None) == bool(found)
    return suite, found


def test_a_category_may_be_any_prompt_type() -> None:
    suite, _ = parse(lines({**FIRST, "category": "long_form-code"}, SECOND))
    assert suite is not None
    assert suite.items(("quality",))[0].category == "long_form-code"


def test_a_suite_holds_its_items_in_order_with_their_meaning() -> None:
    suite, _ = parse()
    assert suite is not None
    assert (suite.name, suite.version, suite.sha256) == ("small", 1, "f" * 64)
    assert suite.items(("quality",)) == (
        Item("q1", "quality", "echo", "echo-01", size_bytes=6),
        Item("q2", "quality", "echo", "echo-02", critical=True),
    )


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"rubbish\n" + lines(SECOND), 1),
        (lines(FIRST) + b"\n" + lines(SECOND), 2),
        (lines(FIRST) + b'{"id":"q2","category":"a","cluster":"b","x":NaN}\n', 2),
        (lines(FIRST) + b"[1]\n", 2),
        (lines(FIRST) + b"[" * 100_000 + b"\n", 2),
        (lines(FIRST) + b"\xff\n", 2),
        (lines(FIRST, {**SECOND, "cluster": 7}), 2),
        (lines(FIRST, {**SECOND, "critical": "yes"}), 2),
        (lines({**FIRST, "category": "Echo!"}, SECOND), 1),
        (lines(FIRST, {"id": "q2"}), 2),
    ],
)
def test_a_line_that_is_no_item_is_named_by_its_number(data: bytes, line: int) -> None:
    _, found = parse(data)
    assert [(one.code, one.path, one.line, one.column) for one in found] == [
        ("E422", f"{FOLDER}/quality.jsonl", line, 1)
    ]


@pytest.mark.parametrize("name", ["q", "Q1", "q123456", "1", "q1\n", "qq1", ""])
def test_an_id_that_evidence_could_not_hold_is_refused(name: str) -> None:
    _, found = parse(lines({**FIRST, "id": name}, SECOND))
    assert [(one.code, one.line) for one in found] == [("E423", 1)]


def test_an_id_that_names_two_items_is_refused() -> None:
    _, found = parse(lines(FIRST, FIRST))
    assert [one.code for one in found] == ["E423"]


def test_a_changed_part_file_is_refused() -> None:
    _, found = parse(pin={"sha256": "0" * 63 + "1"})
    assert [one.code for one in found] == ["E421"]


def test_a_missing_part_file_is_refused() -> None:
    _, found = parse(files={})
    assert [one.code for one in found] == ["E420"]


def test_a_wrong_number_of_items_is_refused() -> None:
    _, found = parse(pin={"items": 3})
    assert [(one.code, one.expected, one.found) for one in found] == [("E424", "3", "2")]


def test_a_suite_in_the_folder_of_another_is_refused() -> None:
    _, found = parse(folder="schemas/suites/small/v2")
    (one,) = found
    assert (one.code, one.place) == ("E425", "schemas/suites/small/v2/suite.yaml")
    assert (one.line, one.column) == (0, 0)
    assert (one.expected, one.found) == ("schemas/suites/small/v1", "schemas/suites/small/v2")


def test_every_code_of_the_family_is_catalogued_once() -> None:
    listed = [rule.code for rule in codes.RULES]
    assert len(set(listed)) == len(listed)
    assert {"E420", "E421", "E422", "E423", "E424", "E425", "E430"} <= set(listed)


@given(data=st.binary(max_size=300))
def test_no_part_file_makes_the_parser_raise(data: bytes) -> None:
    parse(data)


_ECHO = {"part": "quality", "category": "echo"}
OUTLINE = (
    {**_ECHO, "id": "q1", "cluster": "echo-01", "texts": 1, "size_bytes": 6},
    {"id": "q2", "part": "quality", "category": "echo", "cluster": "echo-02", "critical": True},
)


def sealed(
    outline: bytes = lines(*OUTLINE), *, published: bytes | None = None, **more: Any
) -> tuple[Suite | None, list[str]]:
    data = lines(FIRST, SECOND)
    pin = {"file": "quality.jsonl", "items": 2, "sha256": sha256(published or data)}
    document = {"name": "small", "version": 1, "parts": {"quality": pin}, **more}
    document["sealed"] = {"file": "outline.jsonl", "sha256": sha256(outline)}
    files = {"outline.jsonl": outline, **({"quality.jsonl": published} if published else {})}
    suite, found = suite_document.parse(document, folder=FOLDER, sha256="f" * 64, files=files)
    assert (suite is None) == bool(found)
    return suite, [one.code for one in found]


def test_a_sealed_suite_is_judged_by_its_outline_as_it_will_be_by_its_items() -> None:
    before, _ = sealed()
    after, _ = sealed(published=lines(FIRST, SECOND))
    whole, _ = parse()
    assert before is not None
    assert after is not None
    assert whole is not None
    assert (before.sealed, after.sealed, whole.sealed) == (True, False, False)
    assert before.parts == after.parts == whole.parts
    assert before.label == "small/v1"


@pytest.mark.parametrize(
    ("outline", "code"),
    [
        (lines(OUTLINE[0]), "E424"),
        (lines(OUTLINE[0], OUTLINE[0]), "E423"),
        (lines(OUTLINE[0], {**OUTLINE[1], "part": "policy"}), "E422"),
        (lines(OUTLINE[0], {**OUTLINE[1], "part": ["quality"]}), "E422"),
        (lines(OUTLINE[0], {**OUTLINE[1], "id": "Q2"}), "E422"),
        (lines(OUTLINE[0]) + b"{\n", "E422"),
    ],
)
def test_an_outline_names_every_item_of_its_parts_once(outline: bytes, code: str) -> None:
    assert sealed(outline)[1] == [code]


def test_a_sealed_suite_names_no_generator() -> None:
    assert sealed(generator={"name": "ours", "seed": 7})[1] == ["E465"]


def test_published_items_have_the_meaning_that_the_outline_gave_them() -> None:
    assert sealed(published=lines(FIRST, {**SECOND, "cluster": "echo-03"}))[1] == ["E466"]
    assert sealed(published=lines(FIRST, {**SECOND, "critical": False}))[1] == ["E466"]
    assert sealed(published=lines(SECOND, FIRST))[1] == ["E466"], "evidence follows their order"
