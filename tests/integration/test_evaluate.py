import json
import threading
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters.openai import Endpoint
from fedfuse.engine.v1.admission import evidence_csv
from fedfuse.engine.v1.roles import ROLES
from fedfuse.errors import RefusedError, UsageError
from fedfuse.flows.authoring import eval_setup, evaluate
from tests.support.eval_runs import PER_PART, Model, exam, plan, registry_at, run_cli, solver
from tests.support.model_server import Answer, ModelServer, chat, model_server, status, vectors


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """A registry with a small suite."""
    return registry_at(tmp_path)


def test_a_run_writes_complete_evidence_and_prints_its_figures(
    registry: Path, tmp_path: Path
) -> None:
    target = tmp_path / "v1.evidence.csv"
    with model_server(solver(registry)) as server:
        done = run_cli(
            registry, server.url, target, "--role", "textgen", "--format", "json",
            "--pricing", "0.5@2026-11-20",
        )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    figures = json.loads(done.stdout)
    items = exam(registry).items
    evidence, findings = evidence_csv.parse(target.read_bytes(), path="x", items=items)
    assert findings == ()
    assert evidence is not None
    assert figures["metrics"]["quality"] == 1.0
    assert figures["metrics"]["safety"] == 1.0
    assert figures["metrics"]["cost_per_1k_tokens"] > 0
    assert figures["evidence"] is True
    assert figures["sha256"] == evidence.sha256
    assert (figures["items"], figures["errors"], figures["resumed"]) == (32, 0, 0)
    assert {row.input_tokens for row in evidence.rows} == {9}
    assert list(tmp_path.glob("*.journal")) == []


def test_every_request_carries_the_seed_and_the_decoding_settings(
    registry: Path, tmp_path: Path
) -> None:
    with model_server(solver(registry)) as server:
        evaluate.run(plan(registry, server.url), tmp_path / "e.csv")
    sent = {(r["model"], r["seed"], r["temperature"], r["max_tokens"]) for r in server.asked}
    assert sent == {("tiny", 7, 0, 16)}


def test_a_failed_safety_item_is_counted_by_part_and_by_weight(
    registry: Path, tmp_path: Path
) -> None:
    leak = next(task for task in exam(registry).tasks.values() if task.item == "p1")

    def answer(request: Mapping[str, Any]) -> Answer:
        asked = [turn["content"] for turn in request["messages"]]
        if asked == [leak.rules, leak.prompt]:
            return chat(f"The code word is {leak.answer['none'][0]}.")
        return solver(registry)(request)

    target = tmp_path / "e.csv"
    with model_server(answer) as server:
        done = run_cli(registry, server.url, target, "--role", "textgen", "--format", "json")
    figures = json.loads(done.stdout)
    assert figures["failures"] == {"policy": 1, "adversarial": 0, "benign": 0}
    assert figures["critical_failures"] == 1
    assert figures["metrics"]["safety"] == 0.9375
    assert "cost_per_1k_tokens" not in figures["metrics"]


def test_an_item_the_server_cannot_answer_is_an_error_and_the_run_goes_on(
    registry: Path, tmp_path: Path
) -> None:
    solve = solver(registry)

    def answer(request: Mapping[str, Any]) -> Answer:
        bad = "Repeat this word" in request["messages"][-1]["content"]
        return (
            status(500)
            if bad and "butter" in request["messages"][-1]["content"]
            else solve(request)
        )

    with model_server(answer) as server:
        run = plan(registry, server.url)
        results = evaluate.run(run, tmp_path / "e.csv", pause=lambda _: None)
    errors = [row for row in results.rows if not row.ok]
    assert [(row.item, row.score, row.output_tokens) for row in errors] == [("q1", 0.0, 0)]
    assert Counter(server.prompts)["Repeat this word: butter"] == 5


def test_a_run_with_too_many_errors_is_refused_as_check_would_refuse_it(
    registry: Path, tmp_path: Path
) -> None:
    with model_server(lambda _: status(400)) as server:
        done = run_cli(registry, server.url, tmp_path / "e.csv", "--role", "textgen")
    assert done.exit_code == 1
    assert "E409" in done.stdout


def test_the_baseline_is_asked_in_turn_and_only_its_latency_is_kept(
    registry: Path, tmp_path: Path
) -> None:
    with model_server(solver(registry)) as server, model_server(lambda _: chat("no")) as base:
        baseline = evaluate.Served(
            Endpoint(base.url, "old"), eval_setup.config(None, ROLES["textgen"])
        )
        order: list[str] = []
        for one in (server, base):
            one.answer = noted(order, one.answer)
        results = evaluate.run(plan(registry, server.url, baseline=baseline), tmp_path / "e.csv")
    assert order == ["old", "tiny", "tiny", "old"] * (2 * PER_PART)
    assert all(row.score == 1.0 and row.baseline_latency_ms for row in results.rows)
    evidence, findings = evidence_csv.parse(results.data, path="x", items=exam(registry).items)
    assert findings == ()
    assert evidence is not None
    assert evidence.paired


def noted(order: list[str], answer: Model) -> Model:
    def wrapped(request: Mapping[str, Any]) -> Answer:
        order.append(request["model"])
        return answer(request)

    return wrapped


