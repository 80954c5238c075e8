"""What people read about the open pull requests; in an issue it fits, and nothing acts."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from syrupy.assertion import SnapshotAssertion
from tests.unit.report.hostile import Rendered, hostile_text
from tests.unit.report.open_pulls import candidate, candidates

from fedfuse.model.candidates import Candidate, Candidates
from fedfuse.model.change import Shape
from fedfuse.report import candidates as report
from fedfuse.report import markdown, text
from fedfuse.report.markdown import MAX_CHARS

REST = "`fedfuse candidates --format json` has all of it."
LONG = "the gate says `a|b` and @everyone " * 30


def sample() -> Candidates:
    """One that joins, one in conflict, one with several problems, one that is not green."""
    place = "manifests/gcp/embedder/v2.yaml"
    rest = (
        candidate(9, problems=("conflict: manifests/x/v2.yaml is another file in #10",)),
        candidate(12, problems=(f"{place}: E504: another size", f"{place}: E508: another digest")),
        candidate(13, kind=None, problems=("not green: its fedfuse/verdict is failure",)),
    )
    return candidates(candidate(7), *rest)


def test_the_terminal_reads_like_this(snapshot: SnapshotAssertion) -> None:
    assert text.render(report.blocks(sample())) == snapshot


def test_the_issue_reads_like_this(snapshot: SnapshotAssertion) -> None:
    assert markdown.render(report.blocks(sample())) == snapshot


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (candidates(), 0),
        (candidates(candidate(7)), 0),
        (candidates(candidate(7), candidate(9, kind=None, problems=("not green",))), 0),
        (candidates(candidate(7), candidate(9, problems=("taken",))), 1),
    ],
)
def test_only_a_green_one_that_is_left_out_is_exit_code_one(found: Candidates, code: int) -> None:
    assert found.exit_code == code


@pytest.mark.parametrize(("count", "problems"), [(1, 1_000), (40, 50), (500, 1), (300, 9)])
def test_an_issue_of_any_size_fits_and_says_what_it_left_out(count: int, problems: int) -> None:
    many = candidates(*(candidate(n, problems=(LONG,) * problems) for n in range(1, count + 1)))
    text = report.issue(many)
    assert len(text) <= MAX_CHARS
    assert REST in text
    Rendered.of(report.issue(without_numbers(many))).assert_inert()


def test_details_are_left_out_before_any_row_of_the_table() -> None:
    left_out = "Left out, as GitHub limits the length of a text: All problems. "
    for count, said in ((80, "more problems. "), (202, left_out)):
        many = candidates(*(candidate(n, problems=(LONG, LONG)) for n in range(1, count + 1)))
        text = report.issue(many)
        assert all(f"| #{n} |" in text for n in range(1, count + 1))
        assert said + REST in text
        assert "more pull requests" not in text


def test_what_its_row_tells_in_full_needs_no_details() -> None:
    one = candidates(candidate(9, problems=("taken",)))
    assert "details" not in markdown.render(report.blocks(one))
    longer = candidates(candidate(9, problems=(LONG,)))
    assert "details" in markdown.render(report.blocks(longer))


def without_numbers(found: Candidates) -> Candidates:
    """The same with refs, of which no link may be made."""
    return replace(found, candidates=tuple(replace(one, number=0) for one in found.candidates))


@given(hostile_text)
def test_nothing_foreign_acts_in_an_issue(text: str) -> None:
    rows = (
        Candidate(text, text, Shape.EVENT, (text, text), 7, text),
        Candidate(text, text, None, (text,), 9, text),
    )
    found = replace(candidates(*rows), base=text)
    body = report.issue(found)
    Rendered.of(body).assert_inert(links=("#7", "#9"))
    assert report.digest_in(body) != ""


def test_the_digest_is_of_all_but_the_clock() -> None:
    digest = report.digest_in(report.issue(sample()))
    later = replace(sample(), at=sample().at + timedelta(days=3))
    assert report.digest_in(report.issue(later)) == digest
    for other in (
        replace(sample(), base="d" * 40),
        replace(sample(), candidates=sample().candidates[1:]),
        candidates(),
    ):
        assert report.digest_in(report.issue(other)) != digest


@pytest.mark.parametrize("ending", ["\n", "\r\n", ""])
def test_only_the_first_line_makes_an_issue_ours(ending: str) -> None:
    marker = f"<!-- fedfuse:candidates {'a' * 64} -->"
    assert report.digest_in(f"{marker}{ending}") == "a" * 64
    for other in ("", "\n", f"x{marker}", f"\n{marker}", marker.replace("aa -->", "a -->")):
        assert report.digest_in(other) == ""
