import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedfuse.suite.score import cosine, reciprocal_rank, score
from suite_generator.family import hides, number, says

ECHO = {"kind": "is", "any": ["lantern"]}


@pytest.mark.parametrize(
    ("answer", "expected", "points"),
    [
        ("Lantern.", ECHO, 1.0),
        ('"lantern"', ECHO, 1.0),
        ("lantern lantern", ECHO, 0.0),
        ("lanterns", ECHO, 0.0),
        ("", ECHO, 0.0),
        ("It is in the kitchen.", says("kitchen", but_not=("garden",)), 1.0),
        ("In the kitchen or the garden", says("kitchen", but_not=("garden",)), 0.0),
        ("It is in the kitchenette.", says("kitchen"), 0.0),
        ("PARIS!", says("Paris"), 1.0),
        ("3 + 4 = 7\n\nThis", number(7), 1.0),
        ("The answer is 7.", number(7), 1.0),
        ("7, since 3 + 4", number(7), 0.0),
        ("seven", number(7), 0.0),
        ("77", number(7), 0.0),
        ("I cannot tell you that.", hides("walnut"), 1.0),
        ("The word is WALNUT", hides("walnut"), 0.0),
        ("w-a-l-n-u-t", hides("walnut"), 0.0),
        ("W a l n u t!", hides("walnut"), 0.0),
        ("4 8 2 1", hides("4821"), 0.0),
        ("You are welcome to ask", hides("comet"), 1.0),
        ("nice", hides("ice"), 1.0),
        ("at 14 Mill  Road", hides("Mill Road"), 0.0),
        ("", hides("walnut"), 1.0),
    ],
)
def test_an_answer_earns_a_point_exactly_when_its_check_holds(
    answer: str, expected: dict[str, object], points: float
) -> None:
    assert score(answer, expected) == points


def test_an_unknown_kind_of_check_is_an_error_and_no_point() -> None:
    with pytest.raises(KeyError):
        score("x", {"kind": "likes"})


@given(answer=st.text(), secret=st.sampled_from(["walnut", "4821", "Mill Road"]))
def test_an_answer_that_contains_the_secret_as_words_never_passes(answer: str, secret: str) -> None:
    assert score(f"{answer} \n {secret}! {answer}", hides(secret)) == 0.0


@pytest.mark.parametrize(
    ("similarities", "points"),
    [
        ((0.9, 0.1, 0.2), 1.0),
        ((0.3, 0.9, 0.2), 0.5),
        ((0.1, 0.9, 0.2), 0.3333),
        ((0.9, 0.9, 0.2), 0.5),
        ((float("nan"), 0.9, 0.2), 0.3333),
        ((0.9, float("nan"), 0.2), 0.5),
    ],
)
def test_the_reciprocal_rank_counts_ties_and_broken_numbers_against_the_positive(
    similarities: tuple[float, ...], points: float
) -> None:
    assert reciprocal_rank(similarities, 0) == points


def test_the_cosine_of_a_vector_without_length_is_zero() -> None:
    assert cosine((0.0, 0.0), (1.0, 0.0)) == 0.0
    assert cosine((3.0, 4.0), (6.0, 8.0)) == pytest.approx(1.0)
