"""A waiver lets one gate of these very bytes pass, for a time, by somebody else's word."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.checking.check import check_pull_request
from fedfuse.flows.checking.release_checklist import judge
from fedfuse.flows.history.main_state import MainState
from fedfuse.model.canonical import sha256
from fedfuse.model.checklist import Answer, Status
from fedfuse.model.release import timestamp
from fedfuse.model.report import Report
from tests.support import operating_registry
from tests.support.cli_runner import fedfuse
from tests.support.forged_tags import record_of
from tests.support.git_repositories import START
from tests.support.operating_registry import event, land, propose
from tests.support.registry import ACTORS, RegistrySandbox, shipment

UNIT = "hf/textgen-lora"
PATH = f"manifests/{UNIT}/v3.yaml"
NOW = datetime.fromtimestamp(START, UTC) + timedelta(days=2)
ENDS = NOW + timedelta(days=7)
OTHER, BOTH = 2, ACTORS["hf"]
"""A maintainer who ships for nobody, and one who ships for hf too."""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("waivers")
    maintainers = [{"login": "other", "id": OTHER}, {"login": "both", "id": BOTH}]
    operating_registry.operate(root, maintainers=maintainers)
    return root


def worse(box: RegistrySandbox, **facts: Any) -> dict[str, bytes]:
    """A third version that is worse than the second, and nothing else is wrong with it."""
    facts = {"quality": 0.9, **facts}
    made = shipment(UNIT, 3, artifacts=box.root / "artifacts", **facts)
    return {path: c.encode() if isinstance(c, str) else c for path, c in made.items()}


def waiver(files: Mapping[str, bytes], **fields: Any) -> dict[str, bytes]:
    """A waiver of quality for the manifest among these files."""
    said = {
        "kind": "waive",
        "gate": "quality",
        "manifest_sha256": sha256(files[PATH]),
        "reason": "the new data is worth it",
        "expires": timestamp(ENDS),
        "unit": UNIT,
    }
    return event(1, **{key: v for key, v in (said | fields).items() if v is not None})


def judged(box: RegistrySandbox, files: Mapping[str, bytes], **options: Any) -> Report:
    head = propose(box, files)
    with Repository(box.root) as repository:
        return check_pull_request(
            repository, base="main", head=head, **{"at": NOW, "actor_id": OTHER, **options}
        )


def codes(report: Report) -> list[str]:
    return sorted(finding.code for finding in report.all_findings)


def refusing(report: Report) -> set[str]:
    return {gate.gate for gate in report.gates if not gate.verdict.admits}


def test_without_a_waiver_the_worse_version_is_refused(standing: RegistrySandbox) -> None:
    assert refusing(judged(standing, worse(standing), actor_id=BOTH)) == {"quality"}


def test_a_waiver_on_main_lets_exactly_these_bytes_pass(box: RegistrySandbox) -> None:
    files = worse(box)
    assert codes(judged(box, waiver(files))) == []
    land(box, waiver(files))
    report = judged(box, files, actor_id=BOTH)
    assert report.verdict == "pass"
    assert {g.gate for g in report.gates if g.verdict == "waived"} == {"quality"}
    assert refusing(judged(box, worse(box, salt="other"))) == {"quality"}
    slow = worse(box, latency_ms=260.0)
    assert refusing(judged(box, slow)) == {"quality", "latency"}


def test_an_expired_waiver_is_refused_and_lets_nothing_pass(box: RegistrySandbox) -> None:
    files = worse(box)
    assert codes(judged(box, waiver(files), at=ENDS)) == ["E709"]
    land(box, waiver(files))
    assert judged(box, files, actor_id=BOTH, at=ENDS - timedelta(seconds=1)).verdict == "pass"
    assert refusing(judged(box, files, actor_id=BOTH, at=ENDS)) == {"quality"}


def test_a_waiver_after_its_manifest_is_refused(box: RegistrySandbox) -> None:
    files = worse(box)
    land(box, files)
    assert codes(judged(box, waiver(files))) == ["E709"]


def test_who_ships_for_the_provider_may_not_waive_for_it(standing: RegistrySandbox) -> None:
    files = waiver(worse(standing))
    report = judged(standing, files, actor_id=BOTH)
    assert (codes(report), report.verdict) == (["E603"], "fail")
    assert "other (2)" in report.identity.findings[0].expected
    assert codes(judged(standing, files, actor_id=OTHER)) == []
    assert codes(judged(standing, files, actor_id=ACTORS["gcp"])) == ["E602"]


def test_a_waiver_that_lies_about_its_unit_counts_for_nothing(box: RegistrySandbox) -> None:
    files = worse(box)
    lie = waiver(files, unit="gcp/embedder")
    assert codes(judged(box, lie, actor_id=BOTH)) == []  # nobody can tell before the bytes land
    land(box, lie)
    assert refusing(judged(box, files, actor_id=BOTH)) == {"quality"}


@pytest.mark.parametrize("unit", [None, "hf/unheard-of"])
def test_a_waiver_names_a_unit_of_the_registry(standing: RegistrySandbox, unit: str | None) -> None:
    assert codes(judged(standing, waiver(worse(standing), unit=unit))) == ["E711"]


@pytest.mark.parametrize("gate", ["safety", "compatibility"])
def test_safety_and_compatibility_are_never_waived(standing: RegistrySandbox, gate: str) -> None:
    report = judged(standing, waiver(worse(standing), gate=gate))
    assert (report.verdict, report.findings[0].path) == ("fail", "releases/events/0001.yaml")


def gates_of(box: RegistrySandbox, tag: str, now: datetime) -> Answer:
    """How the checklist answers whether every member passed its gates."""
    with Repository(box.root) as repository:
        judgement = judge(MainState.at(repository, "main", now), tag)
    return next(one.answer for one in judgement.items if one.item.check == "gates")


def test_the_release_is_no_go_once_the_waiver_of_a_member_expires(box: RegistrySandbox) -> None:
    files = worse(box)
    land(box, waiver(files))
    land(box, files)
    assert fedfuse(box.root, "release", "--no-mirror", "--quiet").code == 0
    tag = "acme-ai-federated-v1.0.3"
    (kept,) = record_of(box, tag)["waivers"]
    assert (kept["unit"], kept["expires"]) == (UNIT, timestamp(ENDS))
    now = gates_of(box, tag, NOW)
    assert now.status is Status.YES
    assert f"quality of {UNIT}@v3 is waived until {timestamp(ENDS)}" in now.evidence
    later = gates_of(box, tag, ENDS)
    assert (later.status, "expired" in later.evidence) == (Status.NO, True)
    assert gates_of(box, "acme-ai-federated-v1.0.2", ENDS).status is Status.YES
