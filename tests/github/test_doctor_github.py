"""Doctor on GitHub: every setting that departs from the files is named, and its fix fixes it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fedfuse.adapters.github import GitHub
from fedfuse.adapters.github_http import Session
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.errors import RemoteError
from fedfuse.flows.registry.doctor_github import examine
from fedfuse.model.diagnosis import Health
from tests.github.checkup import RULESETS, file_of, healthy, live, look, mend, unwell, work_tree
from tests.github.server import Fault, LoopbackGitHub, Seen
from tests.github.store import APP, Environment, Store, token_of

pytestmark = pytest.mark.npm


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A work tree whose files name the App."""
    return work_tree(tmp_path)


def test_settings_as_in_the_files_are_all_well(root: Path) -> None:
    found = look(healthy(root), root)
    assert {one.health for one in found.values()} == {Health.OK}
    assert set(found) == {
        "default branch",
        "workflow token",
        "actions",
        "environment hub",
        "environment release",
        *(f"ruleset {name}" for name in RULESETS),
        "verdict",
        "release App",
    }


def test_an_evaluator_needs_an_environment_of_its_own(root: Path) -> None:
    evaluator = "evaluator: {suite: {name: sealed, version: 1}}\n"
    (root / "registry.yaml").write_text((root / "registry.yaml").read_text() + evaluator)
    assert look(healthy(root), root)["environment evaluate"].health is Health.DIFFERS


CHANGES: dict[str, tuple[str, Callable[[Store], object]]] = {
    "another default branch": (
        "default branch",
        lambda there: setattr(there, "default_branch", "develop"),
    ),
    "the token of workflows writes": (
        "workflow token",
        lambda there: there.workflow_token.update(default_workflow_permissions="write"),
    ),
    "workflows approve": (
        "workflow token",
        lambda there: there.workflow_token.update(can_approve_pull_request_reviews=True),
    ),
    "actions by tag": ("actions", lambda there: there.actions.update(sha_pinning_required=False)),
    "no actions": ("actions", lambda there: there.actions.update(enabled=False)),
    "no environment": ("environment release", lambda there: there.environments.pop("release")),
    "an environment for all branches": (
        "environment hub",
        lambda there: there.environments.update(hub=Environment(None, [])),
    ),
    "a ruleset is missing": ("ruleset tags-immutable", lambda there: there.rulesets.pop(3)),
    "a ruleset only evaluates": (
        "ruleset tags-immutable",
        lambda there: live(there, "tags-immutable").update(enforcement="evaluate"),
    ),
    "somebody bypasses the verdict": (
        "ruleset main-verdict",
        lambda there: live(there, "main-verdict").update(
            bypass_actors=[{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}]
        ),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_departure_is_named_and_its_command_mends_it(root: Path, change: str) -> None:
    there = healthy(root)
    subject, act = CHANGES[change]
    act(there)
    found = unwell(there, root)
    assert found[subject].health is Health.DIFFERS
    assert set(found) == {subject}
    mend(there, root, [found[subject].fix])
    assert unwell(there, root) == {}


def test_a_difference_in_a_ruleset_says_where_what_and_what_instead(root: Path) -> None:
    there = healthy(root)
    live(there, "main-verdict")["enforcement"] = "disabled"
    found = unwell(there, root)["ruleset main-verdict"]
    assert found.message == 'enforcement: "disabled", expected "active"'
    number = RULESETS.index("main-verdict")
    assert found.fix == (
        f"gh api -X PUT repos/acme/registry/rulesets/{number} "
        "--input .github/rulesets/main-verdict.json"
    )


def test_an_environment_open_to_more_than_main_differs(root: Path) -> None:
    there = healthy(root)
    there.environments["release"].branches.append("release/*")
    found = unwell(there, root)["environment release"]
    assert (found.health, found.message) == (
        Health.DIFFERS,
        "open to main, release/*; expected: main only",
    )


@pytest.mark.parametrize(
    "written",
    [
        "    environment: spare",
        "    environment: # why\n      name: spare",
        "  environment: {name: spare}",
    ],
)
def test_an_environment_is_found_however_a_workflow_names_it(root: Path, written: str) -> None:
    (root / ".github/workflows/more.yml").write_text(f"jobs:\n  x:\n{written}\n    steps: []\n")
    assert (
        unwell(healthy(root), root)["environment spare"].message == "missing; expected: main only"
    )


def test_a_ruleset_that_no_file_has_is_noted(root: Path) -> None:
    there = healthy(root)
    there.rulesets[99] = {**live(there, "tags-create"), "name": "by-hand"}
    assert unwell(there, root)["ruleset by-hand"].health is Health.NOTE


def test_a_token_that_may_not_see_who_bypasses_is_told_so(root: Path) -> None:
    there = healthy(root)
    for one in there.rulesets.values():
        del one["bypass_actors"]
    found = unwell(there, root)
    assert {one.health for one in found.values()} == {Health.NOTE}
    assert found["ruleset main-verdict"].fix == "use an administrator's token"


def test_a_file_that_is_no_json_is_named(root: Path) -> None:
    there = healthy(root)
    file_of(root, "main-verdict").write_text('{"name": "x", "name": "y"}')
    found = unwell(there, root)
    assert found["ruleset .github/rulesets/main-verdict.json"].health is Health.DIFFERS


def test_a_token_that_may_not_read_settings_is_one_error(root: Path) -> None:
    def forbid(seen: Seen) -> Fault | None:
        body = b'{"message": "Resource not accessible by integration"}'
        headers = {"x-accepted-github-permissions": "administration=read"}
        return Fault(403, headers=headers, body=body) if "/actions/" in seen.path else None

    with (
        LoopbackGitHub(healthy(root), forbid) as github,
        Session(github.url, token_of(APP)) as session,
        pytest.raises(RemoteError, match="not accessible") as raised,
    ):
        examine(GitHub("acme/registry", session), WorkTree(root))
    assert raised.value.fix == "give the token one of: administration=read"
