"""What starts the workflows that act without a pull request, and that nothing stops them."""

import re

import pytest

from tests.support.workflows import parsed, runs, steps, text


def test_production_is_looked_at_every_five_minutes_on_an_alert_and_by_hand() -> None:
    assert parsed(text("slo"))["on"] == {
        "schedule": [{"cron": "*/5 * * * *"}],
        "repository_dispatch": {"types": ["fedfuse-slo"]},
        "workflow_dispatch": "",
    }


def test_the_windows_of_the_week_are_looked_at_every_hour_and_by_hand() -> None:
    assert parsed(text("cadence"))["on"] == {
        "schedule": [{"cron": "7 * * * *"}],
        "workflow_dispatch": "",
    }


@pytest.mark.parametrize("workflow", ["cadence", "evaluate", "slo"])
def test_what_opens_pull_requests_by_the_clock_is_never_interrupted(workflow: str) -> None:
    """Killed between the branch and the pull request, a rollback would wait for the next look."""
    assert parsed(text(workflow))["concurrency"] == {
        "group": workflow,
        "cancel-in-progress": "false",
    }


def test_evaluate_runs_by_the_clock_and_by_hand_and_prints_no_item() -> None:
    """What it is given is secret, and reaches the one step that measures."""
    assert parsed(text("evaluate"))["on"] == {
        "schedule": [{"cron": "37 * * * *"}],
        "workflow_dispatch": "",
    }
    measuring = [one for one in steps("evaluate") if "FEDFUSE_SEALED_SUITE" in str(one)]
    assert len(measuring) == 1
    assert measuring[0]["env"]["FEDFUSE_SEALED_SUITE"] == "${{ secrets.FEDFUSE_SEALED_SUITE }}"
    assert "--quiet" in measuring[0]["run"]
    assert not re.search(r"\b(cat|tee|upload-artifact)\b", runs("evaluate"))
