"""A student of a distillation is held against its teachers as well."""

from dataclasses import replace

import pytest
from tests.unit.gates import builders as build
from tests.unit.gates.test_quality import quality_suite, right

from fedfuse.engine.v1.gates.quality import judge
from fedfuse.model.judgement import Measured
from fedfuse.model.verdict import GateResult, Verdict

SUITE = quality_suite()


def teacher(correct: int, *, name: str = "teacher") -> Measured:
    """A unit that gets so many of the thousand items right."""
    found = build.measured(SUITE, {"quality": right(correct)})
    return replace(found, manifest=replace(found.manifest, name=name))


def judged(
    correct: int, *teachers: Measured, margin: float | None = None, role: str = "runtime"
) -> list[GateResult]:
    """What the gate says of a student beside its teachers; its own margin is 2 points."""
    student = build.measured(SUITE, {"quality": right(correct)}, role=role)
    case = build.case(student, SUITE)
    case = replace(case, teachers=teachers, teacher_margin=margin)
    return [result for result in judge(case) if result.check.startswith("teacher")]


@pytest.mark.parametrize(
    ("correct", "margin", "verdict"),
    [
        (890, None, Verdict.PASS),
        (850, None, Verdict.FAIL),
        (850, 0.1, Verdict.PASS),
        (890, 0.0, Verdict.FAIL),
        (900, 0.0, Verdict.INCONCLUSIVE),
    ],
)
def test_a_student_may_lose_the_margin_of_the_distillation_or_else_the_policys(
    correct: int, margin: float | None, verdict: Verdict
) -> None:
    (found,) = judged(correct, teacher(900), margin=margin)
    assert found.verdict is verdict
    assert found.limit == pytest.approx(-2.0 if margin is None else -100 * margin)


def test_a_student_is_held_against_each_teacher_and_the_reason_names_it() -> None:
    worse, better = judged(850, teacher(850, name="near"), teacher(950, name="far"))
    assert (worse.verdict, better.verdict) == (Verdict.PASS, Verdict.FAIL)
    assert "against hf/near@v3" in worse.reason
    assert "against hf/far@v3" in better.reason


def test_a_teacher_that_was_not_measured_on_the_suite_is_no_evidence() -> None:
    (found,) = judged(900, replace(teacher(900), evidence=None))
    assert found.verdict is Verdict.NO_EVIDENCE


def test_a_unit_without_teachers_is_held_against_none() -> None:
    assert judged(900, margin=0.1) == []
