"""What GitHub is told to enforce: rulesets, code owners, and how git gets its token."""

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from fedfuse.adapters.work_tree import WorkTree
from fedfuse.flows.history import snapshots
from fedfuse.flows.registry import community_template
from fedfuse.flows.registry.organisation import Organisation
from fedfuse.model.release_app import render

ROOT = Path(__file__).resolve().parents[2]
GITHUB = ROOT / ".github"
NAMES = ("main-review", "main-verdict", "tags-create", "tags-immutable")


@cache
def ruleset(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((GITHUB / f"rulesets/{name}.json").read_text("utf-8"))
    return found


@cache
def registry() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "registry.yaml").read_text("utf-8"))
    return found


def rules(name: str) -> dict[str, dict[str, Any]]:
    return {rule["type"]: rule.get("parameters", {}) for rule in ruleset(name)["rules"]}


def bypasses(name: str) -> list[tuple[str, str]]:
    return [(one["actor_type"], one["bypass_mode"]) for one in ruleset(name)["bypass_actors"]]


def test_these_are_all_rulesets_and_each_is_named_as_its_file_and_enforced() -> None:
    assert sorted(path.stem for path in (GITHUB / "rulesets").glob("*.json")) == list(NAMES)
    for name in NAMES:
        assert ruleset(name)["name"] == name
        assert ruleset(name)["enforcement"] == "active"


def test_nobody_bypasses_the_verdict_and_nobody_moves_a_tag() -> None:
    assert bypasses("main-verdict") == []
    assert bypasses("tags-immutable") == []


def test_the_app_bypasses_reviews_in_pull_requests_only_and_alone_creates_release_tags() -> None:
    assert bypasses("main-review") == [("Integration", "pull_request")]
    assert bypasses("tags-create") == [("Integration", "always")]


def test_the_verdict_is_pinned_to_the_app_that_bypasses() -> None:
    [check] = rules("main-verdict")["required_status_checks"]["required_status_checks"]
    others = {one["actor_id"] for name in NAMES for one in ruleset(name)["bypass_actors"]}
    assert check["context"] == "fedfuse/verdict"
    assert others == {check["integration_id"]}


def test_main_changes_by_squashed_pull_requests_that_are_up_to_date() -> None:
    found = rules("main-verdict")
    assert set(found) == {
        "deletion",
        "non_fast_forward",
        "pull_request",
        "required_linear_history",
        "required_status_checks",
    }
    assert found["required_status_checks"]["strict_required_status_checks_policy"] is True
    for name in ("main-verdict", "main-review"):
        assert ruleset(name)["target"] == "branch"
        assert ruleset(name)["conditions"]["ref_name"]["include"] == ["~DEFAULT_BRANCH"]
        assert rules(name)["pull_request"]["allowed_merge_methods"] == ["squash"]


def test_a_code_owner_approves_the_last_push() -> None:
    review = rules("main-review")["pull_request"]
    assert review["require_code_owner_review"] is True
    assert review["dismiss_stale_reviews_on_push"] is True
    assert review["require_last_push_approval"] is True
    assert review["required_approving_review_count"] >= 1


def test_the_tag_rulesets_cover_the_release_tags_of_registry_yaml() -> None:
    for name in ("tags-create", "tags-immutable"):
        assert ruleset(name)["target"] == "tag"
        assert ruleset(name)["conditions"]["ref_name"] == {
            "include": [f"refs/tags/{registry()['release_name']}-v*"],
            "exclude": [],
        }
    assert set(rules("tags-create")) == {"creation"}
    assert set(rules("tags-immutable")) == {"update", "deletion", "non_fast_forward"}


def test_every_provider_folder_is_owned_by_its_actors_and_the_maintainers() -> None:
    lines = (GITHUB / "CODEOWNERS").read_text("utf-8").splitlines()
    owned = [line.split() for line in lines if line and not line.startswith("#")]
    maintainers = [f"@{person['login']}" for person in registry()["maintainers"]]
    assert owned[0] == ["*", *maintainers], "what no later line names is the maintainers'"
    assert {path: owners for path, *owners in owned[1:]} == {
        f"/manifests/{name}/": [*(f"@{actor['login']}" for actor in it["actors"]), *maintainers]
        for name, it in registry()["providers"].items()
    }


def test_the_pages_of_this_registry_are_those_that_init_writes_for_it() -> None:
    own = snapshots.of(WorkTree(ROOT)).registry()
    organisation = Organisation(
        own.namespace,
        own.release_name,
        own.repository,
        own.hub,
        own.maintainers,
        own.providers,
        {unit: role.name for unit, role in own.units.items()},
    )
    for path, text in community_template.files(organisation, lock=None).items():
        assert (ROOT / path).read_text("utf-8") == text, path
    for name in NAMES:
        assert (GITHUB / f"rulesets/{name}.json").read_text("utf-8") == render(ruleset(name))


def test_the_pull_request_form_shows_how_to_ask_the_gates_first() -> None:
    form = (GITHUB / "PULL_REQUEST_TEMPLATE.md").read_text("utf-8")
    assert "fedfuse check --base origin/main --head HEAD" in form


def test_git_is_told_the_token_of_the_environment_when_it_asks() -> None:
    def answer(question: str) -> str:
        return subprocess.run(
            [GITHUB / "actions/setup/askpass", question],
            env={"PATH": os.environ["PATH"], "GITHUB_TOKEN": "the-token"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert answer("Username for 'https://github.com': ") == "x-access-token\n"
    assert answer("Password for 'https://x-access-token@github.com': ") == "the-token\n"
