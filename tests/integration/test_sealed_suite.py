"""What is promoted in a registry with an evaluator: what is good on items it never saw."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.checking.check import check_pull_request
from fedfuse.flows.history.main_state import MainState
from fedfuse.flows.operating.checklist_remote import promotion_check
from fedfuse.model.checklist import Answer, Checklist, Status
from tests.support import operating_registry, sealed_suite
from tests.support.cli_runner import fedfuse
from tests.support.forged_tags import record_of
from tests.support.git_repositories import START
from tests.support.operating_registry import land, promotion
from tests.support.published_registry import THIRD
from tests.support.registry import RegistrySandbox
from tests.support.sealed_suite import Serve, kept_of, measured, next_textgen

pytestmark = pytest.mark.slow  # a sealed suite is measured by some 3,500 real requests

NOW = datetime.fromtimestamp(START, UTC) + timedelta(days=2)
ITEM = "independent-evaluation"
V2, V3 = "hf/textgen-lora@v2", "hf/textgen-lora@v3"
FOURTH = "acme-ai-federated-v1.0.3"


@pytest.fixture
def box(operated_original: Path, tmp_path: Path) -> RegistrySandbox:
    return operating_registry.copy(operated_original, tmp_path)


@pytest.fixture
def evaluated(evaluated_original: Path, tmp_path: Path) -> RegistrySandbox:
    return sealed_suite.opened(evaluated_original, tmp_path)


@pytest.fixture
def serve() -> Iterator[Serve]:
    with sealed_suite.serving() as said:
        yield said


def judged(box: RegistrySandbox, tag: str = THIRD) -> Checklist:
    with Repository(box.root) as repository:
        return promotion_check(box.root)(MainState.at(repository, "main", NOW), tag)


def answer(judgement: Checklist) -> Answer:
    return next(one.answer for one in judgement.items if one.item.id == ITEM)


def test_a_registry_without_an_evaluator_asks_for_nothing_new(box: RegistrySandbox) -> None:
    assert judged(box).go
    done = fedfuse(box.root, "eval", "release", "--dry-run", "--format", "json")
    assert (done.code, done.json()["due"], done.json()["suite"]) == (0, [], None)


def test_nothing_is_promoted_before_it_was_measured_on_the_sealed_suite(
    box: RegistrySandbox, serve: Serve
) -> None:
    kept = sealed_suite.set_up(box)
    judgement = judged(box)
    assert [one.item.id for one in judgement.blocking] == [ITEM], "though it is `required: false`"
    said = answer(judgement)
    assert (said.status, V2 in said.evidence) == (Status.NO, True)
    assert "fedfuse eval release" in said.fix

    measured(box, kept, serve().url)
    judgement = judged(box)
    assert judgement.go, answer(judgement)
    assert "manifests/registry/evaluations/hf.textgen-lora.v2.e1.yaml" in answer(judgement).evidence
    done = fedfuse(box.root, "eval", "release", "--dry-run", "--format", "json")
    assert done.json()["due"] == [], "a version is measured once"


def test_what_knows_only_the_public_suite_is_stopped_by_the_sealed_one(
    evaluated: RegistrySandbox, serve: Serve
) -> None:
    """Its public evidence is perfect, since it answers from a table, and every gate passes it."""
    next_textgen(evaluated)
    assert FOURTH in evaluated.git("tag"), "released, for what the public suite can tell"
    assert V3 in answer(judged(evaluated, FOURTH)).evidence

    measured(evaluated, kept_of(evaluated), serve("textgen-lora-v3", textgen_lora_v3=0.95).url)
    said = answer(judged(evaluated, FOURTH))
    assert said.status is Status.NO
    assert f"baseline of {V3} is inconclusive" in said.evidence
    with Repository(evaluated.root) as repository:
        report = check_pull_request(
            repository,
            base="main",
            head=operating_registry.propose(evaluated, promotion(evaluated, 2, FOURTH)),
            at=NOW,
        )
    assert [found.code for found in report.findings] == ["E713"]


def test_one_that_is_below_the_floor_there_is_revoked(
    evaluated: RegistrySandbox, serve: Serve
) -> None:
    next_textgen(evaluated)
    measured(evaluated, kept_of(evaluated), serve("textgen-lora-v3", textgen_lora_v3=0.4).url)
    status = fedfuse(evaluated.root, "status", "--format", "json").json()
    assert V3 in json.dumps(status["revoked"])
    blocking = {one.item.id for one in judged(evaluated, FOURTH).blocking}
    assert {"withdrawn", ITEM} <= blocking


def test_one_that_is_better_there_too_is_promoted(evaluated: RegistrySandbox, serve: Serve) -> None:
    next_textgen(evaluated)
    measured(evaluated, kept_of(evaluated), serve(textgen_lora_v3=1.0).url)
    said = answer(judged(evaluated, FOURTH))
    assert said.status is Status.YES, said
    assert f"{V3} passes manifests/registry/evaluations/hf.textgen-lora.v3.e1.yaml" in said.evidence
    assert f"beside {V2}" in said.evidence


def test_an_evaluator_that_comes_later_asks_for_what_serves_too(
    box: RegistrySandbox, serve: Serve
) -> None:
    land(box, promotion(box, 1, THIRD))
    box.git("reset", "-q", "--hard", "main")
    kept = sealed_suite.set_up(box)
    next_textgen(box)
    said = answer(judged(box, FOURTH))
    assert f"{V2}, which serves" in said.evidence
    measured(box, kept, serve(textgen_lora_v3=1.0).url)
    assert answer(judged(box, FOURTH)).status is Status.YES


def test_after_a_rotation_what_serves_is_measured_again(
    evaluated: RegistrySandbox, serve: Serve
) -> None:
    kept = sealed_suite.set_up(evaluated, 2)
    next_textgen(evaluated)
    assert f"{V2}, which serves" in answer(judged(evaluated, FOURTH)).evidence
    measured(evaluated, kept, serve(textgen_lora_v3=1.0).url)
    said = answer(judged(evaluated, FOURTH))
    assert (said.status, "hf.textgen-lora.v3.e1.yaml" in said.evidence) == (Status.YES, True)
    records = fedfuse(evaluated.root, "status", "--format", "json").json()
    assert records["production"] == THIRD


def test_the_record_of_a_release_carries_which_suite_was_sealed(
    evaluated: RegistrySandbox,
) -> None:
    next_textgen(evaluated)
    said = record_of(evaluated, FOURTH)["evaluations"][V2]
    assert said == [{"by": "registry", "number": 1, "verdict": "pass", "sealed": "sealed/v1"}]
    assert answer(judged(evaluated)).status is Status.YES, "resumed from the tag"
