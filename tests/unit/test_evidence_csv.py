from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fedfuse.engine.v1.admission import evidence_csv
from fedfuse.engine.v1.stats.copies import timings
from fedfuse.model.codes import evidence as codes
from fedfuse.model.evidence import Row, to_csv
from fedfuse.model.finding import Finding
from fedfuse.model.suite import Item

PATH = "manifests/acme/textgen/v1.evidence.csv"
ITEMS = tuple(Item(f"q{n}", "quality", "echo", "quality-echo-01") for n in range(1, 5))
GOOD = (
    "item,outcome,score,latency_ms,input_tokens,output_tokens\n"
    "q1,ok,1,120.5,31,4\n"
    "q2,ok,0.3333,80,29,7\n"
    "q3,ok,0,95.1,30,16\n"
    "q4,ok,0.5,101,30,2\n"
)


def findings(text: str | bytes) -> tuple[Finding, ...]:
    data = text if isinstance(text, bytes) else text.encode()
    evidence, found = evidence_csv.parse(data, path=PATH, items=ITEMS)
    assert (evidence is None) == bool(found)
    return found


def places(found: tuple[Finding, ...]) -> list[tuple[str, int, int]]:
    return [(one.code, one.line, one.column) for one in found]


def test_good_evidence_is_read_row_by_row() -> None:
    evidence, found = evidence_csv.parse(GOOD.encode(), path=PATH, items=ITEMS)
    assert found == ()
    assert evidence is not None
    assert evidence.rows[1] == Row("q2", True, 0.3333, 80.0, 29, 7)  # noqa: FBT003 - outcome `ok`
    assert not evidence.paired


def test_interleaved_evidence_keeps_the_latency_of_the_baseline() -> None:
    text = "item,outcome,score,latency_ms,baseline_latency_ms,input_tokens,output_tokens\n"
    data = (text + "q1,ok,1,120.5,99.9,31,4\n").encode()
    evidence, found = evidence_csv.parse(data, path=PATH, items=ITEMS[:1])
    assert found == ()
    assert evidence is not None
    assert evidence.paired
    assert evidence.rows[0].baseline_latency_ms == 99.9


def swap(old: str, new: str) -> Callable[[], str]:
    assert GOOD.count(old) == 1, old
    return lambda: GOOD.replace(old, new)


