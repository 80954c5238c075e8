"""What the workflows may do, by their parsed YAML: GitHub enforces what no test run shows."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.workflows import GITHUB, WORKFLOWS, jobs, parsed, runs, steps, text

PRIVILEGED = tuple(name for name in WORKFLOWS if name != "ci")
"""They run main's code with rights or secrets; ci runs the code of anybody with neither."""
PINNED = re.compile(
    r"uses: (?P<action>[\w./-]+)@(?P<sha>[0-9a-f]{40}) # (?P<version>v\d+\.\d+\.\d+)"
)
SETUP = "./.github/actions/setup"
OWN = re.compile(r"uses: \./\.github/actions/[a-z]+$", re.MULTILINE)
"""This repository's actions, as main has them."""
PERMISSIONS = {
    ("audit", "audit"): {"contents": "read", "id-token": "write"},
    ("audit", "withdraw"): {"contents": "write", "pull-requests": "write", "id-token": "write"},
    ("audit", "tell"): {"contents": "read", "issues": "write"},
    ("cadence", "due"): {"contents": "read"},
    ("cadence", "candidates"): {
        "contents": "read",
        "checks": "read",
        "pull-requests": "read",
        "issues": "write",
    },
    ("cadence", "promote"): {"contents": "write", "pull-requests": "write", "id-token": "write"},
    ("cadence", "tell"): {"contents": "read", "issues": "write"},
    ("check", "judge"): {
        "contents": "read",
        "checks": "write",
        "pull-requests": "write",
        "id-token": "write",
    },
    ("check", "merge"): {"contents": "read"},
    ("ci", "test"): {"contents": "read"},
    ("evaluate", "due"): {"contents": "read"},
    ("evaluate", "measure"): {
        "contents": "write",
        "pull-requests": "write",
        "id-token": "write",
    },
    ("evaluate", "tell"): {"contents": "read", "issues": "write"},
    ("release", "plan"): {"contents": "read"},
    ("release", "tag"): {"contents": "write", "id-token": "write"},
    ("release", "mirror"): {"contents": "read", "id-token": "write"},
    ("release", "publish"): {"contents": "write"},
    ("slo", "judge"): {"contents": "write", "pull-requests": "write", "issues": "write"},
    ("slo", "tell"): {"contents": "read", "issues": "write"},
}
ENVIRONMENTS = {
    ("audit", "audit"): "release",
    ("audit", "withdraw"): "release",
    ("cadence", "promote"): "release",
    ("check", "judge"): "release",
    ("check", "merge"): "release",
    ("evaluate", "measure"): "evaluate",
    ("release", "tag"): "release",
    ("release", "mirror"): "hub",
    ("slo", "judge"): "release",
}


def test_these_are_all_workflows() -> None:
    assert sorted(path.name for path in (GITHUB / "workflows").iterdir()) == [
        f"{name}.yml" for name in WORKFLOWS
    ]


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_a_workflow_grants_nothing_that_a_job_does_not_ask_for(workflow: str) -> None:
    assert parsed(text(workflow))["permissions"] == {}


def test_every_job_has_exactly_the_permissions_it_needs() -> None:
    assert {place: job["permissions"] for place, job in jobs()} == PERMISSIONS


def test_every_job_runs_on_a_named_image_and_ends() -> None:
    for place, job in jobs():
        assert job["runs-on"] == "ubuntu-24.04", place
        assert 1 <= int(job["timeout-minutes"]) <= 60, place


def test_secrets_and_settings_live_in_environments_only() -> None:
    assert {place: job["environment"] for place, job in jobs() if "environment" in job} == (
        ENVIRONMENTS
    )
    for place, job in jobs():
        outside = "environment" not in job and re.search(r"\b(secrets|vars)\.", str(job))
        assert not outside, f"{place} uses {outside}"


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_every_action_is_pinned_to_a_commit_and_names_its_version(workflow: str) -> None:
    pinned = len(PINNED.findall(text(workflow)))
    assert text(workflow).count("uses:") == pinned + len(OWN.findall(text(workflow)))


def test_an_action_has_the_same_version_everywhere() -> None:
    pins = {match.groups() for name in WORKFLOWS for match in PINNED.finditer(text(name))}
    assert len(pins) == len({action for action, _, _ in pins})


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_no_checkout_leaves_its_token_behind(workflow: str) -> None:
    checkouts = [s for s in steps(workflow) if s.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] == "false" for step in checkouts)


