"""Evaluations as values: where they lie, whose word counts, and what they do."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedfuse.engine.v1 import fold
from fedfuse.engine.v1.record import Provenance, Shipped, render
from fedfuse.engine.v1.resume import resume
from fedfuse.model import evaluation
from fedfuse.model.canonical import dumps_by_key, sha256
from fedfuse.model.change import data_file
from fedfuse.model.evaluation import Outcome
from fedfuse.model.release import tag_object_id
from fedfuse.model.state import State, Waiting
from fedfuse.model.verdict import Verdict
from tests.unit.test_engine_is_frozen import MOMENT
from tests.unit.test_fold import FULL, admitted, composed, registry, released, shipment, unread

TEXTGEN = "hf/textgen-lora@v2"
RECORD = "c12010173fd32aca9e0e34418bf3c744b80428696951ebef565d025158a5a71f"
TAG_OBJECT = "bc421f7ff0b6a1d3f72dc6641b9d109a7c741396"
VERDICTS = st.sampled_from(list(Verdict))
OUTCOMES = st.lists(
    st.builds(Outcome, st.sampled_from(["registry", "hf", "aws"]), st.integers(1, 9), VERDICTS)
)


def earlier(unit: str) -> tuple[Waiting, ...]:
    return (Waiting(2), Waiting(1)) if unit == "hf/textgen-lora" else ()


def evaluated(by: str, verdict: Verdict, *, state: State | None = None, number: int = 1) -> State:
    before = state or composed(admitted(TEXTGEN, state=released(FULL))).state
    return fold.evaluate(
        before, TEXTGEN, Outcome(by, number, verdict), shipped=unread, earlier=earlier
    )


def record_of(state: State) -> dict[str, object]:
    composition = composed(state)
    members = {
        unit: Shipped(shipment(f"{unit}@v{version}"), "a" * 40, "b" * 64)
        for unit, version in composition.members.items()
    }
    provenance = Provenance("c" * 40, MOMENT, "d" * 64, {}, {}, {})
    return render(composition, registry(), shipped=members, provenance=provenance)


def test_the_path_of_an_evaluation_says_whose_it_is_and_of_what() -> None:
    stem = evaluation.stem("registry", TEXTGEN, 12)
    assert stem == "manifests/registry/evaluations/hf.textgen-lora.v2.e12"
    place = data_file(f"{stem}.yaml")
    assert place is not None
    assert (place.owner, evaluation.subject_of(place), place.version) == ("registry", TEXTGEN, 12)


@pytest.mark.parametrize("by", ["hf", "registry"])
def test_a_failure_by_the_registry_or_the_provider_itself_revokes(by: str) -> None:
    state = evaluated(by, Verdict.FAIL)
    assert state.revoked == {TEXTGEN}
    assert composed(state).members["hf/textgen-lora"] == 1


def test_a_failure_by_another_provider_is_only_recorded() -> None:
    state = evaluated("aws", Verdict.FAIL)
    assert (state.revoked, state.yanked) == (frozenset(), frozenset())
    assert composed(state).members["hf/textgen-lora"] == 2
    assert state.evaluations == {TEXTGEN: (Outcome("aws", 1, Verdict.FAIL),)}


@pytest.mark.parametrize("verdict", [v for v in Verdict if v is not Verdict.FAIL])
def test_nothing_but_a_failure_revokes(verdict: Verdict) -> None:
    assert composed(evaluated("registry", verdict)).members["hf/textgen-lora"] == 2


def test_a_revoked_version_never_returns() -> None:
    state = evaluated("hf", Verdict.FAIL)
    state = fold.withdraw(state, "hf/textgen-lora@v1", shipped=unread, earlier=earlier)
    assert "hf/textgen-lora" not in composed(state).members


def test_of_each_measurer_the_newest_word_that_says_anything_stands() -> None:
    said = [
        Outcome("aws", 1, Verdict.FAIL),
        Outcome("registry", 1, Verdict.PASS),
        Outcome("aws", 2, Verdict.PASS),
        Outcome("aws", 3, Verdict.INCONCLUSIVE),
        Outcome("gcp", 1, Verdict.NO_EVIDENCE),
    ]
    assert evaluation.standing(said) == (said[1], said[2])


@given(OUTCOMES, OUTCOMES)
def test_what_stands_is_settled_by_one_word_each(
    before: list[Outcome], after: list[Outcome]
) -> None:
    stands = evaluation.standing([*before, *after])
    assert len({one.by for one in stands}) == len(stands)
    assert all(one.settles for one in stands)
    assert evaluation.standing([*evaluation.standing(before), *after]) == stands


@given(OUTCOMES)
def test_a_record_gives_back_what_every_evaluation_came_to(outcomes: list[Outcome]) -> None:
    state = FULL
    for one in outcomes:
        state = fold.evaluate(state, TEXTGEN, one, shipped=unread, earlier=earlier)
    record = json.loads(dumps_by_key(record_of(state)))
    assert resume(record, "e" * 40).evaluations == state.evaluations
    assert ("evaluations" in record) is bool(outcomes)


def test_the_effect_is_said_for_whoever_opens_the_change() -> None:
    def effect(by: str, verdict: Verdict) -> str:
        return evaluation.effect(Outcome(by, 1, verdict), TEXTGEN)

    assert effect("hf", Verdict.FAIL) == f"fail: {TEXTGEN} is revoked for good"
    assert "until aws measures it to pass" in effect("aws", Verdict.FAIL)
    assert effect("registry", Verdict.PASS).endswith("and independent")
    assert effect("hf", Verdict.PASS).endswith("on a suite that had none")
    assert "neither counts nor revokes" in effect("registry", Verdict.INCONCLUSIVE)


def test_the_record_of_a_release_with_evaluations_is_that_of_engine_1() -> None:
    """Frozen, as in `test_engine_is_frozen`: never edit an expectation of engine 1."""
    state = evaluated("hf", Verdict.FAIL, state=evaluated("aws", Verdict.PASS))
    record = record_of(fold.tick(state, MOMENT + timedelta(days=1)))
    assert sha256(dumps_by_key(record)) == RECORD
    assert tag_object_id(record) == TAG_OBJECT


def test_the_evaluation_that_revoked_a_version_is_known() -> None:
    outcomes = evaluated("hf", Verdict.FAIL, state=evaluated("aws", Verdict.FAIL)).evaluations
    path = evaluation.revoking(TEXTGEN, outcomes[TEXTGEN])
    assert path == "manifests/hf/evaluations/hf.textgen-lora.v2.e1.yaml"
    assert evaluation.revoking(TEXTGEN, outcomes[TEXTGEN][:1]) == ""
