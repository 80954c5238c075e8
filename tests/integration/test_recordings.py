"""The demonstration's evidence: complete, strict, and described by figures that it proves."""

import re
from functools import cache
from pathlib import Path

import pytest

from fedfuse.adapters.work_tree import WorkTree
from fedfuse.engine.v1.admission import evidence_csv
from fedfuse.engine.v1.metrics import metrics, rows_of
from fedfuse.engine.v1.roles import ROLES
from fedfuse.flows.authoring import eval_setup
from fedfuse.flows.history import snapshots
from fedfuse.model.evidence import Evidence, Machine
from fedfuse.model.role import Role
from fedfuse.model.suite import Suite
from fedfuse_demo.record import HERE, PRICING, RECORDINGS, Recording
from fedfuse_demo.shipments import BETTER, FIRST, WORSE

ROOT = Path(__file__).parents[2]
SUITE = "schemas/suites/canonical/v1"
TABLE = (HERE / "evidence/README.md").read_text("utf-8")
every_recording = pytest.mark.parametrize("recording", RECORDINGS, ids=lambda one: one.name)


@cache
def suite() -> Suite:
    found = snapshots.of(WorkTree(ROOT)).suite_at(SUITE)
    assert isinstance(found, Suite)
    return found


def role_of(recording: Recording) -> Role:
    role = ROLES[recording.role]
    return role.as_reported() if recording.report else role


def evidence_of(recording: Recording) -> Evidence:
    data = (HERE / "evidence" / f"{recording.name}.csv").read_bytes()
    items = suite().items(role_of(recording).parts)
    evidence, findings = evidence_csv.parse(data, path=recording.name, items=items)
    assert findings == ()
    assert evidence is not None
    return evidence


def figures(recording: Recording) -> dict[str, float]:
    machine = Machine(PRICING.per_hour, 1)
    return metrics(evidence_of(recording), suite().parts, role=role_of(recording), machine=machine)


@every_recording
def test_a_recording_is_complete_evidence_on_the_published_suite(recording: Recording) -> None:
    evidence = evidence_of(recording)
    assert evidence.paired == bool(recording.baseline)
    assert all(row.ok and row.latency_ms > 0 and row.input_tokens > 0 for row in evidence.rows)


@every_recording
def test_the_table_holds_the_figures_that_the_evidence_proves(recording: Recording) -> None:
    found, parts = figures(recording), suite().parts
    rows = evidence_of(recording).rows
    guarded = [p for p in ("policy", "adversarial", "benign") if p in role_of(recording).parts]
    failures = [sum(not row.passed for row in rows_of(rows, parts[part])) for part in guarded]
    critical = [i for part in guarded for i in parts[part] if i.critical]
    cells = [
        f"{len(rows):,}",
        f"{found['quality']:.4f}",
        f"{found['safety']:.4f}" if guarded else "",
        f"{found['latency_ms_p95']:.1f}",
        f"{found['cost_per_1k_tokens']:.6f}",
        " / ".join(map(str, failures)),
        str(sum(not row.passed for row in rows_of(rows, critical))) if guarded else "",
    ]
    line = next(row for row in TABLE.splitlines() if row.startswith(f"| `{recording.name}` |"))
    assert [cell.strip() for cell in line.split("|")[3:-1]] == cells


@every_recording
def test_the_config_that_was_recorded_is_a_valid_artifact(recording: Recording) -> None:
    for name in {recording.config or recording.name, recording.baseline} - {""}:
        eval_setup.config(HERE / "configs" / name, role_of(recording))


def test_every_shipment_of_the_story_was_recorded_and_nothing_else() -> None:
    shipped = {one.recording for one in (*FIRST, BETTER, WORSE)}
    assert shipped == {recording.name for recording in RECORDINGS}
    assert shipped == {path.stem for path in (HERE / "evidence").glob("*.csv")}


def test_a_report_agrees_with_the_run_it_checks() -> None:
    by_name = {recording.name: figures(recording) for recording in RECORDINGS}
    for report, subject in (
        ("retrieval-eval-v1", "embedder-v1"),
        ("inference-benchmark-v1", "runtime-distilled-v1"),
    ):
        one, other = by_name[report], by_name[subject]
        assert abs(one["quality"] - other["quality"]) <= 0.02
        for name in ("latency_ms_p95", "cost_per_1k_tokens"):
            assert max(one[name], other[name]) <= 1.25 * min(one[name], other[name])


def test_the_worse_model_is_worse_and_the_better_one_better() -> None:
    quality = {recording.name: figures(recording)["quality"] for recording in RECORDINGS}
    assert quality["textgen-careless"] < quality["textgen-lora-v1"] < quality["textgen-lora-v2"]


def test_the_recordings_name_no_host_and_no_path() -> None:
    assert re.search(r"https?://|/home/|/root|/tmp|/work", TABLE) is None
