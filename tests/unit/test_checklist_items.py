"""The go/no-go list of this registry leaves to people only what no machine can know."""

from pathlib import Path

import pytest
import yaml

from fedfuse.flows.checking.checklist_answers import CHECKS
from fedfuse.model.checklist import MANUAL, OUTSIDE, Answer, Answered, Item, Status, items

LIST = Path(__file__).resolve().parents[2] / "releases/checklist.yaml"


def test_every_check_that_a_machine_can_answer_is_on_the_list_once() -> None:
    listed = items(yaml.safe_load(LIST.read_text(encoding="utf-8"))["items"])
    asked = sorted(one.check for one in listed if one.check != MANUAL)
    assert asked == sorted({*CHECKS, *OUTSIDE})
    assert [one.id for one in listed if one.check == MANUAL] == [
        "data-stays",
        "licenses",
        "announced",
    ]


@pytest.mark.parametrize("status", [Status.NO, Status.ERROR, Status.NOT_CHECKED])
def test_nothing_but_a_yes_of_a_machine_lets_its_item_pass(status: Status) -> None:
    item = Item("mirror", "The mirror holds it", "mirror")
    assert Answered(item, Answer(status, "because")).blocks
    assert not Answered(item, Answer(Status.YES, "because")).blocks
