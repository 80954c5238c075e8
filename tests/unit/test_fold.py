from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from fedfuse.engine.v1 import composing, fold, next_release
from fedfuse.engine.v1.roles import ROLES
from fedfuse.model.admissions import EXPERIMENT
from fedfuse.model.composition import Composition
from fedfuse.model.manifest import Manifest
from fedfuse.model.registry import Fusion, Registry, Route, Voting
from fedfuse.model.state import Released, State, UnitState, Waiting
from fedfuse.model.verdict import GateResult, Verdict
from fedfuse.model.version import Bump, Version, split_ref
from tests.unit.gates.builders import manifest as any_manifest

NOW = datetime(2026, 11, 24, tzinfo=UTC)
FUSION = Fusion(
    routes={
        "chat": Route("textgen", 1),
        "search": Route("embed", 1),
        "serve": Route("runtime", 1),
    },
    router={"kind": "static"},
    voting=None,
    distillation=None,
)
UNITS = {
    "hf/textgen-lora": "textgen",
    "gcp/embedder": "embed",
    "gcp/retrieval-eval": "retrieval-eval",
    "aws/runtime-distilled": "runtime",
    "aws/inference-benchmark": "benchmark",
}
SUPERIOR = GateResult("quality", "baseline", "x", Verdict.PASS, observed=0.4)
NON_INFERIOR = GateResult("quality", "baseline", "x", Verdict.PASS, observed=-0.4)


def registry(fusion: Fusion = FUSION, units: Mapping[str, str] = UNITS) -> Registry:
    return Registry(
        engine=1,
        namespace="acme",
        release_name="acme-ai-federated",
        repository="acme/registry",
        hub="dir:mirror",
        bot="fedfuse <bot@example.org>",
        currency="USD",
        maintainers=(),
        providers={},
        units={unit: ROLES[role] for unit, role in units.items()},
        required_roles=("textgen", "embed", "runtime"),
        suite_name="canonical",
        suite_version=1,
        roles={},
        fusion=fusion,
        slo={},
        cadence={},
        artifact_root="",
        accepted_commits=(),
    )


def shipment(ref: str, *, subject: str = "", track: str = "release") -> Manifest:
    unit, version = split_ref(ref)
    provider, name = unit.split("/")
    return replace(
        any_manifest("textgen", version=version),
        provider=provider,
        name=name,
        role=ROLES[UNITS[unit]],
        subject=subject,
        track=track,
    )


def unread(unit: str, version: int) -> Manifest | None:  # noqa: ARG001 - a reader of manifests
    """No manifest is on main: a withdrawal finds no other version with the same bytes."""
    return None


def admitted(*refs: str | Manifest, state: State | None = None) -> State:
    state = state or State()
    for ref in refs:
        state = fold.admit_manifest(
            state, shipment(ref) if isinstance(ref, str) else ref, (SUPERIOR,)
        )
    return state


def composed(state: State, *, fusion: Fusion = FUSION, waits: tuple[str, ...] = ()) -> Composition:
    return composing.choose(state, registry(fusion), joins=lambda ref: ref not in waits)


FULL = admitted(
    "hf/textgen-lora@v1",
    "gcp/embedder@v1",
    shipment("gcp/retrieval-eval@v1", subject="gcp/embedder@v1"),
    "aws/runtime-distilled@v1",
    shipment("aws/inference-benchmark@v1", subject="aws/runtime-distilled@v1"),
)


def released(state: State, *, fusion: Fusion = FUSION) -> State:
    """The state after a release of what it composes."""
    composition = composed(state, fusion=fusion)
    section = next_release.fusion_section(fusion)
    kind, _ = next_release.bump(composition, registry(fusion))
    version = state.release.version if state.release else Version(0, 0, 0)
    return replace(
        composition.state,
        release=Released(
            engine=1,
            tag=f"acme-ai-federated-v{version.bumped(kind)}",
            version=version.bumped(kind),
            tag_object="b" * 40,
            commit="c" * 40,
            namespace="acme",
            content_id=next_release.content_id(composition.members, section),
            members=composition.members,
            fusion=section,
            created=NOW,
        ),
    )


