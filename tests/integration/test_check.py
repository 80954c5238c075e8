import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.checking.check import check_pull_request
from fedfuse.model.report import Report
from fedfuse.model.yaml_text import render
from fedfuse.report import pull_request_json
from tests.support.git_repositories import Sandbox
from tests.support.registry import ACTORS, RegistrySandbox, policy
from tests.support.registry import shipment as files_of


@pytest.fixture
def box(tmp_path: Path) -> RegistrySandbox:
    return RegistrySandbox.create(tmp_path / "registry")


@pytest.fixture
def released(box: RegistrySandbox) -> RegistrySandbox:
    """A registry whose history makes its first release."""
    box.land_first_release()
    return box


def check(box: Sandbox, head: str = "HEAD", **options: Any) -> Report:
    with Repository(box.root) as repository:
        return check_pull_request(repository, base="main", head=head, **options)


def codes(report: Report) -> list[str]:
    return [f.code for f in report.all_findings]


def refusing(report: Report) -> set[tuple[str, str, str]]:
    return {(g.gate, g.check, g.verdict.value) for g in report.gates if not g.verdict.admits}


def test_the_very_first_pull_request_of_an_empty_registry_passes(box: RegistrySandbox) -> None:
    box.branch("first")
    box.land("hf/textgen-lora")
    report = check(box)
    assert (codes(report), report.verdict, report.exit_code) == ([], "pass", 0)
    assert report.if_merged is not None
    assert report.if_merged.note == "no release yet: embed, runtime missing"
    assert report.if_merged.members == ("hf/textgen-lora@v1",)


def test_the_merge_that_fills_the_last_role_would_cut_the_first_release(
    box: RegistrySandbox,
) -> None:
    for unit in ("hf/textgen-lora", "gcp/embedder", "aws/runtime-distilled"):
        box.land(unit)
    box.land("gcp/retrieval-eval", subject="gcp/embedder@v1")
    box.branch("benchmark")
    box.land("aws/inference-benchmark", subject="aws/runtime-distilled@v1")
    merged = check(box).if_merged
    assert merged is not None
    assert (merged.tag, merged.bump) == ("acme-ai-federated-v1.0.0", "first")
    first = merged.diff[0]
    assert (first.unit, first.old, first.new) == ("aws/runtime-distilled", None, 1)


def test_a_model_and_the_report_about_it_may_come_in_one_change(box: RegistrySandbox) -> None:
    box.branch("both")
    box.ship("gcp/embedder")
    box.ship("gcp/retrieval-eval", subject="gcp/embedder@v1")
    box.commit("gcp: embedder and its report")
    report = check(box)
    assert report.verdict == "pass"
    assert report.if_merged is not None
    assert report.if_merged.members == ("gcp/embedder@v1",)


def test_a_report_whose_name_sorts_before_its_subjects_may_come_with_it(
    box: RegistrySandbox,
) -> None:
    box.branch("both")
    box.ship("aws/runtime-distilled")
    box.ship("aws/inference-benchmark", subject="aws/runtime-distilled@v1")
    box.commit("aws: runtime-distilled v1 with its benchmark")
    report = check(box)
    assert (codes(report), report.verdict) == ([], "pass")
    assert {g.subject for g in report.gates if g.gate == "agreement"} == {
        "aws/inference-benchmark@v1"
    }
    assert report.if_merged is not None
    assert report.if_merged.members == ("aws/runtime-distilled@v1",)
    assert report.if_merged.waiting == ()


def test_a_better_model_passes_and_a_worse_one_is_refused(released: RegistrySandbox) -> None:
    released.branch("better")
    released.land("hf/textgen-lora", 2, quality=0.95)
    report = check(released)
    assert report.verdict == "pass"
    assert report.if_merged is not None
    assert report.if_merged.tag == "acme-ai-federated-v1.0.1"
    released.branch("worse")
    released.land("hf/textgen-lora", 2, quality=0.76, salt="other")
    worse = check(released)
    assert (worse.verdict, worse.exit_code) == ("fail", 1)
    assert refusing(worse) == {("quality", "baseline", "fail")}
    assert worse.if_merged is None


