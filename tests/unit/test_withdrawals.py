"""What a withdrawal does to members, to what waits, and to what lands later."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from fedfuse.engine.v1 import composing, fold
from fedfuse.model.canonical import sha256
from fedfuse.model.evaluation import EvaluationRecord, Outcome
from fedfuse.model.judgement import Judged, Judgement, Measured
from fedfuse.model.manifest import Manifest
from fedfuse.model.state import State, Waiting
from fedfuse.model.verdict import GateResult, Verdict
from tests.unit.test_fold import (
    FULL,
    UNITS,
    admitted,
    composed,
    registry,
    released,
    shipment,
    unread,
)


def test_a_withdrawal_leaves_units_alone_that_it_does_not_touch() -> None:
    """A dropped unit waits as it was; what it was before is nobody's business then."""
    state = composed(admitted("hf/textgen-lora@v2", state=released(FULL))).state
    kept = {unit: role for unit, role in UNITS.items() if unit != "hf/textgen-lora"}
    parked = composing.choose(state, registry(units=kept), joins=lambda _: True).state
    yanked = fold.withdraw(
        parked, "aws/runtime-distilled@v1", shipped=unread, earlier=lambda _: (Waiting(1),)
    )
    assert yanked.units["hf/textgen-lora"] == parked.units["hf/textgen-lora"]


def test_a_dropped_unit_falls_back_once_what_waits_of_it_is_yanked() -> None:
    state = composed(admitted("hf/textgen-lora@v2", state=released(FULL))).state
    kept = {unit: role for unit, role in UNITS.items() if unit != "hf/textgen-lora"}
    parked = composing.choose(state, registry(units=kept), joins=lambda _: True).state
    yanked = fold.withdraw(
        parked, "hf/textgen-lora@v2", shipped=unread, earlier=lambda _: (Waiting(2), Waiting(1))
    )
    assert composed(yanked).members["hf/textgen-lora"] == 1


def test_a_version_that_was_withdrawn_before_it_landed_is_never_a_member() -> None:
    """Main may hold such an event though a check refuses it: the release would be withheld."""
    early = fold.withdraw(
        released(FULL), "hf/textgen-lora@v2", shipped=unread, earlier=lambda _: ()
    )
    state = admitted("hf/textgen-lora@v2", state=early)
    assert composed(state).members["hf/textgen-lora"] == 1
    assert state.is_admitted("hf/textgen-lora@v2")


def test_a_report_that_was_withdrawn_before_it_landed_covers_nothing() -> None:
    early = fold.withdraw(State(), "gcp/retrieval-eval@v1", shipped=unread, earlier=lambda _: ())
    report = shipment("gcp/retrieval-eval@v1", subject="gcp/embedder@v1")
    assert composed(admitted("gcp/embedder@v1", report, state=early)).members == {}


def test_a_member_that_was_fallen_back_to_joins_by_the_contract_of_today() -> None:
    """The routes moved on since it was a member: nodes would call it by a contract it breaks."""
    before = released(FULL)
    state = released(admitted("hf/textgen-lora@v2", state=before))
    state = fold.withdraw(
        state, "hf/textgen-lora@v2", shipped=unread, earlier=lambda _: (Waiting(2), Waiting(1))
    )
    composition = composed(state, waits=("hf/textgen-lora@v1",))
    assert composition.missing_roles == ("textgen",)
    assert [wait.ref for wait in composition.waits] == ["hf/textgen-lora@v1"]
    assert composed(composition.state).members["hf/textgen-lora"] == 1


def test_a_released_member_stays_whatever_the_routes_accept() -> None:
    """The set gate refuses such routes; a member that left would let them pass."""
    composition = composed(released(FULL), waits=("hf/textgen-lora@v1",))
    assert composition.members["hf/textgen-lora"] == 1


def weights(*same: str) -> Callable[[str, int], Manifest]:
    """A reader of manifests: these refs share their weights, the rest have their own."""

    def read(unit: str, version: int) -> Manifest:
        ref = f"{unit}@v{version}"
        one = shipment(ref)
        digest = sha256(b"shared" if ref in same else ref.encode())
        file = replace(one.artifact.files[0], sha256=digest)
        return replace(one, artifact=replace(one.artifact, files=(file,)))

    return read


def test_a_unit_never_falls_back_to_the_weights_that_were_withdrawn() -> None:
    state = released(admitted("hf/textgen-lora@v2", "hf/textgen-lora@v3", state=released(FULL)))
    state = admitted("hf/textgen-lora@v4", "hf/textgen-lora@v5", state=state)
    same = tuple(f"hf/textgen-lora@v{n}" for n in (2, 3, 4))
    state = fold.withdraw(
        state,
        "hf/textgen-lora@v3",
        earlier=lambda unit: (Waiting(3), Waiting(2), Waiting(1)) if "textgen" in unit else (),
        shipped=weights(*same),
    )
    assert state.yanked == frozenset(same)
    assert state.units["hf/textgen-lora"].member == 1
    assert [one.version for one in state.units["hf/textgen-lora"].waiting] == [5]


@pytest.mark.parametrize("by", ["registry", "hf"])
def test_a_revocation_reaches_others_only_by_the_word_of_the_registry(by: str) -> None:
    """A provider that shipped a shard of another's weights cannot take these out of service."""
    mine, other = "hf/textgen-lora@v1", "aws/runtime-distilled@v1"
    state = fold.evaluate(
        released(FULL),
        mine,
        Outcome(by, 1, Verdict.FAIL),
        earlier=lambda _: (),
        shipped=weights(mine, other),
    )
    assert state.revoked == ({mine, other} if by == "registry" else {mine})
    assert state.binds(mine, "hf/policy-adapter")
    assert state.binds(mine, "aws/runtime-distilled") == (by == "registry")


def test_what_lands_beside_the_evaluation_that_revokes_its_weights_is_revoked_too() -> None:
    first, second = "hf/textgen-lora@v1", "hf/textgen-lora@v2"
    read = weights(first, second)
    subject, landing = (Measured(read("hf/textgen-lora", n)) for n in (1, 2))
    evaluation = subject.manifest.evaluation
    assert evaluation
    judgement = Judgement(
        manifests=(Judged("v2.yaml", "a" * 64, measured=landing),),
        evaluations=(
            Judged(
                "e1.yaml",
                "b" * 64,
                measured=subject,
                record=EvaluationRecord("hf", first, 1, {}, evaluation),
                results=(GateResult("quality", "floor", "x", Verdict.FAIL),),
            ),
        ),
    )
    state = fold.admit(released(FULL), judgement, earlier=lambda _: (), shipped=read)
    assert state.revoked == {first, second}
    assert state.units["hf/textgen-lora"].waiting == ()
