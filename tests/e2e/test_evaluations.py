"""Evaluations from the command line: judged once, and what they do to releases."""

import json
from typing import Any

import pytest

from fedfuse.adapters.json_strict import load_json
from fedfuse.adapters.schemas import Validator
from fedfuse.model.document import Document
from tests.support import evaluations
from tests.support.audits import audited
from tests.support.cli_runner import Done, fedfuse
from tests.support.forged_tags import record_of
from tests.support.published_registry import NAME, THIRD
from tests.support.registry import ACTORS, MAINTAINER, TOOL, RegistrySandbox

V2, FOURTH = "hf/textgen-lora@v2", f"{NAME}-v1.0.3"
PATH = "manifests/{}/evaluations/hf.textgen-lora.v2.e{}.yaml"


def check(box: RegistrySandbox, *options: str) -> Done:
    return fedfuse(
        box.root, "check", "--base=main", "--head=mine", "--offline", "--format=json", *options
    )


def land(box: RegistrySandbox, *subjects: str, **facts: Any) -> str:
    commit = evaluations.evaluate(box, *subjects, **facts)
    box.git("push", "-q", "origin", "main")
    return commit


def release(box: RegistrySandbox) -> str:
    done = fedfuse(box.root, "release", "--no-mirror")
    assert done.code == 0, done
    return done.out


@pytest.mark.parametrize("by", ["hf", "registry"])
def test_a_failing_evaluation_by_its_own_provider_or_the_registry_revokes_a_version(
    box: RegistrySandbox, by: str
) -> None:
    evaluations.propose(box, "mine", V2, by=by, quality=0.5)
    done = check(box)
    said = done.json()["deterministic"]["if_merged"]
    assert (done.code, said["tag"], said["bump"]) == (0, FOURTH, "patch"), done
    assert said["diff"] == [{"unit": "hf/textgen-lora", "old": 2, "new": 1}]
    land(box, V2, by=by, quality=0.5)
    assert FOURTH in release(box)
    record = record_of(box, FOURTH)
    assert record["revoked"] == [V2]
    assert record["evaluations"] == {V2: [{"by": by, "number": 1, "verdict": "fail"}]}
    assert record["units"]["hf/textgen-lora"]["member"] == 1
    assert audited(box, "--replay") == []


def test_the_record_of_a_release_with_evaluations_obeys_its_schema(box: RegistrySandbox) -> None:
    land(box, V2, by="hf", quality=0.5)
    release(box)
    document = load_json(json.dumps(record_of(box, FOURTH)).encode(), path="fused.json")
    assert isinstance(document, Document)
    schema = (TOOL / "schemas/fused-release.v1.schema.json").read_bytes()
    assert Validator(schema).findings(document) == ()


def test_a_failing_evaluation_by_another_provider_changes_no_release(box: RegistrySandbox) -> None:
    land(box, V2, by="aws", quality=0.5)
    assert FOURTH not in release(box)
    assert record_of(box, THIRD)["revoked"] == []
    assert audited(box, "--replay") == []


def test_a_revoked_version_stays_revoked_and_takes_no_further_evaluation(
    box: RegistrySandbox,
) -> None:
    land(box, V2, by="hf", quality=0.5)
    evaluations.propose(box, "mine", V2, by="registry", quality=0.95)
    done = check(box)
    assert (done.code, codes(done)) == (1, ["E444"])
    land(box, V2, by="registry", quality=0.95)
    release(box)
    assert record_of(box, FOURTH)["units"]["hf/textgen-lora"]["member"] == 1


def test_the_fold_goes_on_from_a_tag_as_from_the_first_commit(box: RegistrySandbox) -> None:
    """What one release's record says of Evaluations decides what the next one holds."""
    land(box, "gcp/embedder@v1", by="aws", quality=0.5)
    land(box, V2, by="hf", quality=0.5)
    release(box)
    land(box, "aws/runtime-distilled@v2", by="registry", quality=0.5)
    assert f"{NAME}-v1.0.4" in release(box)
    newest = record_of(box, f"{NAME}-v1.0.4")
    assert set(newest["evaluations"]) == {"gcp/embedder@v1", V2, "aws/runtime-distilled@v2"}
    assert newest["revoked"] == ["aws/runtime-distilled@v2", V2]
    assert audited(box, "--replay") == []


