"""Doctor on GitHub about the release App: who reports the verdict, and what is weaker without."""

from pathlib import Path
from typing import Any

import pytest

from fedfuse.flows.registry import release_app
from fedfuse.flows.registry.init import make
from fedfuse.flows.registry.organisation import parse
from fedfuse.model.diagnosis import Health
from fedfuse.model.release_app import ACTIONS as STAND_IN
from tests.github.checkup import (
    RELEASE_APP,
    RULESETS,
    file_of,
    healthy,
    live,
    mend,
    unwell,
    work_tree,
)
from tests.github.store import ACTIONS, APP, Store
from tests.support.registry import TOOL

pytestmark = pytest.mark.npm
NOBODY = "9000000900"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A work tree whose files name the App."""
    return work_tree(tmp_path)


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A registry as `fedfuse init` makes it while there is no App."""
    root = tmp_path / "registry"
    shippers = ("hf=alice:1", "gcp=bob:2", "aws=carol:3")
    owner = parse(namespace="acme", repository="acme/registry", providers=shippers)
    make(root, owner, tool_at=("acme/fedfuse", "5" * 40))
    return root


def test_files_that_still_name_nobodys_app_are_not_to_be_applied(root: Path) -> None:
    there = healthy(root)
    file = file_of(root, "main-verdict")
    file.write_text(file.read_text().replace(str(APP.app_id), NOBODY))
    found = unwell(there, root)["ruleset main-verdict"]
    assert found.health is Health.DIFFERS
    assert found.fix.startswith("fedfuse app SLUG:APP_ID:BOT_ID")


def test_this_repositorys_own_files_name_an_app_that_belongs_to_nobody(root: Path) -> None:
    there = healthy(root)
    found = unwell(there, TOOL)
    waiting = {name for name, one in found.items() if "belongs to nobody" in one.message}
    assert waiting == {
        "release App",
        *(f"ruleset {name}" for name in ("main-review", "main-verdict", "tags-create")),
    }


def required(there: Store) -> dict[str, Any]:
    parameters = live(there, "main-verdict")["rules"][-1]["parameters"]
    found: dict[str, Any] = parameters["required_status_checks"][0]
    return found


def test_a_verdict_that_is_not_pinned_to_an_app_differs(root: Path) -> None:
    there = healthy(root)
    del required(there)["integration_id"]
    assert unwell(there, root)["verdict"].message == (
        "fedfuse/verdict may come from anyone who may write here"
    )


def test_a_verdict_that_nothing_requires_differs(root: Path) -> None:
    there = healthy(root)
    del there.rulesets[RULESETS.index("main-verdict")]
    assert unwell(there, root)["verdict"].health is Health.DIFFERS


def test_a_verdict_by_another_app_than_the_awaited_one_differs(root: Path) -> None:
    found = unwell(healthy(root, poster=ACTIONS), root)["verdict"]
    assert found.health is Health.DIFFERS
    assert found.message == "App 9001 is waited for, but github-actions (15368) posts it"


def test_a_verdict_by_github_actions_works_but_is_weaker(root: Path) -> None:
    file = file_of(root, "main-verdict")
    file.write_text(file.read_text().replace(str(APP.app_id), str(ACTIONS.app_id)))
    found = unwell(healthy(root, poster=ACTIONS), root)
    assert set(found) == {"verdict", "release App"}
    assert found["verdict"].health is Health.NOTE
    assert "any workflow" in found["verdict"].message


def test_a_fresh_registry_on_a_fresh_repository_is_mended_by_the_commands_doctor_prints(
    fresh: Path,
) -> None:
    there = Store(
        actions={"enabled": True, "allowed_actions": "all", "sha_pinning_required": False},
        workflow_token={
            "default_workflow_permissions": "write",
            "can_approve_pull_request_reviews": True,
        },
    )
    found = unwell(there, fresh)
    assert {name for name in found if name.startswith("ruleset ")} == {
        f"ruleset {name}" for name in ("main-review", "main-verdict", "tags-immutable")
    }
    mend(there, fresh, [one.fix for one in found.values() if one.fix.startswith("gh api ")])
    left = unwell(there, fresh)
    assert {name: one.health for name, one in left.items()} == {
        "verdict": Health.NOTE,
        "release App": Health.NOTE,
    }
    assert left["verdict"].message == "App 15368 is waited for; no pull request has a verdict yet"
    assert (
        left["release App"].fix == "fedfuse app SLUG:APP_ID:BOT_ID, see .github/rulesets/README.md"
    )


def test_an_app_named_later_needs_its_rulesets_applied_and_is_well(fresh: Path) -> None:
    there = healthy(fresh, ("main-review", "main-verdict", "tags-immutable"))
    release_app.name(fresh, RELEASE_APP)
    found = unwell(there, fresh)
    assert {name: one.health for name, one in found.items()} == {
        "ruleset main-review": Health.DIFFERS,
        "ruleset main-verdict": Health.DIFFERS,
        "ruleset tags-create": Health.DIFFERS,
        "verdict": Health.DIFFERS,
    }
    mend(there, fresh, [one.fix for name, one in found.items() if name != "verdict"])
    assert unwell(there, fresh) == {}


def test_actions_as_the_app_must_be_allowed_to_open_pull_requests(fresh: Path) -> None:
    release_app.name(fresh, STAND_IN)
    there = healthy(fresh, ("main-review", "main-verdict", "tags-immutable"), poster=ACTIONS)
    found = unwell(there, fresh)
    assert {name: one.health for name, one in found.items()} == {
        "workflow token": Health.DIFFERS,
        "verdict": Health.NOTE,
        "release App": Health.NOTE,
    }
    assert "until a person closes and reopens it" in found["release App"].message
    mend(there, fresh, [found["workflow token"].fix])
    assert "workflow token" not in unwell(there, fresh)


def test_before_the_first_verdict_there_is_only_a_note(root: Path) -> None:
    there = healthy(root)
    there.checks.clear()
    assert unwell(there, root)["verdict"].health is Health.NOTE