@pytest.mark.parametrize("workflow", PRIVILEGED)
def test_what_runs_with_rights_is_mains_and_has_the_whole_history(workflow: str) -> None:
    for job in parsed(text(workflow))["jobs"].values():
        checkouts = [s["with"] for s in job["steps"] if "checkout@" in s.get("uses", "")]
        runs_the_tool = any(step.get("uses") == SETUP for step in job["steps"])
        for chosen in checkouts:
            assert chosen["ref"] == "main"
            assert chosen.get("fetch-depth") == ("0" if runs_the_tool else None)
            assert not {"repository", "path", "submodules", "lfs"} & set(chosen)


@pytest.mark.parametrize("workflow", PRIVILEGED)
def test_what_runs_with_rights_is_installed_by_the_lock_and_from_no_cache(workflow: str) -> None:
    assert any(step.get("uses") == SETUP for step in steps(workflow))
    assert "scripts/" not in runs(workflow), "the tool comes from its action"
    assert not re.search(r"\b(pip|pipx|uv|npm|npx|apt|apt-get|wget)\b", runs(workflow))
    assert "cache" not in text(workflow)
    assert "download-artifact" not in text(workflow)


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_values_reach_a_script_through_its_environment(workflow: str) -> None:
    assert "${{" not in runs(workflow)
    assert "GITHUB_ENV" not in runs(workflow)
    assert "GITHUB_PATH" not in runs(workflow)


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_no_pipe_hides_a_failure(workflow: str) -> None:
    """GitHub's default shell has no pipefail; naming bash turns it on."""
    assert parsed(text(workflow))["defaults"] == {"run": {"shell": "bash"}}


def test_check_runs_for_every_pull_request_and_for_nothing_else() -> None:
    assert parsed(text("check"))["on"] == {
        "pull_request_target": {"types": ["opened", "synchronize", "reopened", "edited"]}
    }


def test_no_other_workflow_runs_with_rights_for_a_pull_request() -> None:
    for workflow in WORKFLOWS:
        triggers = set(parsed(text(workflow))["on"])
        expected = {"pull_request_target"} if workflow == "check" else set()
        dangerous = {"pull_request_target", "workflow_run", "issue_comment", "merge_group"}
        assert triggers & dangerous == expected
    assert "pull_request_review" not in "".join(map(text, WORKFLOWS))


def test_check_never_checks_out_the_head() -> None:
    assert runs("check").count("git ") == 2
    assert re.findall(r"git [a-z-]+", runs("check")) == ["git fetch", "git rev-parse"]
    assert "FETCH_HEAD" not in text("check")
    assert not re.search(
        r"github\.(head_ref|event\.pull_request\.(head\.ref|title|body))", str(steps("check"))
    )


def test_only_an_admitted_rollback_of_the_registrys_own_branch_gets_near_the_merging_token() -> (
    None
):
    merging = parsed(text("check"))["jobs"]["merge"]
    assert merging["needs"] == "judge"
    assert merging["if"].split() == [
        "startsWith(github.event.pull_request.head.ref,",
        "'fedfuse/rollback-')",
        "&&",
        "github.event.pull_request.head.repo.full_name",
        "==",
        "github.repository",
        "&&",
        "github.event.sender.id",
        "==",
        "github.event.pull_request.user.id",
    ]


@pytest.mark.parametrize(
    ("workflow", "head"),
    [
        ("check", "${{ github.event.pull_request.head.sha }}"),
        ("slo", "${{ steps.judge.outputs.head }}"),
    ],
)
def test_what_is_merged_is_the_head_that_was_judged_or_asked_for(workflow: str, head: str) -> None:
    """A run that somebody starts again merges what the App pushed then, not what is there now."""
    (merging,) = (one for one in steps(workflow) if "fedfuse slo merge" in one.get("run", ""))
    assert (merging["env"]["HEAD"], '--head "$HEAD"' in merging["run"]) == (head, True)


def test_check_judges_by_what_the_event_says_and_not_by_what_the_author_says() -> None:
    judging = next(step for step in steps("check") if "fedfuse report" in step.get("run", ""))
    assert judging["env"]["ACTOR"] == "${{ github.event.pull_request.user.id }}"
    assert judging["env"]["HEAD"] == "${{ github.event.pull_request.head.sha }}"
    assert '--at "$(date -u +%FT%TZ)"' in judging["run"], "the clock is the workflow's own"


