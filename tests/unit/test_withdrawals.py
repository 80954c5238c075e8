"""What a withdrawal does to members, to what waits, and to what lands later."""

from fedfuse.engine.v1 import composing, fold
from fedfuse.model.state import State, Waiting
from tests.unit.test_fold import FULL, UNITS, admitted, composed, registry, released, shipment


def test_a_withdrawal_leaves_units_alone_that_it_does_not_touch() -> None:
    """A dropped unit waits as it was; what it was before is nobody's business then."""
    state = composed(admitted("hf/textgen-lora@v2", state=released(FULL))).state
    kept = {unit: role for unit, role in UNITS.items() if unit != "hf/textgen-lora"}
    parked = composing.choose(state, registry(units=kept), joins=lambda _: True).state
    yanked = fold.withdraw(parked, "aws/runtime-distilled@v1", earlier=lambda _: (Waiting(1),))
    assert yanked.units["hf/textgen-lora"] == parked.units["hf/textgen-lora"]


def test_a_dropped_unit_falls_back_once_what_waits_of_it_is_yanked() -> None:
    state = composed(admitted("hf/textgen-lora@v2", state=released(FULL))).state
    kept = {unit: role for unit, role in UNITS.items() if unit != "hf/textgen-lora"}
    parked = composing.choose(state, registry(units=kept), joins=lambda _: True).state
    yanked = fold.withdraw(parked, "hf/textgen-lora@v2", earlier=lambda _: (Waiting(2), Waiting(1)))
    assert composed(yanked).members["hf/textgen-lora"] == 1


def test_a_version_that_was_withdrawn_before_it_landed_is_never_a_member() -> None:
    """Main may hold such an event though a check refuses it: the release would be withheld."""
    early = fold.withdraw(released(FULL), "hf/textgen-lora@v2", earlier=lambda _: ())
    state = admitted("hf/textgen-lora@v2", state=early)
    assert composed(state).members["hf/textgen-lora"] == 1
    assert state.is_admitted("hf/textgen-lora@v2")


def test_a_report_that_was_withdrawn_before_it_landed_covers_nothing() -> None:
    early = fold.withdraw(State(), "gcp/retrieval-eval@v1", earlier=lambda _: ())
    report = shipment("gcp/retrieval-eval@v1", subject="gcp/embedder@v1")
    assert composed(admitted("gcp/embedder@v1", report, state=early)).members == {}


def test_a_member_that_was_fallen_back_to_joins_by_the_contract_of_today() -> None:
    """The routes moved on since it was a member: nodes would call it by a contract it breaks."""
    before = released(FULL)
    state = released(admitted("hf/textgen-lora@v2", state=before))
    state = fold.withdraw(state, "hf/textgen-lora@v2", earlier=lambda _: (Waiting(2), Waiting(1)))
    composition = composed(state, waits=("hf/textgen-lora@v1",))
    assert composition.missing_roles == ("textgen",)
    assert [wait.ref for wait in composition.waits] == ["hf/textgen-lora@v1"]
    assert composed(composition.state).members["hf/textgen-lora"] == 1


def test_a_released_member_stays_whatever_the_routes_accept() -> None:
    """The set gate refuses such routes; a member that left would let them pass."""
    composition = composed(released(FULL), waits=("hf/textgen-lora@v1",))
    assert composition.members["hf/textgen-lora"] == 1
