"""The run file: what a run had, from `eval run` to the manifest."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fedfuse import __version__
from fedfuse.adapters import run_file
from fedfuse.engine.v1.roles import ROLES
from fedfuse.errors import RefusedError, RemoteError, UsageError
from fedfuse.flows.authoring import eval_setup, evaluate
from fedfuse.model.canonical import sha256
from fedfuse.model.document import Document
from fedfuse.model.run_record import Asked, Hardware, Measured, Pricing, RunRecord, Tool
from fedfuse.suite.config import digest
from tests.support.eval_runs import plan, registry_at, run_cli, solver
from tests.support.model_server import model_server, status
from tests.support.provider_workspace import STEM, TEXTGEN, Desk

RUN_OPTIONS = ("--hardware", "--concurrency", "--pricing", "--seed")
LONG_AGO = "2026-01-02T03:04:05Z"


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """A registry with a small suite."""
    return registry_at(tmp_path)


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    return Desk(tmp_path, monkeypatch, capsys)


def record_of(evidence: Path) -> RunRecord:
    found = run_file.read(evidence)
    assert found is not None
    assert isinstance(found[0], Document), found
    return found[1]


def test_a_run_records_what_it_had_beside_its_evidence(registry: Path, tmp_path: Path) -> None:
    target = tmp_path / "v1.evidence.csv"
    words = ("--role=textgen", "--seed=5", "--concurrency=2", "--hardware=1xL4@us-east-1")
    with model_server(solver(registry)) as server:
        done = run_cli(registry, server.url, target, *words, "--pricing=0.80@2026-11-20",
                       "--baseline-model=older", "--format=json")  # fmt: skip
    assert done.exit_code == 0, done.stderr
    said, record = json.loads(done.stdout), record_of(target)
    assert said["run_file"] == str(tmp_path / "v1.evidence.run.json")
    assert record.evidence_sha256 == sha256(target.read_bytes()) == said["sha256"]
    assert (record.seed, record.concurrency) == (5, 2)
    assert record.run == Tool("fedfuse", __version__)
    assert record.hardware == Hardware("1xL4", "us-east-1")
    assert record.pricing == Pricing(0.8, "2026-11-20")
    assert record.suite.sha256 == said["suite"]["sha256"]
    assert (record.candidate.model, record.baseline and record.baseline.model) == ("tiny", "older")
    assert (record.started_at, record.ended_at) == (said["started_at"], said["ended_at"])
    assert record.started_at <= record.ended_at


def test_a_dry_run_names_the_run_file_and_writes_none(registry: Path, tmp_path: Path) -> None:
    words = ("--role=textgen", "--dry-run")
    done = run_cli(registry, "http://127.0.0.1:9", tmp_path / "e.csv", *words)
    assert (done.exit_code, str(tmp_path / "e.run.json") in done.stdout) == (0, True)
    assert not (tmp_path / "e.run.json").exists()


def test_a_run_that_goes_on_after_a_kill_began_when_its_first_attempt_did(
    registry: Path, tmp_path: Path
) -> None:
    target, journal = tmp_path / "e.csv", tmp_path / "e.csv.journal"
    with model_server(lambda _: status(401)) as server, pytest.raises(RemoteError):
        evaluate.run(plan(registry, server.url), target)
    identity, started, *rest = journal.read_text().splitlines()
    earlier = json.dumps(json.loads(started) | {"started_at": LONG_AGO})
    journal.write_text("\n".join((identity, earlier, *rest)) + "\n")
    with model_server(solver(registry)) as server:
        results = evaluate.run(plan(registry, server.url), target)
    assert results.record.started_at == record_of(target).started_at == LONG_AGO
    assert results.record.ended_at > LONG_AGO


def test_a_kill_between_the_two_files_loses_neither(registry: Path, tmp_path: Path) -> None:
    target = tmp_path / "e.csv"
    target.symlink_to(tmp_path / "nowhere")  # the evidence cannot be written, the run file can
    with model_server(solver(registry)) as server, pytest.raises(RefusedError):
        evaluate.run(plan(registry, server.url), target)
    left = run_file.path_of(target).read_bytes()
    target.unlink()
    with model_server(solver(registry)) as server:
        evaluate.run(plan(registry, server.url), target)
    assert server.asked == []
    assert run_file.path_of(target).read_bytes() == left
    assert record_of(target).evidence_sha256 == sha256(target.read_bytes())
    assert not (tmp_path / "e.csv.journal").exists()


def test_a_run_goes_on_only_on_the_same_hardware_at_the_same_price(
    registry: Path, tmp_path: Path
) -> None:
    target = tmp_path / "e.csv"
    with model_server(lambda _: status(401)) as server:
        first = plan(registry, server.url, pricing=Pricing(0.8, "2026-11-20"))
        with pytest.raises(RemoteError):
            evaluate.run(first, target)
        for changed in ({"pricing": Pricing(0.3, "2026-11-20")}, {"hardware": Hardware("a", "b")}):
            with pytest.raises(UsageError, match="other options"):
                evaluate.run(replace(first, **changed), target)


def test_a_run_file_of_another_run_is_not_overwritten(registry: Path, tmp_path: Path) -> None:
    (tmp_path / "e.run.json").write_text("precious")
    with model_server(solver(registry)) as server, pytest.raises(RefusedError, match=r"run\.json"):
        evaluate.run(plan(registry, server.url), tmp_path / "e.csv")
    assert server.asked == []
    assert (tmp_path / "e.run.json").read_text() == "precious"


def test_the_run_facts_of_a_manifest_are_those_of_its_own_run(desk: Desk) -> None:
    """The version before was cheaper: its price, once copied, made the cost 3.1 times too low."""
    assert desk.new().returncode == 0
    desk.measure(TEXTGEN, version=2)
    desk.ran()
    done = desk.new(without=RUN_OPTIONS)
    assert done.returncode == 0, done.stderr + done.stdout
    first, second = (desk.read(f"manifests/{TEXTGEN}/v{n}.yaml") for n in (1, 2))
    made = second["evaluation"]
    assert made["hardware"] == {"accelerator": "8xH100", "region": "eu-west-1", "concurrency": 1}
    assert made["pricing"] == {"currency": "USD", "per_hour": 2.48, "as_of": "2026-09-02"}
    assert (made["seed"], made["run"]) == (11, {"tool": "lm-eval", "version": "0.4.13"})
    assert "run" not in first["evaluation"]
    costs = [one["metrics"]["cost_per_1k_tokens"] for one in (first, second)]
    assert costs[1] == pytest.approx(costs[0] * 3.1, rel=0.05)


def test_without_a_run_file_every_fact_of_the_run_has_to_be_said(desk: Desk) -> None:
    assert desk.new().returncode == 0
    desk.measure(TEXTGEN, version=2)
    done = desk.new(without=RUN_OPTIONS)
    assert done.returncode == 2
    assert f"nothing says {', '.join(RUN_OPTIONS)} of {TEXTGEN}@v2" in done.stderr
    assert desk.manifests() == [f"{STEM}.evidence.csv", f"{STEM}.yaml"]


def test_what_a_run_file_does_not_say_has_to_be_said(desk: Desk) -> None:
    desk.ran(hardware=None, pricing=None)
    asked = desk.new(without=RUN_OPTIONS)
    assert (asked.returncode, "nothing says --hardware, --pricing of" in asked.stderr) == (2, True)
    done = desk.new(without=("--concurrency", "--seed"))
    assert done.returncode == 0, done.stderr
    made = desk.read(f"{STEM}.yaml")["evaluation"]
    assert (made["pricing"]["per_hour"], made["seed"]) == (0.8, 11)


def test_facts_that_disagree_with_the_run_file_are_refused_all_at_once(desk: Desk) -> None:
    desk.ran(concurrency=4)
    done = desk.new()
    assert done.returncode == 1
    for option in RUN_OPTIONS:
        assert f"E446 {option} is not what the run had" in done.stdout
    assert 'expected "2.48@2026-09-02", found "0.8@2026-09-01"' in done.stdout
    assert desk.manifests() == []
    agreeing = {"hardware": "8xH100@eu-west-1", "pricing": "2.480@2026-09-02", "seed": "11"}
    assert desk.new(**agreeing, concurrency="4").returncode == 0


def test_a_run_file_of_other_evidence_is_refused(desk: Desk) -> None:
    desk.ran(desk.evidence.read_bytes().replace(b"1", b"2", 1))
    done = desk.new(without=RUN_OPTIONS)
    assert (done.returncode, "E445 this run file belongs to other" in done.stdout) == (1, True)
    assert desk.manifests() == []


def test_evidence_of_another_suite_is_refused_though_its_items_have_the_same_names(
    desk: Desk,
) -> None:
    desk.ran(suite=Measured("canonical", 7, "7" * 64))
    done = desk.new(without=RUN_OPTIONS)
    assert (done.returncode, "E446 the run asked another suite" in done.stdout) == (1, True)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"seed": 11', '"seed": 11, "gpu": "own"', "gpu"),
        ('"seed": 11', '"seed": -1', "seed"),
        ('"seed": 11', '"seed": true', "seed"),
        ('"seed": 11,', "", "seed"),
        ("2.48", "NaN", "NaN"),
        ("2.48", "1e999", "E119"),
        ("2026-09-02T10:00:00Z", "yesterday", "started_at"),
        ('"kind": "Run"', '"kind": "Manifest"', "kind"),
        ('"seed": 11', '"seed": 11, "seed": 7', "seed"),
        ("{", "", "JSON"),
    ],
)
def test_a_run_file_that_eval_run_never_wrote_is_refused(
    desk: Desk, old: str, new: str, said: str
) -> None:
    desk.ran()
    path = run_file.path_of(desk.evidence)
    path.write_text(path.read_text().replace(old, new, 1))
    done = desk.new(without=RUN_OPTIONS)
    assert (done.returncode, said in done.stdout) == (1, True), done
    assert (f"{path}:" in done.stdout, "fix: " in done.stdout) == (True, True)
    assert desk.manifests() == []


def test_the_config_that_is_shipped_is_the_one_that_was_measured(desk: Desk) -> None:
    for path in desk.artifact.iterdir():
        path.unlink()
    (desk.artifact / "prompt.json").write_text('{"user": "{prompt} {rules}"}')
    (desk.artifact / "decoding.json").write_text('{"max_tokens": 16, "temperature": 0}')
    shipped = digest(eval_setup.config(desk.artifact, ROLES["textgen"]))
    ships = {"base_model": "acme/base@" + "d" * 40}
    desk.ran(candidate=Asked("tiny", shipped))
    assert desk.new(TEXTGEN, "--dry-run", without=RUN_OPTIONS, **ships).returncode == 0
    (desk.artifact / "decoding.json").write_text('{"max_tokens": 16, "temperature": 1.5}')
    done = desk.new(without=RUN_OPTIONS, **ships)
    assert (done.returncode, "E446 the model was asked with another config" in done.stdout) == (
        1,
        True,
    )
    assert desk.manifests() == []
