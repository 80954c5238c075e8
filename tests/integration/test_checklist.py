"""GO or NO-GO: every item is answered by what is there, and nothing is ticked by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.errors import RegistryError, UsageError
from fedfuse.flows.checking.check import check_pull_request
from fedfuse.flows.history.main_state import MainState
from fedfuse.flows.operating.checklist_remote import promotion_check
from fedfuse.model.checklist import Answer, Checklist, Status
from fedfuse.model.report import Report
from fedfuse.model.yaml_text import render
from fedfuse.report import checklist, text
from tests.support import operating_registry
from tests.support.forged_tags import point
from tests.support.git_repositories import START
from tests.support.operating_registry import event, land, promotion, propose
from tests.support.published_registry import FIRST, SECOND, THIRD
from tests.support.registry import RegistrySandbox, policy

NOW = datetime.fromtimestamp(START, UTC) + timedelta(days=2)
MACHINE = {
    *("history", "gates", "artifacts", "coverage", "contracts", "mirror", "withdrawn", "hold"),
    *("way-back", "objectives"),
}
"""Items that a machine answers with yes for a healthy release."""


@pytest.fixture(scope="module")
def source(operated_original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For tests that land nothing."""
    root = tmp_path_factory.mktemp("checklist")
    operating_registry.copy(operated_original, root)
    return root


@pytest.fixture
def box(operated_original: Path, tmp_path: Path) -> RegistrySandbox:
    return operating_registry.copy(operated_original, tmp_path)


def judged(box: RegistrySandbox, tag: str = THIRD) -> Checklist:
    with Repository(box.root) as repository:
        return promotion_check(box.root)(MainState.at(repository, "main", NOW), tag)


def answers(judgement: Checklist) -> dict[str, Answer]:
    return {one.item.id: one.answer for one in judgement.items}


def nays(box: RegistrySandbox, tag: str = THIRD) -> set[str]:
    """The required items that stand in the way."""
    return {one.item.id for one in judged(box, tag).blocking}


def test_a_healthy_release_is_go_and_says_why(source: Path) -> None:
    judgement = judged(operating_registry.opened(source))
    said = answers(judgement)
    assert (judgement.verdict, judgement.exit_code) == ("GO", 0)
    assert {item for item, answer in said.items() if answer.status is Status.YES} == MACHINE
    assert all(answer.evidence for answer in said.values())
    assert "gcp/retrieval-eval@v1 covers gcp/embedder@v1" in said["coverage"].evidence


def test_what_no_machine_knows_is_for_the_approver(source: Path) -> None:
    judgement = judged(operating_registry.opened(source))
    people = [i for i, a in answers(judgement).items() if a.status is Status.PERSON]
    assert people == ["data-stays", "licenses", "announced"]
    last = text.render(checklist.blocks(judgement)).splitlines()[-1]
    assert last == "Approving the promotion affirms: data-stays, licenses, announced"


def test_an_independent_evaluation_is_a_no_that_does_not_block(source: Path) -> None:
    judgement = judged(operating_registry.opened(source))
    said = answers(judgement)["independent-evaluation"]
    assert (said.status, judgement.go) == (Status.NO, True)
    assert "(not required)" in text.render(checklist.blocks(judgement))


def test_a_registry_may_insist_on_independent_evaluations(box: RegistrySandbox) -> None:
    path = box.root / operating_registry.CHECKLIST
    lines = [line for line in path.read_text().splitlines() if "required: false" not in line]
    land(box, {operating_registry.CHECKLIST: "\n".join([*lines, ""]).encode()})
    assert nays(box) == {"independent-evaluation"}


def test_a_changed_artifact_is_a_no(box: RegistrySandbox) -> None:
    file = box.root / "artifacts/hf/textgen-lora-v2/model.safetensors"
    file.write_bytes(b"swapped")
    judgement = judged(box)
    assert nays(box) == {"artifacts"}
    assert "manifests/hf/textgen-lora/v2.yaml" in answers(judgement)["artifacts"].evidence
    assert nays(box, FIRST) == set()


def test_a_release_that_is_not_mirrored_is_a_no(box: RegistrySandbox) -> None:
    land(box, promotion(box, 1, FIRST))
    mirrored = box.root.parent / "hub/tags"
    (mirrored / THIRD).rename(mirrored.parent / "away")
    assert nays(box) == {"mirror"}
    (mirrored / FIRST).rename(mirrored.parent / "away too")
    assert nays(box) == {"mirror", "way-back"}