def kind_of(state: State, fusion: Fusion = FUSION) -> tuple[Bump, list[str]]:
    composition = composed(state, fusion=fusion)
    return next_release.bump(composition, registry(fusion))


def test_covered_models_of_every_required_role_make_the_first_release() -> None:
    composition = composed(FULL)
    assert composition.missing_roles == ()
    assert composition.members == {
        "hf/textgen-lora": 1,
        "gcp/embedder": 1,
        "aws/runtime-distilled": 1,
    }
    assert kind_of(FULL)[0] is Bump.FIRST


def test_an_embedder_without_its_report_waits() -> None:
    composition = composed(admitted("gcp/embedder@v1"))
    assert composition.members == {}
    assert composition.missing_roles == ("textgen", "embed", "runtime")
    assert "retrieval-eval" in composition.waits[0].reason


def test_a_report_about_another_version_covers_nothing() -> None:
    state = admitted("gcp/embedder@v1", "gcp/embedder@v2")
    report = shipment("gcp/retrieval-eval@v1", subject="gcp/embedder@v1")
    assert composed(admitted(report, state=state)).members == {"gcp/embedder": 1}


def test_a_benchmark_never_covers_an_embedder() -> None:
    report = shipment("aws/inference-benchmark@v1", subject="gcp/embedder@v1")
    assert composed(admitted("gcp/embedder@v1", report)).members == {}


def test_until_its_report_comes_a_unit_keeps_its_last_covered_version() -> None:
    state = admitted("gcp/embedder@v2", state=released(FULL))
    composition = composed(state)
    assert composition.members["gcp/embedder"] == 1
    assert [wait.ref for wait in composition.waits] == ["gcp/embedder@v2"]


def test_an_experiment_is_recorded_but_never_a_member_baseline_or_anchor() -> None:
    state = admitted(shipment("hf/textgen-lora@v2", track="experiment"), state=released(FULL))
    assert composed(state).members["hf/textgen-lora"] == 1
    assert state.anchor("hf/textgen-lora") == 1
    assert state.admitted("hf/textgen-lora").kind(2) == EXPERIMENT


def test_a_new_version_alone_is_a_patch() -> None:
    state = admitted("hf/textgen-lora@v2", state=released(FULL))
    assert kind_of(state) == (Bump.PATCH, ["hf/textgen-lora v1 -> v2"])


def test_a_changed_voting_rule_is_minor() -> None:
    voting = Voting(("chat",), ("hf/textgen-lora",), 1)
    kind, reasons = kind_of(released(FULL), replace(FUSION, voting=voting))
    assert (kind, reasons) == (Bump.MINOR, ["voting changed"])


def test_a_role_on_another_contract_is_major() -> None:
    routes = {**FUSION.routes, "chat": Route("textgen", 2)}
    kind, reasons = kind_of(released(FULL), replace(FUSION, routes=routes))
    assert kind is Bump.MAJOR
    assert reasons[0] == "role textgen moves from contract v1 to v2"


def test_a_unit_whose_contract_is_not_accepted_waits_and_joins_later() -> None:
    state = admitted("hf/textgen-lora@v2", state=released(FULL))
    waiting = composed(state, waits=("hf/textgen-lora@v2",))
    assert waiting.members["hf/textgen-lora"] == 1
    assert composed(waiting.state).members["hf/textgen-lora"] == 2


def test_a_yanked_member_falls_back_to_an_earlier_member() -> None:
    state = composed(admitted("hf/textgen-lora@v2", state=released(FULL))).state
    state = fold.withdraw(
        state, "hf/textgen-lora@v2", shipped=unread, earlier=lambda _: (Waiting(2), Waiting(1))
    )
    assert composed(state).members["hf/textgen-lora"] == 1


def test_a_yanked_member_without_an_earlier_one_leaves_and_blocks_the_release() -> None:
    state = fold.withdraw(
        released(FULL), "hf/textgen-lora@v1", shipped=unread, earlier=lambda _: (Waiting(1),)
    )
    assert composed(state).missing_roles == ("textgen",)