def test_a_provider_may_measure_and_ship_in_one_change(box: RegistrySandbox) -> None:
    """What fails is revoked, and the next version takes its place at once."""
    box.branch("mine")
    evaluations.evaluate(box, V2, by="hf", quality=0.5)
    box.land("hf/textgen-lora", 3, quality=0.99)
    box.git("switch", "-q", "main")
    done = check(box, f"--actor-id={ACTORS['hf']}")
    assert (done.code, done.json()["identity"]["status"]) == (0, "ok"), done
    members = done.json()["deterministic"]["if_merged"]["members"]
    assert "hf/textgen-lora@v3" in members


@pytest.mark.parametrize(
    ("by", "actor", "status"),
    [
        ("registry", MAINTAINER, "ok"),
        ("registry", ACTORS["aws"], "refused"),
        ("registry", ACTORS["hf"], "refused"),
        ("aws", ACTORS["aws"], "ok"),
        ("aws", ACTORS["hf"], "refused"),
        ("aws", MAINTAINER, "refused"),
    ],
)
def test_everybody_measures_in_their_own_name(
    box: RegistrySandbox, by: str, actor: int, status: str
) -> None:
    evaluations.propose(box, "mine", V2, by=by, quality=0.95)
    done = check(box, f"--actor-id={actor}")
    assert done.json()["identity"]["status"] == status


def test_an_edited_evaluation_on_main_is_found(box: RegistrySandbox) -> None:
    land(box, V2, by="registry", quality=0.95)
    path = PATH.format("registry", 1)
    text = (box.root / path).read_text().replace("quality: 0.9", "quality: 0.8")
    box.commit("nothing to see here", {path: text})
    assert (path, "E806") in audited(box, "--offline")


def test_an_invalid_evaluation_on_main_is_listed_and_changes_nothing(
    box: RegistrySandbox,
) -> None:
    def forge(document: dict[str, Any]) -> None:
        document["metrics"]["quality"] = 0.2

    land(box, V2, by="registry", quality=0.5, edit=forge)
    done = fedfuse(box.root, "audit", "--format=json", "--replay")
    assert (done.code, done.json()["refused"]) == (0, [PATH.format("registry", 1)])
    assert FOURTH not in release(box)


def test_a_manifest_that_never_was_valid_is_no_subject_and_breaks_nothing(
    box: RegistrySandbox,
) -> None:
    """Somebody with rights pushed it to main past the check."""
    box.commit("broken", {"manifests/hf/textgen-lora/v3.yaml": "role: textgen\nmetrics: 1\n"})
    box.git("push", "-q", "origin", "main")
    evaluations.propose(box, "mine", "hf/textgen-lora@v3", by="aws")
    done = check(box)
    assert (done.code, codes(done)) == (1, ["E443"])
    land(box, "hf/textgen-lora@v3", by="aws", quality=0.5)
    assert FOURTH not in release(box)


def test_the_report_says_what_landing_an_evaluation_does(box: RegistrySandbox) -> None:
    evaluations.propose(box, "mine", V2, by="hf", quality=0.5)
    text, markdown = (
        fedfuse(box.root, "check", "--base=main", "--head=mine", "--offline", f"--format={how}").out
        for how in ("text", "markdown")
    )
    for report in (text, markdown):
        assert PATH.format("hf", 1) in report
        assert "is revoked for good" in report
        assert "floor 0.75" in report
    (measured,) = check(box).json()["deterministic"]["measurements"]
    assert (measured["subject"], measured["verdict"]) == (V2, "fail")
    assert {"gate": "quality", "check": "floor", "verdict": "fail"}.items() <= measured["gates"][
        0
    ].items()


def test_an_audit_names_what_was_revoked_and_by_what(box: RegistrySandbox) -> None:
    land(box, V2, by="hf", quality=0.5)
    release(box)
    done = fedfuse(box.root, "audit", "--format=json")
    assert done.json()["revoked"] == [{"version": V2, "evaluation": PATH.format("hf", 1)}]
    assert f"note: {V2}: revoked by {PATH.format('hf', 1)}" in fedfuse(box.root, "audit").out


def codes(done: Done) -> list[str]:
    return [found["code"] for found in done.json()["deterministic"]["findings"]]
