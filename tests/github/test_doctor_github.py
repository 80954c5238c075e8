"""Doctor on GitHub: every setting that departs from the files is named, and its fix fixes it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters.github import GitHub
from fedfuse.adapters.github_http import Session
from fedfuse.adapters.work_tree import WorkTree
from fedfuse.errors import RemoteError
from fedfuse.flows.doctor_github import examine
from fedfuse.model.diagnosis import Diagnosis, Health
from tests.github import gh
from tests.github.server import Fault, LoopbackGitHub, Seen
from tests.github.store import ACTIONS, APP, Account, Check, Environment, Pull, Store, token_of
from tests.registry import TOOL

pytestmark = pytest.mark.npm
HEAD = "a" * 40
NOBODY = "9000000900"
RULESETS = ("main-review", "main-verdict", "tags-create", "tags-immutable")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A work tree with this repository's own rulesets and workflows, the App's id filled in."""
    for folder in ("rulesets", "workflows"):
        shutil.copytree(TOOL / ".github" / folder, tmp_path / ".github" / folder)
    for file in (tmp_path / ".github/rulesets").glob("*.json"):
        file.write_text(file.read_text().replace(NOBODY, str(APP.app_id)))
    return tmp_path


def file_of(root: Path, name: str) -> Path:
    return root / f".github/rulesets/{name}.json"


def healthy(root: Path, poster: Account = APP) -> Store:
    """A repository whose settings are exactly what the files want."""
    check = Check(900, HEAD, "fedfuse/verdict", poster, {"output": {"title": "", "summary": ""}})
    main_only = {"protected_branches": False, "custom_branch_policies": True}
    return Store(
        rulesets={
            n: json.loads(file_of(root, name).read_text()) for n, name in enumerate(RULESETS)
        },
        environments={name: Environment(main_only, ["main"]) for name in ("release", "hub")},
        actions={"enabled": True, "allowed_actions": "all", "sha_pinning_required": True},
        workflow_token={
            "default_workflow_permissions": "read",
            "can_approve_pull_request_reviews": False,
        },
        pulls={1: Pull(1, "b" * 40, 101), 2: Pull(2, HEAD, 101), 3: Pull(3, "c" * 40, 101)},
        checks=[check],
    )


def look(there: Store, root: Path) -> dict[str, Diagnosis]:
    """What doctor says, by subject."""
    with LoopbackGitHub(there) as github, Session(github.url, token_of(APP)) as session:
        found = examine(GitHub(there.name, session), WorkTree(root))
    return {one.subject: one for one in found}


def unwell(there: Store, root: Path) -> dict[str, Diagnosis]:
    """What is not as it should be."""
    return {k: one for k, one in look(there, root).items() if one.health is not Health.OK}


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
    }


def _live(there: Store, name: str) -> Any:
    return there.rulesets[RULESETS.index(name)]


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
        lambda there: _live(there, "tags-immutable").update(enforcement="evaluate"),
    ),
    "somebody bypasses the verdict": (
        "ruleset main-verdict",
        lambda there: _live(there, "main-verdict").update(
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
    with LoopbackGitHub(there) as github, Session(github.url, token_of(APP)) as session:
        gh.run(session, found[subject].fix, root=root)
    assert unwell(there, root) == {}


def test_a_difference_in_a_ruleset_says_where_what_and_what_instead(root: Path) -> None:
    there = healthy(root)
    _live(there, "main-verdict")["enforcement"] = "disabled"
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
    there.rulesets[99] = {**_live(there, "tags-create"), "name": "by-hand"}
    assert unwell(there, root)["ruleset by-hand"].health is Health.NOTE


def test_a_token_that_may_not_see_who_bypasses_is_told_so(root: Path) -> None:
    there = healthy(root)
    for one in there.rulesets.values():
        del one["bypass_actors"]
    found = unwell(there, root)
    assert {one.health for one in found.values()} == {Health.NOTE}
    assert found["ruleset main-verdict"].fix == "use an administrator's token"


def test_files_that_still_name_nobodys_app_are_not_to_be_applied(root: Path) -> None:
    there = healthy(root)
    file = file_of(root, "main-verdict")
    file.write_text(file.read_text().replace(str(APP.app_id), NOBODY))
    found = unwell(there, root)["ruleset main-verdict"]
    assert found.health is Health.DIFFERS
    assert found.fix == f"sed -i s/{NOBODY}/APP_ID/ .github/rulesets/*.json"


def test_a_file_that_is_no_json_is_named(root: Path) -> None:
    there = healthy(root)
    file_of(root, "main-verdict").write_text('{"name": "x", "name": "y"}')
    found = unwell(there, root)
    assert found["ruleset .github/rulesets/main-verdict.json"].health is Health.DIFFERS


def test_this_repositorys_own_files_name_an_app_that_belongs_to_nobody(root: Path) -> None:
    there = healthy(root)
    found = unwell(there, TOOL)
    assert {one.health for one in found.values()} == {Health.DIFFERS}
    assert "ruleset main-verdict" in found


def required(there: Store) -> dict[str, Any]:
    parameters = _live(there, "main-verdict")["rules"][-1]["parameters"]
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
    assert set(found) == {"verdict"}
    assert found["verdict"].health is Health.NOTE
    assert "any workflow" in found["verdict"].message


def test_before_the_first_verdict_there_is_only_a_note(root: Path) -> None:
    there = healthy(root)
    there.checks.clear()
    assert unwell(there, root)["verdict"].health is Health.NOTE


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
