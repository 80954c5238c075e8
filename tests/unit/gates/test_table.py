from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.gates.builders import case, measured, suite

from fedfuse.engine.v1.gates import roster
from fedfuse.engine.v1.roles import ROLES
from fedfuse.model.verdict import GateResult, Verdict

SUITE = suite()
TABLE = {"rows": 1000, "duplicates": 0.013}


def judged(table: dict[str, float], **bounds: dict[str, float]) -> tuple[GateResult, ...]:
    """What the gates of the role say of a report with this table; without bounds, of any."""
    found = measured(SUITE, role="dataset-quality")
    found = replace(found, manifest=replace(found.manifest, table=table))
    return roster.judge(case(found, SUITE, {"table": bounds} if bounds else {}))


def test_table_gate_judges_nothing_without_bounds() -> None:
    assert judged(TABLE) == ()


def test_table_gate_judges_each_bounded_figure_and_no_other() -> None:
    rows, extra = judged(TABLE, rows={"min": 900}, duplicates={"max": 0.01, "min": 0})[::-1]
    assert (rows.check, rows.verdict, rows.observed, rows.limit) == (
        "rows",
        Verdict.PASS,
        1000,
        900,
    )
    assert (extra.check, extra.verdict, extra.limit) == ("duplicates", Verdict.FAIL, 0.01)
    assert extra.reason == "duplicates 0.013, limit max 0.01, min 0"
    assert len(judged(TABLE, rows={"min": 900})) == 1


def test_table_gate_has_no_evidence_of_a_figure_that_the_table_lacks() -> None:
    (found,) = judged(TABLE, leaks={"max": 0})
    assert (found.verdict, found.observed, found.limit) == (Verdict.NO_EVIDENCE, None, None)
    assert found.reason == "the table has no leaks, limit max 0"


@pytest.mark.parametrize(
    ("bounds", "limit"), [({"min": 2}, 2), ({"max": 0.5}, 0.5), ({"min": 2, "max": 3}, 2)]
)
def test_table_gate_names_the_bound_that_is_broken(bounds: dict[str, Any], limit: float) -> None:
    (found,) = judged({"share": 1.0}, share=bounds)
    assert (found.verdict, found.limit) == (Verdict.FAIL, limit)


@given(
    value=st.floats(-1e15, 1e15),
    bounds=st.dictionaries(st.sampled_from(["min", "max"]), st.floats(-1e15, 1e15), min_size=1),
)
def test_table_gate_passes_exactly_what_lies_within_its_bounds(
    value: float, bounds: dict[str, float]
) -> None:
    (found,) = judged({"figure": value}, figure=bounds)
    within = bounds.get("min", value) <= value <= bounds.get("max", value)
    assert (found.verdict is Verdict.PASS) == within
    assert found.limit in bounds.values()


def test_table_gate_is_about_the_line_of_the_figure() -> None:
    assert roster.GUIDES["table"].place("rows", ROLES["dataset-quality"]) == ("table", "rows")
