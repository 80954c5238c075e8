"""The two renderers of blocks: nothing foreign acts, and what does not fit is counted."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.report.hostile import HOSTILE, Rendered, hostile_text

from fedfuse.report import markdown, text
from fedfuse.report.blocks import (
    Block,
    Code,
    Content,
    Details,
    Fence,
    Heading,
    Items,
    Lines,
    Own,
    Paragraph,
    Strong,
    Table,
    Words,
)

REST = "`fedfuse x --format json` has all of it."


def quoting(foreign: str) -> tuple[Block, ...]:
    """Every block, with the text wherever a text can stand, also where a line begins."""
    words: Words = (foreign, Code(foreign, ":"), Strong(foreign, ","), Strong(Code(foreign)))
    lines = Lines((foreign, words, Code(foreign)))
    row = (foreign, Code(foreign), lines)
    inner = (Paragraph(foreign), Items([foreign, lines]), Table(("a", "b", "c"), [row]))
    return (
        Heading(words),
        Paragraph(foreign),
        Paragraph(lines),
        Table(("a", "b", "c"), [row, row], numbers=1),
        Items([foreign, words, lines]),
        Items([foreign, words, lines], numbered=True),
        Fence((foreign, foreign), "sh"),
        Details("Our own words", inner),
    )


@settings(max_examples=100)
@given(hostile_text)
def test_foreign_text_neither_acts_nor_adds_to_the_structure_of_markdown(foreign: str) -> None:
    rendered = Rendered.of(markdown.render(quoting(foreign)))
    rendered.assert_inert()
    if foreign.strip():
        assert rendered.blocks == Rendered.of(markdown.render(quoting("harmless"))).blocks


@pytest.mark.parametrize("foreign", HOSTILE, ids=range(len(HOSTILE)))
def test_no_known_trick_works_in_any_block(foreign: str) -> None:
    Rendered.of(markdown.render(quoting(foreign))).assert_inert()


@settings(max_examples=100)
@given(hostile_text)
def test_foreign_text_neither_acts_nor_adds_a_line_on_a_terminal(foreign: str) -> None:
    lines = text.render(quoting(foreign)).split("\n")
    assert all(re.fullmatch(r"[ -~]*", line) for line in lines)
    assert not any("##[" in line or line.lstrip().startswith("::") for line in lines)
    if foreign.strip():
        assert len(lines) == text.render(quoting("harmless")).count("\n") + 1


@pytest.mark.parametrize("foreign", ["=", "= =", "1. one", "> quote", "1) one", "# one", "- one"])
def test_what_begins_a_line_begins_no_other_block(foreign: str) -> None:
    shown = Rendered.of(markdown.render([Paragraph(Lines(("before", foreign)))]))
    assert shown.blocks == ("p", "/p")
    assert shown.text.split() == ["before", *foreign.split()]


@settings(max_examples=100)
@given(st.lists(st.integers(0, 300), max_size=4), st.integers(0, 400), st.integers(2_500, 20_000))
def test_markdown_stays_in_its_room_and_counts_what_it_leaves_out(
    lists: list[int], folded: int, room: int
) -> None:
    entries = [[f"entry {n} of a list" for n in range(count)] for count in lists]
    blocks: tuple[Block, ...] = (
        *(Items(one, noun="entry of that") for one in entries),
        Details("Folded", (Items([f"folded {n}" for n in range(folded)]),) if folded else ()),
    )
    shown = markdown.render(blocks, room=room, rest=REST)
    assert len(shown) <= room
    left = sum(int(n.replace(",", "")) for n in re.findall(r"…and ([\d,]+) more entry", shown))
    assert shown.count("- entry ") + left == sum(lists)
    whole = markdown.render(blocks)
    assert (shown == whole) or REST in shown
    assert markdown.render(blocks, room=len(whole) + 2_000, rest=REST) == whole


def test_a_section_that_fits_stays_whole_beside_one_that_is_cut() -> None:
    long = Details("Long", (Items([f"long {n}" for n in range(900)], noun="long one"),))
    short = Details("Short", (Paragraph("all of it"),))
    shown = markdown.render((long, short), room=6_000, rest=REST)
    assert "all of it" in shown
    assert re.search(r"…and \d+ more long ones\. `fedfuse x", shown)
    assert "Left out, as GitHub limits the length of a text: Long." in (
        markdown.render((long, short), room=1_500, rest=REST)
    )


def test_columns_align_and_the_lines_of_a_cell_stand_below_each_other() -> None:
    rows: list[tuple[Content, ...]] = [
        ("a", Lines(("one", ("Fix:", Code("two")))), "x"),
        ("longer", "three", "y"),
    ]
    assert text.render([Paragraph("intro:"), Table(("p", "q", "r"), rows)]).splitlines() == [
        "intro:",
        "  a       one       x",
        "          Fix: two",
        "  longer  three     y",
    ]


def test_what_is_empty_is_not_shown() -> None:
    nothing = (
        Paragraph(""),
        Paragraph(Lines(())),
        Table(("a",), []),
        Items([]),
        Fence((), "sh"),
        Details("Folded", ()),
    )
    assert text.render(nothing) == ""
    assert markdown.render(nothing) == "\n"
    assert text.render((*nothing, Paragraph("x"), *nothing)) == "x\n"


def test_each_reader_gets_our_own_words_in_the_form_for_it() -> None:
    blocks = [Paragraph((Own("**Fix:**", "fix:"), "run `fedfuse status`"))]
    assert markdown.render(blocks) == "**Fix:** run `fedfuse status`\n"
    assert text.render(blocks) == "fix: run `fedfuse status`\n"
