"""The digests in a report are those of the bytes that were judged, and by which."""

import hashlib
from pathlib import Path

import pytest
import yaml

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.checking.check import check_pull_request
from fedfuse.model.report import Report
from fedfuse.report import pull_request
from tests.support.registry import RegistrySandbox

FOLDER = "manifests/hf/textgen-lora"


@pytest.fixture
def box(tmp_path: Path) -> RegistrySandbox:
    made = RegistrySandbox.create(tmp_path / "registry")
    made.branch("change")
    return made


def judged(box: RegistrySandbox) -> Report:
    with Repository(box.root) as repository:
        return check_pull_request(repository, base="main", head="change")


def digests(report: Report) -> dict[str, str]:
    return {one.name: one.value for one in report.digests}


def test_a_report_pins_policy_suite_contract_manifest_evidence_and_artifact(
    box: RegistrySandbox,
) -> None:
    box.land("hf/textgen-lora")
    report = judged(box)
    said = digests(report)
    manifest = yaml.safe_load((box.root / FOLDER / "v1.yaml").read_bytes())
    for path in ("registry.yaml", f"{FOLDER}/v1.yaml", f"{FOLDER}/v1.evidence.csv"):
        assert said.pop(path) == hashlib.sha256((box.root / path).read_bytes()).hexdigest()
    assert said == {
        "suite canonical/v1": manifest["evaluation"]["suite"]["sha256"],
        "contract textgen/v1": manifest["contract"]["sha256"],
        manifest["artifact"]["uri"]: manifest["artifact"]["revision"],
    }
    comment = pull_request.comment(report)
    folded = comment.partition("<details><summary>Provenance</summary>")[2]
    assert all(f"- `{name}`: `{value}`" in folded for name, value in digests(report).items())


def test_a_manifest_that_cannot_be_read_is_pinned_by_its_bytes(box: RegistrySandbox) -> None:
    broken = b"kind: Manifest\nkind: Manifest\n"
    box.commit("broken", {f"{FOLDER}/v1.yaml": broken})
    report = judged(box)
    assert report.findings
    assert set(digests(report)) == {"registry.yaml", f"{FOLDER}/v1.yaml"}
    assert digests(report)[f"{FOLDER}/v1.yaml"] == hashlib.sha256(broken).hexdigest()


def test_a_change_that_ships_nothing_pins_nothing_but_its_commits(box: RegistrySandbox) -> None:
    box.commit("docs", {"docs.md": "words"})
    assert judged(box).digests == ()