def test_an_equal_model_is_inconclusive_where_it_has_to_beat(released: RegistrySandbox) -> None:
    released.branch("equal")
    released.land("hf/textgen-lora", 2, salt="other")
    report = check(released)
    assert (report.verdict, report.exit_code) == ("inconclusive", 1)


def test_an_unsafe_a_slow_and_a_dear_model_are_refused_by_their_gates(
    released: RegistrySandbox,
) -> None:
    for name, facts, gate in (
        ("unsafe", {"safety": 0.9}, "safety"),
        ("slow", {"latency_ms": 260.0}, "latency"),
    ):
        released.branch(name)
        released.land("hf/textgen-lora", 2, quality=0.95, **facts)
        assert {g for g, _, _ in refusing(check(released))} == {gate}
        released.git("switch", "-q", "main")


def test_a_report_that_disagrees_with_its_subject_is_refused(released: RegistrySandbox) -> None:
    released.branch("report")
    released.land("gcp/retrieval-eval", 2, subject="gcp/embedder@v1", quality=0.95)
    assert refusing(check(released)) == {("agreement", "quality", "fail")}


def test_a_report_about_nothing_is_a_finding(released: RegistrySandbox) -> None:
    released.branch("report")
    released.land("gcp/retrieval-eval", 2, subject="gcp/embedder@v9")
    assert codes(check(released)) == ["E328"]


def test_a_table_about_data_is_judged_by_its_schema_alone(box: RegistrySandbox) -> None:
    box.branch("table")
    box.land("gcp/dataset-quality")
    report = check(box)
    assert (report.verdict, [g.gate for g in report.gates]) == ("pass", ["set"])


def test_an_author_who_is_no_actor_of_the_provider_is_refused(box: RegistrySandbox) -> None:
    box.branch("first")
    box.land("hf/textgen-lora")
    assert check(box, actor_id=ACTORS["hf"]).identity.status == "ok"
    stranger = check(box, actor_id=ACTORS["aws"])
    assert (codes(stranger), stranger.verdict) == (["E601"], "fail")


def test_without_a_trusted_author_the_report_is_incomplete(box: RegistrySandbox) -> None:
    box.branch("first")
    box.land("hf/textgen-lora")
    report = check(box)
    assert report.identity.status == "not checked"
    assert not report.complete


def test_base_judges_though_the_change_brings_its_own_judge(box: RegistrySandbox) -> None:
    lax = policy()
    lax["roles"]["textgen"]["quality"]["floor"] = 0.0
    box.branch("coup")
    box.ship("hf/textgen-lora", quality=0.5)
    box.write("registry.yaml", json.dumps(lax))
    box.write("schemas/manifest.v1.schema.json", "true")
    box.write("scripts/fedfuse/gates/quality.py", "def judge(case): return ()\n")
    box.write(".github/workflows/check.yml", "on: push\n")
    box.commit("everything at once")
    report = check(box)
    assert set(codes(report)) == {"E202"}
    assert ("quality", "floor", "fail") in refusing(report)


def test_a_branch_from_an_older_laxer_commit_is_judged_by_the_tip(tmp_path: Path) -> None:
    lax = policy()
    lax["roles"]["textgen"]["quality"]["floor"] = 0.1
    box = RegistrySandbox.create(tmp_path / "registry", roles=lax["roles"])
    box.branch("old")
    box.land("hf/textgen-lora", quality=0.5)
    assert check(box).verdict == "pass"
    box.git("switch", "-q", "main")
    box.commit("registry: stricter", {"registry.yaml": render(policy())})
    assert ("quality", "floor", "fail") in refusing(check(box, "old"))