def test_a_mirror_that_holds_other_bytes_is_a_no(box: RegistrySandbox) -> None:
    record = box.root.parent / "hub/tags" / THIRD / "fused.json"
    record.write_bytes(record.read_bytes().replace(b"patch", b"major"))
    judgement = judged(box)
    assert nays(box) == {"mirror"}
    assert "fused.json" in answers(judgement)["mirror"].evidence


def test_a_forged_tag_is_a_no(box: RegistrySandbox) -> None:
    point(box, SECOND, box.git("rev-parse", FIRST))
    assert "history" in nays(box)


def test_a_hold_is_a_no_with_the_command_that_lifts_it(box: RegistrySandbox) -> None:
    land(box, event(1, kind="hold", reason="wait"))
    assert nays(box) == {"hold"}
    assert answers(judged(box))["hold"].fix == "fedfuse lift 1"


def test_a_withdrawn_report_uncovers_its_member(box: RegistrySandbox) -> None:
    land(box, event(1, kind="yank", version="gcp/retrieval-eval@v1", reason="typo"))
    said = answers(judged(box))
    assert said["coverage"].status is Status.NO
    assert "gcp/retrieval-eval@v1" in said["coverage"].evidence


def test_a_way_back_that_nobody_could_take_blocks_no_promotion_of_the_cure(
    box: RegistrySandbox,
) -> None:
    land(box, promotion(box, 1, FIRST))
    land(box, event(2, kind="yank", version="hf/textgen-lora@v1", reason="it leaks"))
    (box.root / "artifacts/hf/textgen-lora-v1/model.safetensors").unlink()
    said = answers(judged(box))["way-back"]
    assert said.status is Status.YES
    assert "hf/textgen-lora@v1, which was withdrawn" in said.evidence


def test_a_warm_release_whose_artifact_is_lost_is_a_no(box: RegistrySandbox) -> None:
    land(box, promotion(box, 1, FIRST))
    (box.root / "artifacts/hf/textgen-lora-v1/model.safetensors").unlink()
    assert nays(box) == {"way-back"}
    assert FIRST in answers(judged(box))["way-back"].evidence


def test_a_mirror_that_does_not_answer_is_an_error_and_no_yes(
    box: RegistrySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    land(box, {"registry.yaml": render(policy(hub="hf://acme/federated")).encode()})
    judgement = judged(box)
    assert answers(judgement)["mirror"].status is Status.ERROR
    assert (judgement.verdict, judgement.exit_code) == ("NO-GO", 3)


def test_only_releases_of_main_have_a_checklist(source: Path) -> None:
    with pytest.raises(UsageError, match="no release"):
        judged(operating_registry.opened(source), "acme-ai-federated-v9.9.9")


def test_a_registry_without_a_list_says_so(box: RegistrySandbox) -> None:
    box.git("rm", "-q", operating_registry.CHECKLIST)
    box.commit("no list")
    with pytest.raises(RegistryError, match="no checklist"):
        judged(box)


def promoted(box: RegistrySandbox, **options: Any) -> Report:
    head = propose(box, promotion(box, 1, FIRST))
    with Repository(box.root) as repository:
        return check_pull_request(
            repository,
            base="main",
            head=head,
            at=NOW,
            actor_id=1,
            promotion_check=promotion_check(box.root),
            **options,
        )


def test_check_asks_outside_before_a_promotion_may_land(box: RegistrySandbox) -> None:
    report = promoted(box)
    assert (report.verdict, report.complete, report.remote.status) == ("pass", True, "ok")
    mirrored = box.root.parent / "hub/tags"
    (mirrored / FIRST).rename(mirrored.parent / "away")
    report = promoted(box)
    (finding,) = report.remote.findings
    assert (report.verdict, report.exit_code) == ("fail", 1)
    assert (finding.code, finding.path) == ("E713", "releases/events/0001.yaml")
    assert finding.message.startswith("the checklist's item `mirror` is not met: The mirror holds")
    assert finding.fix == "fedfuse mirror"


def test_check_never_passes_a_promotion_when_outside_does_not_answer(
    box: RegistrySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    land(box, {"registry.yaml": render(policy(hub="hf://acme/federated")).encode()})
    report = promoted(box)
    assert (report.verdict, report.exit_code, report.remote.status) == ("error", 3, "error")


def test_an_empty_list_is_no_go(source: Path) -> None:
    assert not replace(judged(operating_registry.opened(source)), items=()).go
