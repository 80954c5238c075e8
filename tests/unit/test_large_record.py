"""A record stays readable however much lands between two releases."""

from dataclasses import replace

from fedfuse.engine.v1 import cutting, fold
from fedfuse.engine.v1.record import Provenance, Shipped, render
from fedfuse.engine.v1.resume import resume
from fedfuse.model.canonical import dumps_by_key
from fedfuse.model.release import MAX_RECORD_BYTES
from fedfuse.model.state import State
from tests.unit.test_engine_is_frozen import MOMENT
from tests.unit.test_fold import FULL, SUPERIOR, composed, registry, shipment

PROVENANCE = Provenance("c" * 40, MOMENT, "d" * 64, {}, {}, {})
RESULTS = (replace(SUPERIOR, unit="points", limit=0.123456, baseline=0.123456),) * 13


def record_of(state: State) -> dict[str, object]:
    composition = composed(state)
    members = {
        unit: Shipped(shipment(f"{unit}@v{version}"), "a" * 40, "b" * 64)
        for unit, version in composition.members.items()
    }
    return render(composition, registry(), shipped=members, provenance=PROVENANCE)


def with_experiments(count: int) -> State:
    """The full set, and so many experiments with 13 checks each."""
    state = FULL
    for version in range(2, count + 2):
        one = shipment(f"hf/textgen-lora@v{version}", track="experiment")
        state = fold.admit_manifest(state, one, RESULTS)
    return state


def test_2000_experiments_between_two_releases_fit_into_a_record_that_is_gone_on_from() -> None:
    few, many = record_of(with_experiments(1)), record_of(with_experiments(2000))
    assert len(dumps_by_key(many)) - len(dumps_by_key(few)) == 1999 * 5
    assert cutting.oversize(many) == ""
    assert resume(many, "").admitted("hf/textgen-lora").kind(2001) == "e"
    assert few["judged"] != many["judged"]


def test_a_record_beyond_2_mib_cuts_no_release_and_says_its_size() -> None:
    room = MAX_RECORD_BYTES - len(dumps_by_key({**record_of(FULL), "reasons": [""]}))
    fits = {**record_of(FULL), "reasons": ["x" * room]}
    assert len(dumps_by_key(fits)) == MAX_RECORD_BYTES
    assert cutting.oversize(fits) == ""
    beyond = {**fits, "reasons": ["x" * (room + 1)]}
    assert "has 2,097,153 bytes, at most 2,097,152" in cutting.oversize(beyond)
