from dataclasses import replace

import pytest
from tests.unit.gates.fused import (
    ROUTES,
    judged,
    member,
    registry,
)

from fedfuse.model.registry import Route
from fedfuse.model.verdict import GateResult, Verdict

LINEAR = {"kind": "linear", "version": 1}
LABELS = ("chat", "code", "search")


def test_set_gate_passes_a_whole_release() -> None:
    found = judged()
    assert (found.gate, found.subject, found.verdict) == ("set", "release", Verdict.PASS)
    assert found.reason == "2 members, 3 routes"


def test_set_gate_passes_and_names_the_roles_that_are_missing_before_the_first_release() -> None:
    of = registry(required=("textgen", "embed", "runtime"), router=LINEAR)
    found = judged(member("textgen"), of=of)
    assert found.verdict is Verdict.PASS
    assert found.reason == "no release yet: embed, runtime missing"


def test_set_gate_refuses_a_route_to_a_role_without_a_member() -> None:
    found = judged(of=registry({**ROUTES, "guard": Route("policy", 1)}))
    assert found.verdict is Verdict.FAIL
    assert found.reason == "prompt type guard goes to role policy, which has no member"


def test_set_gate_refuses_two_contract_versions_for_one_role() -> None:
    found = judged(of=registry({**ROUTES, "code": Route("textgen", 2)}))
    assert found.verdict is Verdict.FAIL
    assert found.reason == "the routes of role textgen name contracts v1 and v2, one is needed"


def test_set_gate_asks_a_static_router_for_no_labels() -> None:
    assert judged(labels=None).verdict is Verdict.PASS


def test_set_gate_passes_a_trained_router_whose_labels_are_the_prompt_types() -> None:
    assert judged(of=registry(router=LINEAR), labels=LABELS).verdict is Verdict.PASS


def test_set_gate_fails_for_a_trained_router_whose_files_are_not_sound() -> None:
    found = judged(of=registry(router=LINEAR), flaw="router.json: it is broken")
    assert (found.verdict, found.reason) == (Verdict.FAIL, "router.json: it is broken")


@pytest.mark.parametrize(
    ("labels", "problem"),
    [
        (("chat", "code"), "the router has no label for prompt type search"),
        ((*LABELS, "poem"), "the router's label poem is no prompt type of the route table"),
        ((), "the router has no label for prompt type chat"),
        (None, "the router has no label for prompt type chat"),
    ],
)
def test_set_gate_refuses_a_trained_router_that_does_not_fit_the_route_table(
    labels: tuple[str, ...] | None, problem: str
) -> None:
    found = judged(of=registry(router=LINEAR), labels=labels)
    assert found.verdict is Verdict.FAIL
    assert problem in found.reason


def test_set_gate_refuses_a_member_that_was_yanked() -> None:
    found = judged(unusable=frozenset({"hf/embed-unit@v3", "hf/embed-unit@v2"}))
    assert found.verdict is Verdict.FAIL
    assert found.reason == "hf/embed-unit@v3 was yanked or revoked"


def taught(*teachers: str, student: str = "hf/textgen-unit") -> GateResult:
    """What the gate says of a student of these teachers."""
    of = registry()
    plan = {"student": student, "teachers": list(teachers)}
    return judged(of=replace(of, fusion=replace(of.fusion, distillation=plan)))


def test_set_gate_asks_for_the_teachers_of_a_student_that_is_a_member() -> None:
    assert taught("hf/embed-unit").verdict is Verdict.PASS
    assert taught("hf/gone", student="hf/new").verdict is Verdict.PASS
    assert taught("hf/gone", "hf/textgen-unit").reason.split("; ") == [
        "teacher hf/gone of hf/textgen-unit is not a member",
        "hf/textgen-unit is its own teacher",
    ]


def test_set_gate_names_every_problem_at_once() -> None:
    of = registry({**ROUTES, "guard": Route("policy", 1)}, router=LINEAR)
    found = judged(of=of, labels=LABELS, unusable=frozenset({"hf/textgen-unit@v3"}))
    assert found.reason.split("; ") == [
        "prompt type guard goes to role policy, which has no member",
        "the router has no label for prompt type guard",
        "hf/textgen-unit@v3 was yanked or revoked",
    ]
