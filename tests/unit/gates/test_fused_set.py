from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.gates.builders import manifest

from fedfuse.engine.v1.gates.fused_set import judge_set
from fedfuse.model.manifest import BaseModel, Manifest
from fedfuse.model.registry import Fusion, Registry, Route, Voting
from fedfuse.model.verdict import GateResult, Verdict

ROUTES = {"chat": Route("textgen", 1), "search": Route("embed", 1), "code": Route("textgen", 1)}
STATIC = {"kind": "static"}
LINEAR = {"kind": "linear", "version": 1}
LABELS = ("chat", "code", "search")


def registry(
    routes: Mapping[str, Route] | None = None,
    *,
    router: Mapping[str, Any] | None = None,
    voting: Voting | None = None,
    required: tuple[str, ...] = ("textgen", "embed"),
) -> Registry:
    """A registry whose fusion section is all that matters."""
    return Registry(
        engine=1,
        namespace="acme",
        release_name="acme-ai-federated",
        repository="acme/registry",
        hub="dir:hub",
        bot="acme bot <bot@acme.invalid>",
        currency="USD",
        maintainers=(),
        providers={},
        units={},
        required_roles=required,
        suite_name="canonical",
        suite_version=1,
        roles={},
        fusion=Fusion(ROUTES if routes is None else routes, router or STATIC, voting, None),
        slo={},
        cadence={},
        artifact_root="",
        accepted_commits=(),
    )


def member(role: str, name: str = "", *, base_model: str = "", revision: str = "a") -> Manifest:
    """A member of that role, on a base model of that name."""
    found = manifest(role)
    base = BaseModel(base_model, revision * 40) if base_model else None
    artifact = replace(found.artifact, base_model=base)
    return replace(found, name=name or found.name, artifact=artifact)


def judged(
    *members: Manifest,
    of: Registry | None = None,
    labels: tuple[str, ...] | None = None,
    flaw: str = "",
    unusable: frozenset[str] = frozenset(),
) -> GateResult:
    """What the gate says of these members; without any, of one per role."""
    given = members or (member("textgen"), member("embed"))
    bases = ((each.unit, each.artifact.base_model) for each in given)
    return judge_set(
        {each.unit: each.version for each in given},
        registry=replace(of or registry(), units={each.unit: each.role for each in given}),
        base_models={unit: base.id for unit, base in bases if base},
        router_labels=labels,
        router_flaw=flaw,
        unusable=unusable,
    )


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


def vote(*members: Manifest, quorum: int = 2, voters: tuple[str, ...] = ()) -> GateResult:
    """A vote on `chat` among the members (or `voters`), beside an embedder."""
    chosen = voters or tuple(each.unit for each in members)
    of = registry(voting=Voting(("chat",), chosen, quorum))
    return judged(*members, member("embed"), of=of)


def test_set_gate_passes_a_quorum_of_distinct_base_models() -> None:
    found = vote(member("textgen", "a", base_model="m/1"), member("textgen", "b", base_model="m/2"))
    assert found.verdict is Verdict.PASS


def test_set_gate_counts_voters_on_one_base_model_once_at_whatever_revision() -> None:
    found = vote(
        member("textgen", "a", base_model="m/1", revision="a"),
        member("textgen", "b", base_model="m/1", revision="b"),
    )
    assert found.verdict is Verdict.FAIL
    assert found.reason == (
        "the voting quorum is 2, the voters stand on 1 distinct base models"
    )  # fmt: skip


def test_set_gate_counts_a_voter_without_a_base_model_as_its_own() -> None:
    found = vote(member("textgen", "a"), member("textgen", "b"), quorum=2)
    assert found.verdict is Verdict.PASS


def test_set_gate_counts_a_voter_that_is_listed_twice_once() -> None:
    found = vote(member("textgen", "a"), voters=("hf/a", "hf/a"))
    assert found.verdict is Verdict.FAIL


def test_set_gate_refuses_a_voter_that_is_no_member_even_when_the_quorum_is_reached() -> None:
    found = vote(member("textgen", "a"), quorum=1, voters=("hf/a", "hf/gone"))
    assert found.verdict is Verdict.FAIL
    assert found.reason == "voter hf/gone is not a member"


def test_set_gate_refuses_voting_on_a_prompt_type_that_no_route_has() -> None:
    of = registry(voting=Voting(("poem",), ("hf/textgen-unit",), 1))
    found = judged(of=of)
    assert found.verdict is Verdict.FAIL
    assert found.reason == "voting covers poem, which is no prompt type of the route table"


def test_set_gate_refuses_a_member_that_was_yanked() -> None:
    found = judged(unusable=frozenset({"hf/embed-unit@v3", "hf/embed-unit@v2"}))
    assert found.verdict is Verdict.FAIL
    assert found.reason == "hf/embed-unit@v3 was yanked or revoked"


def test_set_gate_names_every_problem_at_once() -> None:
    of = registry({**ROUTES, "guard": Route("policy", 1)}, router=LINEAR)
    found = judged(of=of, labels=LABELS, unusable=frozenset({"hf/textgen-unit@v3"}))
    assert found.reason.split("; ") == [
        "prompt type guard goes to role policy, which has no member",
        "the router has no label for prompt type guard",
        "hf/textgen-unit@v3 was yanked or revoked",
    ]