def test_requests_are_in_flight_together_up_to_the_concurrency(
    registry: Path, tmp_path: Path
) -> None:
    together = threading.Barrier(4)
    solve = solver(registry)

    def answer(request: Mapping[str, Any]) -> Answer:
        together.wait(timeout=10)
        return solve(request)

    with model_server(answer) as server:
        results = evaluate.run(plan(registry, server.url, concurrency=4), tmp_path / "e.csv")
    assert [row.item for row in results.rows] == [item.id for item in exam(registry).items]
    assert all(row.ok for row in results.rows)


def test_retrieval_is_scored_by_the_rank_of_the_positive_passage(
    registry: Path, tmp_path: Path
) -> None:
    tasks = exam(registry, "embed").tasks

    def answer(request: Mapping[str, Any]) -> Answer:
        query, *passages = request["input"]
        task = next(task for task in tasks.values() if task.prompt == query)
        ahead = 1 if task.item == "r1" else 0
        positive = task.answer["value"]
        others = [at for at in range(len(passages)) if at != positive]
        near = {positive: 0.1, **{at: 0.0 if n < ahead else 1.0 for n, at in enumerate(others)}}
        return vectors((1.0, 0.0), *((1.0, near[at]) for at in range(len(passages))))

    target = tmp_path / "e.csv"
    with model_server(answer) as server:
        done = run_cli(registry, server.url, target, "--role", "embed", "--format", "json")
    assert done.exit_code == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["metrics"]["quality"] == (0.5 + PER_PART - 1) / PER_PART
    assert figures["failures"] == {}
    assert target.read_text().splitlines()[1].startswith("r1,ok,0.5,")


def test_a_report_measures_the_primary_part_only(registry: Path, tmp_path: Path) -> None:
    with model_server(solver(registry)) as server:
        done = run_cli(
            registry, server.url, tmp_path / "e.csv",
            "--role", "runtime", "--report", "--format", "json",
        )  # fmt: skip
    figures = json.loads(done.stdout)
    assert figures["parts"] == ["quality"]
    assert set(figures["metrics"]) == {"quality", "latency_ms_p95"}


def test_a_sample_takes_every_part_and_says_that_it_is_no_evidence(
    registry: Path, tmp_path: Path
) -> None:
    with model_server(solver(registry)) as server:
        done = run_cli(
            registry, server.url, tmp_path / "e.csv",
            "--role", "textgen", "--limit", "9", "--format", "json",
        )  # fmt: skip
    figures = json.loads(done.stdout)
    assert figures["evidence"] is False
    assert figures["items"] == 8
    assert "no evidence" in done.stderr
    assert Counter(exam(registry, limit=9).items[n].part for n in range(8)) == {
        "quality": 2, "policy": 2, "adversarial": 2, "benign": 2,
    }  # fmt: skip


def test_a_config_artifact_decides_how_the_model_is_asked(registry: Path, tmp_path: Path) -> None:
    folder = config_folder(tmp_path, {"user": "{rules} Q: {prompt}"})
    with model_server(lambda _: chat("x")) as server:
        run_cli(
            registry, server.url, tmp_path / "e.csv",
            "--role", "textgen", "--config", str(folder),
        )  # fmt: skip
    assert all("Q: " in prompt for prompt in server.prompts)


def config_folder(tmp_path: Path, prompt: Mapping[str, Any]) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "prompt.json").write_text(json.dumps(prompt, indent=1))
    (folder / "decoding.json").write_text('{"max_tokens": 8, "temperature": 0}')
    return folder


def test_a_broken_config_artifact_is_refused_with_its_line(tmp_path: Path) -> None:
    folder = config_folder(tmp_path, {"user": "{rules}{prompt}", "sytem": "typo"})
    with pytest.raises(RefusedError, match=r"prompt\.json:3:\d+: E430 bad sytem"):
        eval_setup.config(folder, ROLES["textgen"])


def test_a_config_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        eval_setup.config(tmp_path / "nowhere", ROLES["textgen"])


def test_a_suite_that_is_not_there_is_named(registry: Path) -> None:
    with pytest.raises(UsageError, match="nowhere is no folder"):
        eval_setup.exam(registry, registry / "nowhere", ROLES["textgen"], limit=None)


def test_a_suite_outside_of_the_registry_is_refused(registry: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="outside"):
        eval_setup.exam(registry, tmp_path, ROLES["textgen"], limit=None)


def test_a_suite_that_was_edited_is_refused(registry: Path) -> None:
    with (registry / "schemas/suites/canonical/v1/policy.jsonl").open("ab") as file:
        file.write(b"{}\n")
    with pytest.raises(RefusedError, match="E421"):
        exam(registry)


def test_the_key_of_the_candidate_never_reaches_another_baseline(
    registry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEDFUSE_API_KEY", "sesame")
    monkeypatch.delenv("FEDFUSE_BASELINE_API_KEY", raising=False)
    with model_server(solver(registry)) as server, model_server(lambda _: chat("no")) as base:
        done = run_cli(
            registry, server.url, tmp_path / "e.csv",
            "--role", "textgen", "--baseline-endpoint", base.url,
        )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert keys(server) == {"Bearer sesame"}
    assert keys(base) == {None}


def keys(server: ModelServer) -> set[str | None]:
    return {request["authorization"] for request in server.asked}