def test_a_version_never_returns_once_yanked() -> None:
    state = admitted("hf/textgen-lora@v2", state=released(FULL))
    state = fold.withdraw(
        state, "hf/textgen-lora@v2", shipped=unread, earlier=lambda _: (Waiting(1),)
    )
    assert composed(state).members["hf/textgen-lora"] == 1
    state = fold.withdraw(
        state, "hf/textgen-lora@v1", shipped=unread, earlier=lambda _: (Waiting(2), Waiting(1))
    )
    assert "hf/textgen-lora" not in composed(state).members


def test_a_member_whose_report_is_yanked_is_uncovered_again() -> None:
    state = fold.withdraw(
        released(FULL),
        "gcp/retrieval-eval@v1",
        shipped=unread,
        earlier=lambda _: (Waiting(1, "gcp/retrieval-eval@v1"),),
    )
    composition = composed(state)
    assert "gcp/embedder" not in composition.members
    assert composition.waits[0].ref == "gcp/embedder@v1"


def test_a_yanked_report_uncovers_the_version_that_it_covered_and_no_other() -> None:
    state = admitted(
        "gcp/embedder@v1",
        shipment("gcp/retrieval-eval@v1", subject="gcp/embedder@v1"),
        "gcp/embedder@v2",
        shipment("gcp/retrieval-eval@v2", subject="gcp/embedder@v2"),
    )
    state = fold.withdraw(state, "gcp/retrieval-eval@v1", shipped=unread, earlier=lambda _: ())
    waiting = state.units["gcp/embedder"].waiting
    assert waiting == (Waiting(1), Waiting(2, "gcp/retrieval-eval@v2"))


def test_a_unit_that_registry_yaml_drops_leaves() -> None:
    state = released(FULL)
    kept = {unit: role for unit, role in UNITS.items() if unit != "hf/textgen-lora"}
    composition = composing.choose(state, registry(units=kept), joins=lambda _: True)
    assert "hf/textgen-lora" not in composition.members


def test_the_anchor_moves_only_when_a_version_is_superior() -> None:
    state = fold.admit_manifest(released(FULL), shipment("hf/textgen-lora@v2"), (NON_INFERIOR,))
    assert state.anchor("hf/textgen-lora") == 1
    state = fold.admit_manifest(state, shipment("hf/textgen-lora@v3"), (SUPERIOR,))
    assert state.anchor("hf/textgen-lora") == 3


def test_a_waived_comparison_moves_no_anchor() -> None:
    waived = replace(SUPERIOR, verdict=Verdict.WAIVED)
    state = fold.admit_manifest(released(FULL), shipment("hf/textgen-lora@v2"), (waived,))
    assert state.anchor("hf/textgen-lora") == 1


def test_the_clock_never_runs_backwards() -> None:
    later = fold.tick(State(), NOW)
    assert fold.tick(later, NOW.replace(year=2020)).clock == NOW


def test_composing_twice_changes_nothing_more() -> None:
    once = composed(FULL)
    twice = composed(once.state)
    assert (twice.members, twice.state) == (once.members, once.state)


@pytest.mark.parametrize("ref", ["hf/textgen-lora", "hf/textgen-lora@v", "@v1@v2"])
def test_a_word_that_is_no_ref_is_refused(ref: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - which part of the word is wrong is no matter
        split_ref(ref)


def test_content_depends_on_members_and_fusion_only() -> None:
    section: dict[str, Any] = next_release.fusion_section(FUSION)
    one = next_release.content_id({"a": 1, "b": 2}, section)
    assert next_release.content_id({"b": 2, "a": 1}, section) == one
    assert next_release.content_id({"a": 1, "b": 3}, section) != one
    assert next_release.content_id({"a": 1, "b": 2}, {**section, "voting": {}}) != one


def test_a_fresh_unit_has_no_history() -> None:
    assert State().unit("hf/textgen-lora", "textgen") == UnitState("textgen")
