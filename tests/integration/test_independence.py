"""The checklist asks for somebody else's measurement of every member, and heeds a failing one."""

import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.checking.check import check_pull_request
from fedfuse.flows.history.main_state import MainState
from fedfuse.flows.operating.checklist_remote import promotion_check
from fedfuse.model.checklist import Answer, Checklist, Status
from fedfuse.model.yaml_text import render
from fedfuse.report import checklist, text
from tests.support import operating_registry
from tests.support.cli_runner import Done, fedfuse
from tests.support.evaluations import evaluate, remeasurement
from tests.support.git_repositories import START
from tests.support.operating_registry import land, promotion, propose
from tests.support.published_registry import THIRD
from tests.support.registry import ACTORS, MAINTAINER, RegistrySandbox, policy

NOW = datetime.fromtimestamp(START, UTC) + timedelta(days=2)
ITEM = "independent-evaluation"
TEXTGEN = "hf/textgen-lora@v2"
MEMBERS = {TEXTGEN: 0.95, "gcp/embedder@v1": 0.85, "aws/runtime-distilled@v2": 0.95}
"""The members of the newest release with the quality that their manifests declare."""


@pytest.fixture
def box(operated_original: Path, tmp_path: Path) -> RegistrySandbox:
    return operating_registry.copy(operated_original, tmp_path)


def judged(box: RegistrySandbox) -> Checklist:
    with Repository(box.root) as repository:
        return promotion_check(box.root)(MainState.at(repository, "main", NOW), THIRD)


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


def run_of(box: RegistrySandbox, ref: str, fix: str) -> Done:
    """Run a fix in a shell's words, with what it leaves open filled in."""
    csv = box.root.parent / "run.csv"
    files = remeasurement(ref, by="registry", quality=MEMBERS[ref])
    (data,) = (data for path, data in files.items() if path.endswith(".csv"))
    assert isinstance(data, bytes)
    csv.write_bytes(data)
    said = {"FILE.csv": str(csv), "LOGIN": "maintainer"}
    command, *words = (said.get(word, word) for word in shlex.split(fix, comments=True))
    assert command == "fedfuse"
    run = "--hardware '2 cores@local' --concurrency 1 --pricing 0.80@2026-09-01 --seed 7"
    return fedfuse(box.root, *words, *shlex.split(run))


def test_its_fix_is_a_command_that_runs_and_tells_how_many_more_members_lack_one(
    box: RegistrySandbox,
) -> None:
    first, *others = sorted(MEMBERS)
    fix = answer(judged(box)).fix
    assert fix.endswith(" # 2 more members lack one")
    done = run_of(box, first, fix)
    assert (done.code, "manifests/registry/evaluations/" in done.out) == (0, True), done
    for ref in (first, others[0]):
        evaluate(box, ref, by="registry", quality=MEMBERS[ref])
    assert "#" not in answer(judged(box)).fix


def test_its_fix_asks_for_a_login_where_several_may_measure(box: RegistrySandbox) -> None:
    people = [{"login": "maintainer", "id": MAINTAINER}, {"login": "second", "id": 77}]
    land(box, {"registry.yaml": render(policy(maintainers=people)).encode()})
    box.git("reset", "-q", "--hard", "main")
    fix = answer(judged(box)).fix
    assert "--by registry --login LOGIN" in fix
    assert run_of(box, min(MEMBERS), fix).code == 0


def test_its_fix_names_no_registry_that_may_not_measure(box: RegistrySandbox) -> None:
    shipping = [{"login": "aws-bot", "id": ACTORS["aws"]}]
    land(box, {"registry.yaml": render(policy(maintainers=shipping)).encode()})
    assert f"--evaluates {min(MEMBERS)} --by PROVIDER" in answer(judged(box)).fix


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
    shown = text.render(checklist.blocks(judgement)).split(f" {ITEM} ")[1].splitlines()[1]
    assert "manifests/aws/evaluations/" in shown
    assert "(not required)" not in shown
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
    azure = {
        "title": "azure",
        "actors": [{"login": "azure-bot", "id": 9}],
        "prefixes": ["gs://az/"],
    }
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
