import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fedfuse.errors import FedfuseError, RefusedError, RemoteError, UsageError
from fedfuse.flows.authoring import evaluate
from tests.support.eval_runs import PER_PART, SOURCE, plan, registry_at, solver
from tests.support.model_server import Answer, model_server, status


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """A registry with a small suite."""
    return registry_at(tmp_path)


def test_a_run_resumes_where_the_server_went_away(registry: Path, tmp_path: Path) -> None:
    target = tmp_path / "e.csv"
    with model_server(solver(registry)) as first:

        def answer(request: Mapping[str, Any]) -> Answer:
            if len(first.asked) > 10:
                threading.Thread(target=first.stop).start()
                first.stopped.wait()
            return solver(registry)(request)

        first.answer = answer
        with pytest.raises(RemoteError, match="cannot be reached"):
            evaluate.run(plan(registry, first.url), target, pause=lambda _: None)
    assert not target.exists()
    with model_server(solver(registry)) as second:
        results = evaluate.run(plan(registry, second.url), target)
    assert results.resumed + len(second.asked) == 4 * PER_PART
    assert results.resumed >= 10
    finished = [request["messages"] for request in first.asked[: results.resumed]]
    assert [request for request in second.asked if request["messages"] in finished] == []


def test_a_killed_run_resumes_without_asking_finished_items_again(
    registry: Path, tmp_path: Path
) -> None:
    target = tmp_path / "e.csv"
    reached, hold = threading.Event(), threading.Event()
    solve = solver(registry)

    def answer(request: Mapping[str, Any]) -> Answer:
        if len(server.asked) == 12:
            reached.set()
            hold.wait()
        return solve(request)

    with model_server(answer) as server:
        words = [
            *("run", "--endpoint", server.url, "--model", "tiny", "--to", str(target)),
            *("--root", str(registry), "--suite", str(registry / "schemas/suites/canonical/v1")),
            *("--role", "textgen", "--quiet", "--format", "json"),
        ]
        command = [sys.executable, "-c", "from fedfuse.cli.eval import app; app()", *words]
        environment = {**os.environ, "PYTHONPATH": str(SOURCE / "scripts")}
        with subprocess.Popen(command, env=environment) as process:
            reached.wait()
            process.send_signal(signal.SIGKILL)
        hold.set()
        assert not target.exists()
        with (tmp_path / "e.csv.journal").open("ab") as journal:
            journal.write(b'{"item": "p3", "ok": tr')  # what a kill in a write leaves
        before = len(server.asked)
        again = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    figures = json.loads(again.stdout)
    assert figures["resumed"] == 11
    assert len(server.asked) - before == 4 * PER_PART - 11
    assert figures["evidence"] is True
    assert again.stderr == ""


def test_a_journal_of_another_run_is_never_mixed_in(registry: Path, tmp_path: Path) -> None:
    target = tmp_path / "e.csv"
    with model_server(lambda _: status(401)) as server:
        with pytest.raises(RemoteError):
            evaluate.run(plan(registry, server.url), target)
        with pytest.raises(UsageError, match="other options"):
            evaluate.run(plan(registry, server.url, seed=8), target)


def test_two_processes_never_write_one_journal(registry: Path, tmp_path: Path) -> None:
    target = tmp_path / "e.csv"
    refusals: list[FedfuseError] = []

    def answer(request: Mapping[str, Any]) -> Answer:
        if not refusals:
            with pytest.raises(UsageError, match="another process") as refused:
                evaluate.run(plan(registry, server.url), target)
            refusals.append(refused.value)
        return solver(registry)(request)

    with model_server(answer) as server:
        evaluate.run(plan(registry, server.url), target)
    assert len(refusals) == 1


def test_an_existing_file_is_refused_before_the_first_request(
    registry: Path, tmp_path: Path
) -> None:
    target = tmp_path / "e.csv"
    target.write_text("precious")
    with model_server(solver(registry)) as server, pytest.raises(RefusedError, match="exists"):
        evaluate.run(plan(registry, server.url), target)
    assert server.asked == []
    assert target.read_text() == "precious"
