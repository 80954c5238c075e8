"""What starts the workflows that act without a pull request, and that nothing stops them."""

import pytest

from tests.support.workflows import parsed, text


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


@pytest.mark.parametrize("workflow", ["cadence", "slo"])
def test_what_opens_pull_requests_by_the_clock_is_never_interrupted(workflow: str) -> None:
    """Killed between the branch and the pull request, a rollback would wait for the next look."""
    assert parsed(text(workflow))["concurrency"] == {
        "group": workflow,
        "cancel-in-progress": "false",
    }
