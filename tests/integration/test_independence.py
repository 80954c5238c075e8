"""The checklist asks for somebody else's measurement of every member, and heeds a failing one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.checking.check import check_pull_request
from fedfuse.flows.folding.scene import Scene
from fedfuse.flows.operating.checklist_outside import promotion_check
from fedfuse.model.checklist import Answer, Checklist, Status
from fedfuse.model.yaml_text import render
from fedfuse.report import go_no_go
from tests import operated
from tests.evaluations import evaluate
from tests.operated import land, promotion, propose
from tests.published import THIRD
from tests.registry import RegistrySandbox, policy
from tests.sandbox import START

NOW = datetime.fromtimestamp(START, UTC) + timedelta(days=2)
ITEM = "independent-evaluation"
TEXTGEN = "hf/textgen-lora@v2"
MEMBERS = {TEXTGEN: 0.95, "gcp/embedder@v1": 0.85, "aws/runtime-distilled@v2": 0.95}
"""The members of the newest release with the quality that their manifests declare."""


@pytest.fixture
def box(operated_original: Path, tmp_path: Path) -> RegistrySandbox:
    return operated.copy(operated_original, tmp_path)


def judged(box: RegistrySandbox) -> Checklist:
    with Repository(box.root) as repository:
        return promotion_check(box.root)(Scene.at(repository, "main", NOW), THIRD)


def answer(judgement: Checklist) -> Answer:
    return next(one.answer for one in judgement.items if one.item.id == ITEM)


def test_it_is_a_yes_once_the_registry_measured_every_member(box: RegistrySandbox) -> None:
    for ref, quality in sorted(MEMBERS.items()):
        said = answer(judged(box))
        assert (said.status, ref in said.evidence) == (Status.NO, True)
        assert f"--evaluates {ref} --by registry" in said.fix
        evaluate(box, ref, by="registry", quality=quality)
    said = answer(judged(box))
    assert said.status is Status.YES
    assert "manifests/registry/evaluations/hf.textgen-lora.v2.e1.yaml" in said.evidence


def test_a_providers_own_measurement_is_not_independent(box: RegistrySandbox) -> None:
    evaluate(box, TEXTGEN, by="hf", quality=0.95)
    assert TEXTGEN in answer(judged(box)).evidence


def test_a_failing_measurement_by_another_provider_blocks_though_the_item_is_not_required(
    box: RegistrySandbox,
) -> None:
    assert judged(box).go
    evaluate(box, TEXTGEN, by="aws", quality=0.5)
    judgement = judged(box)
    assert [one.item.id for one in judgement.blocking] == [ITEM]
    assert "manifests/aws/evaluations/hf.textgen-lora.v2.e1.yaml" in answer(judgement).evidence
    shown = [line for line in go_no_go.text(judgement).splitlines() if f" {ITEM} " in line]
    assert ["(not required)" in line for line in shown] == [False]
    with Repository(box.root) as repository:
        report = check_pull_request(
            repository, base="main", head=propose(box, promotion(box, 1, THIRD)), at=NOW
        )
    assert [found.code for found in report.findings] == ["E713"]


def test_who_found_it_failing_may_find_it_passing_later(box: RegistrySandbox) -> None:
    evaluate(box, TEXTGEN, by="aws", quality=0.5)
    evaluate(box, TEXTGEN, by="gcp", quality=0.95)
    assert not judged(box).go
    evaluate(box, TEXTGEN, by="aws", number=2, quality=0.95)
    assert judged(box).go


def test_a_provider_that_was_taken_off_the_list_has_no_say_any_more(box: RegistrySandbox) -> None:
    azure = {"title": "azure", "actors": [{"login": "azure-bot", "id": 9}], "prefixes": ["gs://az/"]}
    providers = policy()["providers"]
    listed = render(policy(providers=providers | {"azure": azure})).encode()
    land(box, {"registry.yaml": listed})
    evaluate(box, TEXTGEN, by="azure", quality=0.5)
    assert not judged(box).go
    land(box, {"registry.yaml": render(policy()).encode()})
    assert judged(box).go


def test_a_measurement_that_settles_nothing_hides_no_failing_one(box: RegistrySandbox) -> None:
    def priced_long_ago(document: dict[str, dict[str, dict[str, str]]]) -> None:
        document["evaluation"]["pricing"]["as_of"] = "2020-01-01"

    evaluate(box, TEXTGEN, by="aws", quality=0.95, edit=priced_long_ago)
    assert judged(box).go
    evaluate(box, TEXTGEN, by="aws", number=2, quality=0.5)
    evaluate(box, TEXTGEN, by="aws", number=3, quality=0.95, edit=priced_long_ago)
    assert not judged(box).go


def test_figures_that_another_provider_cannot_reproduce_are_no_pass(box: RegistrySandbox) -> None:
    """Good enough by itself, but eight points better than what its provider claims."""
    evaluate(box, "gcp/embedder@v1", by="aws", quality=0.93)
    said = answer(judged(box))
    assert said.vetoes
    assert "gcp/embedder@v1 fails manifests/aws" in said.evidence
