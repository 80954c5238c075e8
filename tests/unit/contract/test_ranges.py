"""Numbers that a range shows as its counterexamples."""

from fedfuse.engine.v1.contract import compare
from fedfuse.engine.v1.contract.schema import Range


def test_a_number_over_the_lower_bound_of_a_narrow_range_is_its_upper_bound() -> None:
    assert Range(0.2, 0.5).above(0.2) == 0.5
    assert Range(0.2, 0.5).below(0.5) == 0.2


def test_the_fraction_below_a_bound_that_is_whole_is_half_a_step_away() -> None:
    old, new = (
        {"request": True, "response": {"type": t, "maximum": 3}} for t in ("integer", "number")
    )
    assert compare(old, new).counterexample == "2.5"
