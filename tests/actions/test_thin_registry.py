"""A registry without a tool of its own: its workflows call the pinned one, and only that."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.actions.stage import TOOL_AT, Stage, begin_thin, opened
from tests.github.store import APP
from tests.support.registry import RegistrySandbox

pytestmark = pytest.mark.act
PULL = 7
HF = 101
LOCK = "fedfuse.lock"
INSTALL = ("judge", "Install the tool of main")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A GitHub whose main owes the first release, without a copy of the tool."""
    box = begin_thin(tmp_path / "box")
    box.land_first_release()
    with opened(tmp_path, box) as stage:
        yield stage


def price_today(manifest: dict[str, Any]) -> None:
    manifest["evaluation"]["pricing"]["as_of"] = datetime.now(UTC).date().isoformat()


def edit(box: RegistrySandbox, path: str, old: str, new: str) -> None:
    text = (box.root / path).read_text("utf-8")
    assert old in text
    box.write(path, text.replace(old, new))


def propose(stage: Stage, *, quality: float) -> str:
    stage.box.branch("proposal")
    return stage.box.land("hf/textgen-lora", 2, quality=quality, edit=price_today)


def verdicts(stage: Stage) -> list[tuple[str, int]]:
    """The conclusions of `fedfuse/verdict`, and the account that reported each."""
    return [(str(one.fields["conclusion"]), one.author.id) for one in stage.github.store.checks]


def test_the_pinned_tool_judges_and_releases(stage: Stage) -> None:
    assert not {"scripts", "pyproject.toml"} & set(stage.box.git("ls-files").splitlines())
    stage.open_pull(PULL, propose(stage, quality=0.95), author=HF)
    judged = stage.check(PULL)
    assert judged.jobs == {"judge": "success"}
    assert (*INSTALL, "success") in judged.steps
    released = stage.run("release", "push")
    assert set(released.jobs.values()) == {"success"}
    assert set(stage.tags()) == {"acme-ai-federated-v1.0.0"}


def test_a_tool_with_other_files_than_main_pins_judges_nothing(stage: Stage) -> None:
    head = propose(stage, quality=0.95)
    stage.box.git("switch", "-q", "main")
    text = (stage.box.root / LOCK).read_text("utf-8")
    edit(stage.box, LOCK, text.partition('digest: "')[2][:64], "0" * 64)
    stage.box.commit("lock: another digest")
    stage.merge()
    stage.open_pull(PULL, head, author=HF)
    judged = stage.check(PULL)
    assert judged.jobs == {"judge": "failure"}
    assert (*INSTALL, "failure") in judged.steps
    assert "fix: pipx install --force" in judged.said
    assert not [one for one in judged.steps if one[1] == "Judge and publish the verdict"]
    released = stage.run("release", "push")
    assert released.jobs["plan"] == "failure"
    assert stage.tags() == {}


def test_a_pull_request_cannot_change_which_tool_judges_it(stage: Stage) -> None:
    """Lock and workflows of the head name a tool that does not exist; main's are used."""
    propose(stage, quality=0.95)
    for path in (LOCK, ".github/workflows/check.yml"):
        edit(stage.box, path, TOOL_AT[1], "6" * 40)
    stage.open_pull(PULL, stage.box.commit("tool: mine"), author=HF)
    judged = stage.check(PULL)
    assert (*INSTALL, "success") in judged.steps
    assert judged.jobs == {"judge": "failure"}, "a shipment changes nothing else"
    assert verdicts(stage) == [("failure", APP.id)]
