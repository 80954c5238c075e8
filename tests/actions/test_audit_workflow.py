"""What the night brings: one issue while something differs, run by the real audit.yml."""

import pytest

from tests.actions.stage import Stage
from tests.github.store import APP

pytestmark = pytest.mark.act
REPAIR = {"plan": "success", "mirror": "success", "publish": "success"}


def steps(audit: str) -> set[tuple[str, str, str]]:
    """Every step of audit.yml with the result of the audit."""
    found = {
        ("audit", "Check out main with its tags", "success"),
        ("audit", "Install the tool", "success"),
        ("audit", "Recompute every release, compare the Hub, ask the stores", audit),
        ("tell", "Check out main", "success"),
        ("tell", "Open or close the issue", "success"),
    }
    if audit == "success":
        return found
    return found | {
        ("withdraw", "Check out main with its tags", "success"),
        ("withdraw", "Install the tool", "success"),
        ("withdraw", "Become the release App", "success"),
        ("withdraw", "Ask the stores again, and propose to withdraw what has changed", "success"),
    }


def states(stage: Stage) -> list[str]:
    """The states of all issues there are."""
    return [issue["state"] for issue in stage.github.store.issues]


def test_a_failing_audit_opens_one_issue_and_the_next_success_closes_it(stage: Stage) -> None:
    assert set(stage.run("release", "push").jobs.values()) == {"success"}
    assert stage.run("audit", "schedule").steps == steps("success")
    assert states(stage) == []

    hub = stage.on_hub()
    refs = hub.refs()
    assert refs is not None
    hub.commit(parent=refs.head, writes={"checklist.md": b"by hand"}, deletes=(), message="by hand")
    for _ in ("first night", "second night"):
        assert stage.run("audit", "schedule").steps == steps("failure")
        assert states(stage) == ["open"]

    assert stage.run("release", "schedule").jobs == REPAIR
    assert stage.run("audit", "workflow_dispatch").steps == steps("success")
    assert states(stage) == ["closed"]


def test_a_changed_artifact_becomes_one_pull_request_that_withdraws_its_version(
    stage: Stage,
) -> None:
    assert set(stage.run("release", "push").jobs.values()) == {"success"}
    artifact = stage.box.root / "artifacts/hf/textgen-lora-v1/model.safetensors"
    artifact.write_bytes(artifact.read_bytes().swapcase())
    for _ in ("first night", "second night"):
        assert stage.run("audit", "schedule").steps == steps("failure")
    ((number, pull),) = stage.github.store.pulls.items()
    assert (pull.branch, pull.author) == ("fedfuse/yank-hf-textgen-lora-v1", APP.login)
    assert states(stage) == ["open"]
    assert stage.check(number).jobs == {"judge": "success"}
    assert pull.is_open, "people decide whether a version is withdrawn"
