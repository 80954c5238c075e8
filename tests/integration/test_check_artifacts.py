"""What the stores say of the artifacts of a change, and what it makes of the verdict."""

from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.checking.remote_side import ArtifactCheck
from fedfuse.flows.releasing import addresses
from tests.support.changes import check
from tests.support.registry import ACTORS, RegistrySandbox


@pytest.fixture
def box(tmp_path: Path) -> RegistrySandbox:
    return RegistrySandbox.create(tmp_path / "registry")


def on_a_hub_that_is_away(document: dict[str, Any]) -> None:
    """Needs `HF_ENDPOINT` to be an address where nobody listens."""
    document["artifact"] |= {"uri": "hf://acme/elsewhere", "revision": "a" * 40}


def stores(box: RegistrySandbox) -> ArtifactCheck:
    """What asks the stores that the addresses of manifests name."""
    with Repository(box.root) as repository:
        return addresses.artifact_check(repository, "main", root=box.root)


def test_an_artifact_that_is_not_what_the_manifest_says_is_refused(box: RegistrySandbox) -> None:
    box.branch("first")
    box.land("hf/textgen-lora")
    assert check(box, "HEAD", artifact_check=stores(box)).remote.status == "ok"
    (box.root / "artifacts/hf/textgen-lora-v1/model.safetensors").write_bytes(b"swapped")
    report = check(box, "HEAD", artifact_check=stores(box))
    assert (report.remote.status, report.exit_code) == ("refused", 1)


def test_a_store_that_cannot_be_asked_is_an_error_and_never_a_pass(
    box: RegistrySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    box.branch("first")
    box.land("hf/textgen-lora", edit=on_a_hub_that_is_away)
    report = check(box, "HEAD", artifact_check=stores(box))
    assert (report.verdict, report.exit_code, report.remote.status) == ("error", 3, "error")


def test_a_store_that_cannot_be_asked_hides_no_refusal_by_another(
    box: RegistrySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    box.branch("two")
    box.ship("hf/policy-adapter", edit=on_a_hub_that_is_away)
    box.ship("hf/textgen-lora")
    (box.root / "artifacts/hf/textgen-lora-v1/model.safetensors").write_bytes(b"swapped")
    box.commit("hf: policy-adapter v1 and textgen-lora v1")
    report = check(box, "HEAD", artifact_check=stores(box), actor_id=ACTORS["hf"])
    assert {finding.path for finding in report.remote.findings} == {
        "manifests/hf/textgen-lora/v1.yaml"
    }
    assert (report.verdict, report.exit_code) == ("fail", 1)
    assert (report.remote.status, report.complete) == ("error", False), "and it is said"
