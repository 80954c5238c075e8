import json
from pathlib import Path
from typing import Any

import pytest

from fedfuse.model.yaml_text import render
from tests.integration.test_check import check, codes, refusing
from tests.support.cli_runner import fedfuse
from tests.support.evaluations import evaluate
from tests.support.operating_registry import CHECKLIST
from tests.support.registry import ACTORS, MAINTAINER, TOOL, RegistrySandbox, policy
from tests.support.slo_registry import land_event


@pytest.fixture
def released(tmp_path: Path) -> RegistrySandbox:
    """A registry whose history makes its first release."""
    box = RegistrySandbox.create(tmp_path / "registry")
    box.land_first_release()
    return box


def test_a_tool_change_that_breaks_registry_yaml_is_refused(released: RegistrySandbox) -> None:
    released.branch("break")
    broken = policy(suite={"name": "canonical", "version": 2})
    released.commit("next suite", {"registry.yaml": render(broken)})
    assert codes(check(released)) == ["E420"]


def test_a_schema_that_refuses_what_is_on_main_is_refused(released: RegistrySandbox) -> None:
    released.branch("schema")
    path = released.root / "schemas/manifest.v1.schema.json"
    schema = json.loads(path.read_text())
    schema["properties"]["license"] = {"const": "mit"}
    released.commit("only mit", {"schemas/manifest.v1.schema.json": json.dumps(schema)})
    assert set(codes(check(released))) == {"E354"}


def test_a_schema_that_refuses_an_evaluation_on_main_is_refused(
    released: RegistrySandbox,
) -> None:
    evaluate(released, "hf/textgen-lora@v1", by="registry")
    released.branch("schema")
    path = released.root / "schemas/evaluation.v1.schema.json"
    schema = json.loads(path.read_text())
    schema["properties"]["by"] = {"const": "nobody"}
    released.commit("nobody", {"schemas/evaluation.v1.schema.json": json.dumps(schema)})
    assert codes(check(released)) == ["E354"]


def reworked(released: RegistrySandbox, kind: str, **fields: Any) -> list[str]:
    """The codes of a pull request that replaces fields of a schema."""
    path = f"schemas/{kind}.v1.schema.json"
    schema = json.loads((released.root / path).read_text()) | fields
    released.branch("schema")
    released.commit("another schema", {path: json.dumps(schema)})
    return codes(check(released))


def test_a_schema_that_would_make_events_void_is_refused(released: RegistrySandbox) -> None:
    """Else what serves would be nothing after the merge."""
    land_event(released, {"kind": "promote", "release": "acme-ai-federated-v1.0.0"})
    required = ["apiVersion", "kind", "number", "reason"]
    assert reworked(released, "event", required=required) == ["E354"]


def test_a_schema_that_refuses_the_checklist_of_main_is_refused(released: RegistrySandbox) -> None:
    released.commit("list", {CHECKLIST: (TOOL / CHECKLIST).read_bytes()})
    found = reworked(released, "checklist", required=["apiVersion", "kind", "items", "owner"])
    assert found == ["E302"]


def test_a_file_that_was_refused_already_binds_no_schema(released: RegistrySandbox) -> None:
    released.commit("no event", {"releases/events/0001.yaml": "kind: promote\n"})
    released.commit("no manifest", {"manifests/hf/textgen-lora/v9.yaml": "kind: Manifest\n"})
    assert reworked(released, "event", description="the same, in other words") == []
    released.git("switch", "-q", "main")
    released.git("branch", "-q", "-D", "schema")
    assert reworked(released, "manifest", description="the same, in other words") == []


def test_a_tool_change_whose_set_cannot_serve_is_refused(released: RegistrySandbox) -> None:
    released.branch("route")
    changed = policy()
    changed["fusion"]["routes"]["moderate"] = {"role": "policy", "contract": 1}
    released.commit("route to nobody", {"registry.yaml": render(changed)})
    assert refusing(check(released)) == {("set", "composition", "fail")}


def test_units_whose_contract_has_no_decision_cannot_vote(released: RegistrySandbox) -> None:
    released.branch("voting")
    changed = policy()
    changed["fusion"]["voting"] = {
        "prompt_types": ["chat"],
        "voters": ["hf/textgen-lora", "aws/runtime-distilled"],
        "quorum": 2,
    }
    released.commit("vote", {"registry.yaml": render(changed)})
    assert refusing(check(released)) == {("set", "composition", "fail")}


@pytest.mark.parametrize(
    "way", [{"role": "textgen", "fallback": ["runtime"]}, {"unit": "hf/textgen-lora"}]
)
def test_another_way_to_an_answer_would_cut_a_minor_release(
    released: RegistrySandbox, way: dict[str, Any]
) -> None:
    released.branch("route")
    changed = policy()
    changed["fusion"]["routes"]["chat"] = {**way, "contract": 1}
    released.commit("another way", {"registry.yaml": render(changed)})
    merged = check(released).if_merged
    assert merged is not None
    assert (merged.tag, merged.bump) == ("acme-ai-federated-v1.1.0", "minor")


def test_an_event_is_opened_by_a_maintainer(released: RegistrySandbox) -> None:
    released.branch("yank")
    event: dict[str, Any] = {
        "apiVersion": "fedfuse/v1",
        "kind": "yank",
        "number": 1,
        "version": "hf/textgen-lora@v1",
        "reason": "it leaks",
    }
    released.commit("yank", {"releases/events/0001.yaml": render(event)})
    assert check(released, actor_id=MAINTAINER).verdict == "pass"
    assert codes(check(released, actor_id=ACTORS["hf"])) == ["E602"]
    merged = check(released).if_merged
    assert merged is not None
    assert merged.note == "no release yet: textgen missing"


LOW = {"latency": {"target": 0.95, "latency_ms": 250}}
"""Only 72 % errors would be a breach."""


def test_a_target_that_hardly_anything_breaches_is_refused(released: RegistrySandbox) -> None:
    released.branch("low")
    released.commit("low", {"registry.yaml": render(policy(slo=LOW))})
    (found,) = check(released).all_findings
    assert (found.code, found.message) == (
        "E719",
        "latency would be in breach only with 72% errors",
    )
    (released.root / "registry.yaml").write_text(render(policy(slo=LOW)))
    done = fedfuse(released.root, "validate")
    assert (done.code, "E719" in done.out, "at least 0.9862" in done.out) == (1, True, True)


def test_the_lowest_target_that_twenty_percent_errors_breach_is_accepted(
    released: RegistrySandbox,
) -> None:
    released.branch("just")
    just = {"availability": {"target": 0.9862}}
    released.commit("just", {"registry.yaml": render(policy(slo=just))})
    assert codes(check(released)) == []


def test_an_old_target_stays_valid_until_somebody_changes_the_objectives(
    released: RegistrySandbox,
) -> None:
    released.commit("an older tool let it pass", {"registry.yaml": render(policy(slo=LOW))})
    released.branch("other")
    known = policy(slo=LOW, maintainers=[{"login": "maintainer", "id": MAINTAINER}])
    more = known | {"maintainers": [*known["maintainers"], {"login": "second", "id": 77}]}
    released.commit("another maintainer", {"registry.yaml": render(more)})
    assert codes(check(released)) == []
    worse = {"latency": {"target": 0.9, "latency_ms": 250}}
    released.commit("lower still", {"registry.yaml": render(policy(slo=worse))})
    assert codes(check(released)) == ["E719"]
