"""What this repository's own actions do, by their parsed YAML."""

import re

import pytest

from tests.support.workflows import GITHUB, parsed


@pytest.mark.parametrize("action", ["setup", "tell"])
def test_values_reach_the_script_of_an_action_through_its_environment(action: str) -> None:
    (step,) = parsed((GITHUB / f"actions/{action}/action.yml").read_text("utf-8"))["runs"]["steps"]
    assert "${{" not in step["run"]
    assert "GITHUB_ENV" not in step["run"]


def test_the_tool_of_a_job_has_nothing_of_the_tests_and_is_compared_with_the_lock() -> None:
    """Before anything can call it: what it puts on PATH comes last."""
    (step,) = parsed((GITHUB / "actions/setup/action.yml").read_text("utf-8"))["runs"]["steps"]
    found = re.findall(r"scripts/setup.*|doctor --tool|GITHUB_PATH", step["run"])
    assert found == ['scripts/setup" stores', "doctor --tool", "GITHUB_PATH"]


def test_these_are_all_actions_and_each_says_what_it_is_for() -> None:
    found = sorted((GITHUB / "actions").iterdir())
    assert [path.name for path in found] == ["setup", "tell"]
    for path in found:
        document = parsed((path / "action.yml").read_text("utf-8"))
        assert document["runs"]["using"] == "composite"
        assert document["description"].endswith(".")
