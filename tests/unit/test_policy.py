from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fedfuse.engine.v1 import policy
from fedfuse.engine.v1.next_release import fusion_section
from fedfuse.model.registry import Fusion, Person, Provider, Route
from tests.support.registry import MAINTAINER
from tests.support.registry import policy as document


def test_people_and_providers_are_read_by_their_ids_and_in_order() -> None:
    app = {"login": "acme-release[bot]", "id": 5001}
    settings = policy.from_document(document(app=app))
    assert settings.maintainers == (Person("maintainer", MAINTAINER),)
    assert settings.app == Person("acme-release[bot]", 5001)
    expected = Provider("hf", (Person("hf-bot", 101),), ("hf://acme/", "dir:hf/"))
    assert settings.providers["hf"] == expected
    assert settings.bot == "acme-release <release@acme.invalid>"


def test_a_registry_names_a_folder_of_artifacts_or_has_none() -> None:
    without = document()
    del without["artifact_root"]
    assert policy.from_document(without).artifact_root == ""
    assert policy.from_document({**without, "artifact_root": "store"}).artifact_root == "store"


def test_a_machine_costs_something_unless_the_registry_says_otherwise() -> None:
    assert not policy.from_document(document()).free_machines
    assert policy.from_document(document(free_machines=True)).free_machines


def fusion_of(routes: dict[str, Any], **more: Any) -> Fusion:
    """The fusion section of a registry with these routes."""
    fusion = {"routes": routes, "router": {"kind": "static"}, **more}
    return policy.from_document(document(fusion=fusion)).fusion


def test_a_route_by_unit_has_the_role_of_its_unit_and_its_contract_counts_for_that_role() -> None:
    by_unit = {"unit": "hf/textgen-lora", "contract": 2, "fallback": ["runtime", "gcp/embedder"]}
    found = fusion_of({"chat": by_unit, "search": {"role": "embed", "contract": 1}})
    assert found.routes["chat"] == Route(
        "textgen", 2, "hf/textgen-lora", ("runtime", "gcp/embedder")
    )
    assert found.contracts == {"textgen": 2, "embed": 1}


def test_a_route_to_a_unit_that_is_not_listed_or_is_a_report_is_of_no_role() -> None:
    found = fusion_of(
        {
            "chat": {"unit": "hf/gone", "contract": 1},
            "search": {"unit": "gcp/retrieval-eval", "contract": 1},
        }
    )
    assert [route.role for route in found.routes.values()] == ["", ""]
    assert found.contracts == {}


_ROUTE: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"role": st.sampled_from(["textgen", "embed"]), "contract": st.integers(1, 9)},
    optional={"fallback": st.just(["runtime", "aws/runtime-distilled"])},
)
_VOTING: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "prompt_types": st.just(["chat"]),
        "voters": st.just(["hf/a", "hf/b"]),
        "quorum": st.integers(1, 3),
    },
    optional={
        "timeout_ms": st.integers(1, 60000),
        "judge": st.sampled_from(["prompt", "answer"]),
    },
)
_PLAN: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"student": st.just("hf/a"), "teachers": st.just(["hf/b"])},
    optional={"margin": st.floats(0, 1)},
)


@given(route=_ROUTE, voting=st.none() | _VOTING, plan=st.none() | _PLAN)
def test_a_record_holds_of_the_fusion_section_exactly_what_registry_yaml_gives(
    route: dict[str, Any], voting: dict[str, Any] | None, plan: dict[str, Any] | None
) -> None:
    given = {"voting": voting, "distillation": plan}
    found = fusion_of({"chat": route}, **{k: v for k, v in given.items() if v})
    assert fusion_section(found) == {
        "routes": {"chat": route},
        "router": {"kind": "static"},
        **given,
    }
