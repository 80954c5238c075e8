"""Which version a shipment is compared with while an older release serves."""

from pathlib import Path

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.history.ledger import fold_history
from fedfuse.model.verdict import Verdict
from tests.support.changes import check, released_registry
from tests.support.forged_tags import promote
from tests.support.registry import RegistrySandbox

FIRST = "acme-ai-federated-v1.0.0"
UNIT = "hf/textgen-lora"


@pytest.fixture
def box(tmp_path: Path) -> RegistrySandbox:
    """A second release is on main, better by far than the first."""
    box = released_registry(tmp_path / "registry")
    box.land(UNIT, 2, quality=0.95)
    return box


def compared(box: RegistrySandbox) -> dict[str, str]:
    """What the quality of a third version is compared with, by check."""
    box.branch("third")
    head = box.land(UNIT, 3, quality=0.98)
    gates = check(box, head).gates
    return {
        one.check: one.reason.partition(" against ")[2].partition(" ")[0]
        for one in gates
        if one.gate == "quality" and one.baseline is not None
    }


def test_production_is_the_baseline_and_not_the_newest_release(box: RegistrySandbox) -> None:
    promote(box, 1, FIRST)
    assert compared(box) == {"baseline": f"{UNIT}@v1", "anchor": f"{UNIT}@v2"}


def test_until_something_serves_the_newest_release_is_the_baseline(box: RegistrySandbox) -> None:
    assert compared(box) == {"baseline": f"{UNIT}@v2"}


def test_a_shipment_on_main_is_compared_with_what_served_before_it(box: RegistrySandbox) -> None:
    """Better than production, not provably better than the newest release: production counts."""
    promote(box, 1, FIRST)
    box.land(UNIT, 3, quality=0.955)
    with Repository(box.root) as repository:
        ledger = fold_history(repository, box.head())
    assert (ledger.refused, ledger.state.is_admitted(f"{UNIT}@v3")) == ([], True)


def test_three_items_won_and_none_lost_make_no_superior_version(box: RegistrySandbox) -> None:
    box.branch("third")
    head = box.land(UNIT, 3, quality=0.9625)
    found = next(one for one in check(box, head).gates if one.check == "baseline")
    assert found.reason.startswith(f"quality +1.25 points against {UNIT}@v2")
    assert found.verdict is Verdict.INCONCLUSIVE
