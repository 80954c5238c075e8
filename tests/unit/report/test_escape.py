"""Foreign strings lose their power and keep their meaning."""

import re

import pytest
from hypothesis import assume, example, given
from tests.unit.report.hostile import HOSTILE, Rendered, hostile_text

from fedfuse.report.escape import code, line_start, log_line, phrase, table_row, visible


@given(hostile_text)
def test_visible_text_is_one_line_of_printable_ascii(text: str) -> None:
    shown = visible(text, limit=80)
    assert re.fullmatch(r"[ -~]*", shown)
    assert len(shown) <= 80
    assert "##[" not in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain: a/b@v1", "plain: a/b@v1"),
        ("\u0430cme", r"\u0430cme"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\x1b[2J", r"\u001b[2J"),
        ("\u202e\U0001f600", r"\u202e\U0001f600"),
        ("##[error]", r"#\u0023[error]"),
    ],
)
def test_odd_characters_are_shown_as_escapes(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_long_text_ends_in_an_ellipsis() -> None:
    assert visible("x" * 21, limit=20) == "x" * 17 + "..."
    assert visible("x" * 20, limit=20) == "x" * 20


@given(hostile_text)
def test_no_line_is_a_workflow_command(text: str) -> None:
    assert not log_line(visible(text)).lstrip().startswith("::")


def test_a_workflow_command_is_still_readable() -> None:
    assert log_line("  ::error::x") == r"  :\u003aerror::x"
    assert log_line("arn:aws:iam::1") == "arn:aws:iam::1"


@given(hostile_text)
def test_a_code_span_holds_exactly_the_visible_text(text: str) -> None:
    rendered = Rendered.of(f"a {code(text)} z")
    rendered.assert_inert()
    shown = visible(visible(text).strip().replace("`", r"\u0060"))
    assert rendered.codes == ((shown,) if shown else ())


@given(hostile_text)
def test_a_phrase_is_inert_wherever_it_stands_in_a_line(text: str) -> None:
    for line in ("a {}", "- b: {}", "### c {} d"):
        rendered = Rendered.of(line.format(phrase(text)))
        rendered.assert_inert()
        assert rendered.blocks == Rendered.of(line.format("harmless")).blocks


@given(hostile_text)
@example("1. one")
@example("> quote")
def test_an_item_is_one_line_of_a_list(text: str) -> None:
    rendered = Rendered.of(
        "\n".join(f"- {line_start(phrase(one))}" for one in ("first", text, "last"))
    )
    rendered.assert_inert()
    assert rendered.blocks == ("ul", *("li", "/li") * 3, "/ul")


@pytest.mark.parametrize(
    ("text", "shown"), [("1. one", "1. one"), (">= 2", ">= 2"), ("1.5 %", "1.5 %"), ("v2", "v2")]
)
def test_an_item_reads_as_it_was_said(text: str, shown: str) -> None:
    assert Rendered.of(line_start(phrase(text))).text.strip() == shown


@given(hostile_text)
def test_a_phrase_drops_no_character_but_marks_and_spaces(text: str) -> None:
    assume(text.count("`") < 50)
    rendered = Rendered.of(f"a {phrase(text)}")
    seen = rendered.text.strip().replace(r"\u0060", "`")

    def letters(shown: str) -> str:
        return shown.replace("(blank)", "").translate(str.maketrans("", "", " `"))

    assert letters(seen) == "a" + letters(visible(text, limit=500))


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("p95 231 ms, limit 210 ms (baseline 200 ms +5 %)",) * 2,
        ("0 of 6 categories worse (smallest p 0.31, limit 0.05): a non-inferior one",) * 2,
        ("v2 -> v3 over 15,361 items",) * 2,
        ("run `fedfuse new --help`; then push", "run `fedfuse new --help`; then push"),
        ("against hf/a@v2 (see gcp/b@v1)", "against `hf/a@v2` (see `gcp/b@v1`)"),
        ('refuses {"a": "x y"}: too long', 'refuses `{"a": "x y"}`: too long'),
        ("the key latency_ms_p95 is missing", "the key `latency_ms_p95` is missing"),
        ("@alice fixes #1", "`@alice` fixes `#1`"),
        ("commit deadbeef1 or 1234567", "commit `deadbeef1` or `1234567`"),
        ("it defaced a facade", "it `defaced` a facade"),
        ("a@b c@d, e", "`a@b c@d`, e"),
        ("see www. or (www.) there", "see `www`. or (`www.`) there"),
    ],
)
def test_a_phrase_reads_as_prose_with_code_in_it(text: str, markdown: str) -> None:
    assert phrase(text) == markdown


@given(hostile_text, hostile_text)
def test_a_table_keeps_its_columns(first: str, second: str) -> None:
    rows = [table_row(("a", "b", "c")), table_row(("---",) * 3)]
    rows.append(table_row((code(first), phrase(second), phrase(first))))
    rendered = Rendered.of("\n".join(rows))
    rendered.assert_inert()
    harmless = [*rows[:2], table_row(("x", "y", "z"))]
    assert rendered.blocks == Rendered.of("\n".join(harmless)).blocks


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_pipe_reaches_the_reader_of_a_table_as_a_pipe(text: str) -> None:
    rendered = Rendered.of("\n".join((table_row("a"), table_row(["---"]), table_row([code(text)]))))
    shown = visible(visible(text).strip().replace("`", r"\u0060"))
    assert rendered.codes == ((shown,) if shown else ())
