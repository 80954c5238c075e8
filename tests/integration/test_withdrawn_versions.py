"""What a withdrawn version leaves behind: the next baseline, and an anchor that holds."""

from pathlib import Path

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.history.ledger import Ledger, fold_history
from tests.support.changes import check
from tests.support.operating_registry import event
from tests.support.registry import RegistrySandbox

UNIT = "hf/textgen-lora"


def yank(box: RegistrySandbox, number: int, version: int) -> None:
    box.commit(
        "yank", {**event(number, kind="yank", version=f"{UNIT}@v{version}", reason="it leaks")}
    )


def compared(box: RegistrySandbox, version: int, quality: float) -> dict[str, str]:
    """What a proposed version is compared with, by check."""
    box.branch(f"proposal-{box.clock}")
    gates = check(box, box.land(UNIT, version, quality=quality)).gates
    box.git("switch", "-q", "main")
    return {
        one.check: one.reason.partition(" against ")[2].partition(" ")[0]
        for one in gates
        if one.gate == "quality" and one.baseline is not None
    }


def folded(box: RegistrySandbox) -> Ledger:
    with Repository(box.root) as repository:
        return fold_history(repository, box.git("rev-parse", "main"))


def test_a_yank_before_the_first_release_leaves_the_older_version_as_baseline(
    tmp_path: Path,
) -> None:
    box = RegistrySandbox.create(tmp_path / "registry")
    box.land(UNIT, 1, quality=0.85)
    box.land(UNIT, 2, quality=0.95)
    yank(box, 1, 2)
    assert compared(box, 3, 0.9) == {"baseline": f"{UNIT}@v1"}


def test_no_unit_gets_rid_of_its_first_anchor_by_having_it_withdrawn(tmp_path: Path) -> None:
    """With nothing left to compare with, the first version still holds the next one."""
    box = RegistrySandbox.create(tmp_path / "registry")
    box.land(UNIT, 1, quality=0.95)
    yank(box, 1, 1)
    assert compared(box, 2, 0.8) == {"anchor": f"{UNIT}@v1"}
    assert folded(box).state.anchor(UNIT) == 1


def test_a_withdrawn_anchor_makes_way_for_the_one_before_it(tmp_path: Path) -> None:
    box = RegistrySandbox.create(tmp_path / "registry")
    box.land(UNIT, 1, quality=0.85)
    box.land(UNIT, 2, quality=0.95)
    assert folded(box).state.anchor(UNIT) == 2
    yank(box, 1, 2)
    assert folded(box).state.anchor(UNIT) == 1