def test_a_manifest_whose_number_was_taken_meanwhile_is_refused(box: RegistrySandbox) -> None:
    box.branch("mine")
    box.land("hf/textgen-lora")
    box.git("switch", "-q", "main")
    box.land("hf/textgen-lora", 1, salt="theirs")
    assert set(codes(check(box, "mine"))) == {"E206"}


def test_a_gap_in_the_version_numbers_is_a_finding_at_the_version(box: RegistrySandbox) -> None:
    box.branch("gap")
    box.land("hf/textgen-lora", 3)
    (finding,) = check(box).findings
    assert (finding.code, finding.expected, finding.line > 0) == ("E323", "1", True)


def test_a_number_below_the_newest_on_main_stays_unused(box: RegistrySandbox) -> None:
    """Version 3 is on main though it was refused there, which has used up its number."""
    box.land("hf/textgen-lora")
    box.land("hf/textgen-lora", 3, quality=0.9)
    box.branch("between")
    box.land("hf/textgen-lora", 2, quality=0.95)
    (finding,) = check(box).findings
    assert (finding.code, finding.expected, finding.found) == ("E323", "4", "2")


def test_a_changed_manifest_is_refused_with_the_next_version_as_fix(
    released: RegistrySandbox,
) -> None:
    released.branch("edit")
    path = released.root / "manifests/hf/textgen-lora/v1.yaml"
    path.write_text(path.read_text().replace("0.8", "0.9"))
    released.commit("a better number")
    (finding,) = check(released).findings
    assert finding.code == "E206"
    assert "v2.yaml" in finding.fix


def test_evidence_of_another_version_is_no_evidence(released: RegistrySandbox) -> None:
    released.branch("reuse")
    old = (released.root / "manifests/hf/textgen-lora/v1.evidence.csv").read_bytes()
    files = files_of("hf/textgen-lora", 2, artifacts=released.root / "artifacts")
    text = str(files["manifests/hf/textgen-lora/v2.yaml"])
    first = (released.root / "manifests/hf/textgen-lora/v1.yaml").read_text()
    theirs, mine = (_declared_evidence(document) for document in (first, text))
    released.write("manifests/hf/textgen-lora/v2.yaml", text.replace(mine, theirs))
    released.write("manifests/hf/textgen-lora/v2.evidence.csv", old)
    released.commit("old evidence")
    assert "E413" in codes(check(released))


def _declared_evidence(document: str) -> str:
    loaded: dict[str, Any] = yaml.safe_load(document)
    return str(loaded["evaluation"]["evidence"]["sha256"])


def test_unrelated_history_is_a_finding(box: RegistrySandbox) -> None:
    box.git("switch", "-q", "--orphan", "other")
    box.commit("other", {"a": "1"})
    assert codes(check(box)) == ["E211"]


def test_an_empty_change_is_a_finding(box: RegistrySandbox) -> None:
    assert codes(check(box, "main")) == ["E201"]


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another place, locale and working directory."""
    folder = tmp_path / "a path with spaces"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setitem(os.environ, "LC_ALL", "C.UTF-8")
    monkeypatch.setitem(os.environ, "TZ", "Asia/Tokyo")
    return folder


def test_two_clones_say_the_same_to_the_byte(released: RegistrySandbox, elsewhere: Path) -> None:
    released.branch("better")
    head = released.land("hf/textgen-lora", 2, quality=0.95)
    here = json.loads(pull_request_json.render(check(released, head)))["deterministic"]
    copy = Sandbox.clone(released.root, elsewhere / "clone")
    copy.git("branch", "-q", "main", "origin/main")
    there = json.loads(pull_request_json.render(check(copy, head)))["deterministic"]
    assert json.dumps(here) == json.dumps(there)


def test_the_clock_is_an_argument(released: RegistrySandbox) -> None:
    released.branch("better")
    released.land("hf/textgen-lora", 2, quality=0.95)
    late = check(released, at=datetime(2027, 6, 1, tzinfo=UTC))
    assert ("latency", "pricing", "fail") in refusing(late)
