"""The action that keeps one issue open while a scheduled workflow fails."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.github.server import LoopbackGitHub
from tests.github.store import ACTIONS, APP, PERSON, Account, token_of

TELL = Path(__file__).parents[2] / ".github/actions/tell/tell"
LABEL, SENTENCE = "fedfuse-slo", "Production cannot be judged by its objectives"
pytestmark = [
    pytest.mark.npm,
    pytest.mark.skipif(not shutil.which("jq"), reason="install it: apt-get install -y jq"),
]


@pytest.fixture
def github() -> Iterator[LoopbackGitHub]:
    with LoopbackGitHub() as github:
        yield github


def tell(github: LoopbackGitHub, result: str) -> list[tuple[str, str]]:
    """Run the action's script; author and state of every issue then."""
    told = {"GITHUB_API_URL": github.url, "GITHUB_REPOSITORY": github.store.name}
    said = {"GITHUB_TOKEN": token_of(ACTIONS), "RESULT": result, "RUN": "https://github.com/run/1"}
    subprocess.run([TELL, LABEL, SENTENCE], env={**os.environ, **told, **said}, check=True)
    return [(one["author"].login, one["state"]) for one in github.store.issues]


def opened(github: LoopbackGitHub, author: Account, **fields: Any) -> None:
    store = github.store
    issue = {"title": SENTENCE, "labels": [LABEL], "state": "open", "author": author, **fields}
    store.issues.append({**issue, "number": store.new_id()})


def test_a_failure_opens_one_issue_and_a_success_closes_it(github: LoopbackGitHub) -> None:
    assert tell(github, "success") == []
    for _ in range(2):
        assert tell(github, "failure") == [(ACTIONS.login, "open")]
    assert tell(github, "success") == [(ACTIONS.login, "closed")]
    assert tell(github, "failure") == [(ACTIONS.login, "closed"), (ACTIONS.login, "open")]


def test_an_issue_that_somebody_labelled_mutes_no_alarm(github: LoopbackGitHub) -> None:
    opened(github, PERSON)
    opened(github, APP)
    opened(github, ACTIONS, title="Merge candidates")
    expected = [(PERSON.login, "open"), (APP.login, "open"), (ACTIONS.login, "open")]
    assert tell(github, "failure") == [*expected, (ACTIONS.login, "open")]
    assert tell(github, "success") == [*expected, (ACTIONS.login, "closed")]