BAD: dict[str, tuple[Callable[[], str], list[tuple[str, int, int]]]] = {
    "empty": (lambda: "", [("E402", 1, 1)]),
    "no last line end": (lambda: GOOD[:-1], [("E402", 5, 1)]),
    "carriage return": (swap("31,4\n", "31,4\r\n"), [("E402", 2, 19)]),
    "byte order mark": (lambda: "\ufeff" + GOOD, [("E402", 1, 1)]),
    "letter outside ASCII": (swap("q1,ok", "q1,ök"), [("E402", 2, 4)]),
    "tab": (swap("q1,ok", "q1,\tok"), [("E402", 2, 4)]),
    "other header": (swap("score,latency_ms", "latency_ms,score"), [("E403", 1, 1)]),
    "cell too many": (swap("31,4", "31,4,"), [("E404", 2, 1)]),
    "cell too few": (swap("31,4", "31"), [("E404", 2, 1)]),
    "blank line": (swap("31,4\n", "31,4\n\n"), [("E404", 3, 1), ("E405", 3, 1)]),
    "quoted cell": (swap("q1,", '"q1",'), [("E405", 2, 1), ("E405", 2, 1)]),
    "item left out": (swap("q2,ok,0.3333,80,29,7\n", ""), [("E405", 3, 1)]),
    "last item left out": (swap("q4,ok,0.5,101,30,2\n", ""), [("E405", 5, 1)]),
    "item twice": (swap("q2,ok", "q1,ok"), [("E405", 3, 1)]),
    "item too many": (lambda: GOOD + "q5,ok,1,1,1,1\n", [("E405", 6, 1)]),
    "unknown outcome": (swap("q1,ok", "q1,skipped"), [("E406", 2, 4)]),
    "score above one": (swap("ok,1,", "ok,1.1,"), [("E407", 2, 7)]),
    "negative score": (swap("ok,0.5", "ok,-0.5"), [("E407", 5, 7)]),
    "score with five decimals": (swap("0.3333", "0.33333"), [("E407", 3, 7)]),
    "score that is no number": (swap("ok,1,", "ok,nan,"), [("E407", 2, 7)]),
    "infinite latency": (swap("120.5", "inf"), [("E407", 2, 9)]),
    "latency with two decimals": (swap("120.5", "120.51"), [("E407", 2, 9)]),
    "latency with an exponent": (swap("120.5", "1e3"), [("E407", 2, 9)]),
    "latency with leading zero": (swap("120.5", "0120.5"), [("E407", 2, 9)]),
    "broken tokens": (swap("31,4", "31.0,4"), [("E407", 2, 15)]),
    "negative tokens": (swap("31,4", "31,-4"), [("E407", 2, 18)]),
    "error with a score": (swap("q1,ok", "q1,error"), [("E408", 2, 10), ("E409", 0, 0)]),
    "too many errors": (swap("q3,ok", "q3,error"), [("E409", 0, 0)]),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_evidence_is_refused_with_code_line_and_column(case: str) -> None:
    text, expected = BAD[case]
    assert places(findings(text())) == expected


def test_all_problems_are_shown_at_once() -> None:
    text = GOOD.replace("q1,ok", "q1,fine").replace("0.3333", "2").replace("95.1", "-1")
    assert places(findings(text)) == [("E406", 2, 4), ("E407", 3, 7), ("E407", 4, 9)]


def test_a_file_of_rubbish_gives_at_most_a_hundred_findings() -> None:
    assert len(findings(GOOD + "rubbish\n" * 5000)) == 100


def test_an_oversized_file_is_refused_before_it_is_read() -> None:
    assert places(findings(b"\xff" * (192 * 1024 + 1))) == [("E401", 0, 0)]


def test_every_code_in_use_is_explained() -> None:
    explained = {rule.code for rule in codes.RULES}
    assert {code for _, expected in BAD.values() for code, _, _ in expected} <= explained


numbers = st.integers(0, 10_000)
rows = st.builds(
    lambda score, latency, tokens, ok: Row(
        "q1", ok, score / 10_000 if ok else 0.0, latency / 10, tokens, tokens
    ),
    numbers,
    st.integers(0, 9_999_999),
    numbers,
    st.booleans(),
)


@given(drawn=st.lists(rows, max_size=60), base=st.sampled_from([None, 0.1]))
def test_parsing_what_was_rendered_gives_the_same_rows(
    drawn: list[Row], base: float | None
) -> None:
    made = [
        Row(f"q{n}", row.ok, row.score, row.latency_ms, row.input_tokens, row.output_tokens, base)
        for n, row in enumerate(drawn)
    ]
    items = tuple(Item(row.item, "quality", "c", "c") for row in made)
    evidence, found = evidence_csv.parse(to_csv(made), path=PATH, items=items)
    if {one.code for one in found} == {"E409"}:
        return
    assert evidence is not None
    assert evidence.rows == tuple(made)
    assert to_csv(evidence.rows) == to_csv(made)


@given(data=st.binary(max_size=200))
def test_no_bytes_make_the_parser_raise(data: bytes) -> None:
    findings(data)


@given(tail=st.text(alphabet="q1234,.oker\n-e", max_size=60))
def test_no_text_after_a_good_header_makes_the_parser_raise(tail: str) -> None:
    findings(GOOD.split("\n", maxsplit=1)[0] + "\n" + tail)


CELLS = st.text("0123456789.", max_size=30) | st.just("9" * 5000)


@given(cells=st.lists(st.tuples(CELLS, CELLS), max_size=5))
@example(cells=[("1..5", "2")])
@example(cells=[("3", "9" * 5000)])
def test_timings_of_any_file_are_compared_without_a_crash(cells: list[tuple[str, str]]) -> None:
    """Broken evidence is compared too, here and wherever a refused file lies on main."""
    lines = "".join(f"q{n},ok,1,{ours},{theirs},5,6\n" for n, (ours, theirs) in enumerate(cells))
    for found in timings(lines.encode()):
        assert len(found.items) <= len(cells)
        assert all(0 < cell < 10**10 for cell in found.cells)