ASKING = [
    ("audit", "audit"),
    ("audit", "withdraw"),
    ("cadence", "promote"),
    ("check", "judge"),
    ("evaluate", "measure"),
    ("release", "tag"),
]


@pytest.mark.parametrize(("workflow", "job"), ASKING)
def test_what_asks_the_stores_may_read_those_that_are_not_public(workflow: str, job: str) -> None:
    found = parsed(text(workflow))["jobs"][job]
    (asking,) = (one for one in found["steps"] if "with-stores" in one.get("run", ""))
    assert found["permissions"]["id-token"] == "write"
    assert asking["env"]["STORES"] == "${{ toJSON(vars) }}"
    assert "secrets.HF_TOKEN" in asking["env"]["HF_TOKEN"]


def test_check_follows_the_newest_push_and_release_is_never_interrupted() -> None:
    check, release, audit = (
        parsed(text(workflow))["concurrency"] for workflow in ("check", "release", "audit")
    )
    assert check == {
        "group": "check-${{ github.event.pull_request.number }}",
        "cancel-in-progress": "true",
    }
    assert release == {"group": "release", "cancel-in-progress": "false"}
    assert audit == {"group": "audit", "cancel-in-progress": "false"}


def test_release_runs_on_main_by_the_clock_and_by_hand() -> None:
    triggers = parsed(text("release"))["on"]
    assert set(triggers) == {"push", "schedule", "workflow_dispatch"}
    assert triggers["push"] == {"branches": ["main"]}


def test_release_takes_nothing_from_the_event_that_started_it() -> None:
    assert "github.event" not in text("release")
    assert "github.sha" not in text("release")
    assert "GITHUB_SHA" not in text("release")
    assert "inputs" not in text("release")


def test_tagging_waits_for_the_plan_and_every_mirror_waits_for_the_tags() -> None:
    found = parsed(text("release"))["jobs"]
    assert (found["tag"]["needs"], found["tag"]["if"]) == (
        "plan",
        "needs.plan.outputs.owed == 'true'",
    )
    for name in ("mirror", "publish"):
        assert found[name]["needs"] == ["plan", "tag"]
        assert found[name]["if"] == "${{ !cancelled() }}", "a failed tag must not stop the repair"


def test_audit_runs_every_night_and_tells_whatever_came_out() -> None:
    document = parsed(text("audit"))
    assert set(document["on"]) == {"schedule", "workflow_dispatch"}
    assert [entry["cron"].split()[2:] for entry in document["on"]["schedule"]] == [["*"] * 3]
    assert document["jobs"]["tell"]["if"] == "${{ !cancelled() }}"


def test_a_job_out_of_time_closes_no_issue() -> None:
    """GitHub calls it cancelled; whatever is told compares with success, or counts it in."""
    for workflow in ("audit", "cadence", "evaluate", "slo"):
        told = parsed(text(workflow))["jobs"]["tell"]["steps"][-1]["with"]["result"]
        assert "needs.*" not in told or "contains(needs.*.result, 'cancelled')" in told, workflow


def test_ci_runs_the_same_file_as_every_other_machine() -> None:
    assert runs("ci").split() == [".ci/run"]
    assert (GITHUB.parent / ".ci/run").read_text(encoding="utf-8").count("scripts/test") >= 1
    assert set(parsed(text("ci"))["on"]) == {"push", "pull_request"}


def test_the_rulesets_page_names_every_secret_and_setting_of_the_workflows() -> None:
    page = (GITHUB / "rulesets/README.md").read_text(encoding="utf-8")
    used = {name for w in WORKFLOWS for name in re.findall(r"(?:secrets|vars)\.(\w+)", text(w))}
    assert used >= {"FEDFUSE_APP_ID", "FEDFUSE_APP_KEY", "HF_TOKEN", "HF_OIDC_RESOURCE"}
    assert all(f"`{name}`" in page for name in used)


def test_dependabot_waits_before_it_proposes_a_version() -> None:
    updates: list[Mapping[str, Any]] = parsed(
        (GITHUB / "dependabot.yml").read_text(encoding="utf-8")
    )["updates"]
    assert [one["package-ecosystem"] for one in updates] == ["github-actions", "pip"]
    assert all(int(one["cooldown"]["default-days"]) >= 7 for one in updates)
