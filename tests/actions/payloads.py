"""What GitHub hands to a workflow when it starts it."""

from collections.abc import Mapping
from typing import Any

from tests.github.description import event
from tests.github.store import Account, Pull

MAIN: Mapping[str, Any] = {"ref": "refs/heads/main"}


def pull_request(pull: Pull, *, sender: Account | None = None) -> dict[str, Any]:
    """A pull request was opened; of GitHub's own example everything that matters is replaced."""
    by = sender or Account(pull.author, pull.author_id)
    payload = event("pull_request", "opened")
    said = payload["pull_request"]
    payload["number"] = said["number"] = pull.number
    said["user"] = {**said["user"], "login": pull.author, "id": pull.author_id}
    payload["sender"] = {**payload["sender"], "login": by.login, "id": by.id}
    said["head"] = {**said["head"], "sha": pull.head, "ref": pull.branch, "label": pull.label}
    said["head"]["repo"] = {**said["head"]["repo"], "full_name": pull.repository}
    said["base"] = {**said["base"], "ref": pull.base}
    return payload


def asked(**inputs: str) -> dict[str, Any]:
    """Somebody ran the workflow by hand, with those inputs."""
    return {**MAIN, "inputs": inputs}


def scheduled(cron: str) -> dict[str, Any]:
    """It was time for one of the workflow's schedules."""
    return {**MAIN, "schedule": cron}


def dispatched(event_type: str, **client_payload: Any) -> dict[str, Any]:
    """Another program sent a repository_dispatch."""
    return {**MAIN, "action": event_type, "branch": "main", "client_payload": client_payload}
