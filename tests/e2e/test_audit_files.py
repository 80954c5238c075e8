"""`fedfuse audit` from the command line: every tampering with main's files is named by its code."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from fedfuse.model.canonical import dumps
from tests.support import forged_tags
from tests.support.audits import accept, audited_alone, named
from tests.support.cli_runner import fedfuse
from tests.support.published_registry import FIRST, SECOND, THIRD
from tests.support.registry import RegistrySandbox

OLD = "manifests/hf/textgen-lora/v1.yaml"


def test_a_modified_manifest_is_named_until_its_bytes_are_back_and_the_commits_accepted(
    box: RegistrySandbox,
) -> None:
    assert audited_alone(box) == []
    good = (box.root / OLD).read_bytes()
    changed = box.commit("tidy up", {OLD: good + b"# tidied\n"})
    assert audited_alone(box) == [(OLD, "E806")]
    accept(box, changed)
    assert audited_alone(box) == [(OLD, "E806")]
    restored = box.commit("restore", {OLD: good})
    assert audited_alone(box) == [(OLD, "E807")]
    accept(box, changed, restored)
    assert audited_alone(box) == []
    accept(box, restored)
    assert audited_alone(box) == [(OLD, "E807")]


def remove(box: RegistrySandbox) -> None:
    (box.root / OLD).unlink()
    box.commit("remove")


def replace(box: RegistrySandbox) -> None:
    remove(box)
    box.ship("hf/textgen-lora", 1, salt="another")
    box.commit("add it again")


def make_executable(box: RegistrySandbox) -> None:
    (box.root / OLD).chmod(0o755)
    box.commit("make it executable")


@pytest.mark.parametrize("tamper", [remove, replace, make_executable])
def test_a_manifest_that_is_not_what_was_added_is_named(
    box: RegistrySandbox, tamper: Callable[[RegistrySandbox], None]
) -> None:
    tamper(box)
    assert (OLD, "E806") in audited_alone(box)


def test_a_commit_of_no_legal_shape_is_named_until_it_is_accepted_and_admits_nothing(
    box: RegistrySandbox,
) -> None:
    box.ship("gcp/embedder", 2, quality=0.95)
    sha = box.commit("two things at once", {"README.md": "# Hello\n"})
    done = fedfuse(box.root, "audit", "--format", "json", "--ref", "main", "--offline")
    assert named(done) == [("README.md", "E807")]
    assert done.json()["refused"] == ["gcp/embedder@v2"]
    assert sha in done.json()["findings"][0]["fix"]
    accept(box, sha)
    assert audited_alone(box) == []


def test_a_refused_manifest_is_a_note_and_no_failure(box: RegistrySandbox) -> None:
    box.land("gcp/embedder", 2, quality=0.5)
    done = fedfuse(box.root, "audit", "--ref", "main")
    assert done.code == 0
    assert "note: gcp/embedder@v2: E808" in done.out
    quiet = fedfuse(box.root, "audit", "--ref", "main", "--quiet")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")


def test_an_admitted_manifest_that_the_schema_refuses_now_is_named(box: RegistrySandbox) -> None:
    path = "schemas/manifest.v1.schema.json"
    schema = json.loads((box.root / path).read_text())
    schema["properties"]["track"] = {"const": "experiment"}
    box.commit("schemas: tighten", {path: dumps(schema)})
    found = audited_alone(box)
    assert len(found) == 8
    assert {code for _, code in found} == {"E812"}


def another_member(record: dict[str, Any]) -> None:
    record["units"]["hf/textgen-lora"]["member"] = 7


def test_a_promotion_with_the_record_of_its_tag_is_clean(box: RegistrySandbox) -> None:
    forged_tags.promote(box, 1, FIRST)
    assert audited_alone(box) == []


def test_a_promoted_record_that_differs_from_its_tag_is_named(box: RegistrySandbox) -> None:
    forged_tags.promote(box, 1, FIRST, edit=another_member)
    assert audited_alone(box) == [(f"releases/{FIRST}.json", "E810")]


def test_a_promoted_record_without_its_tag_is_named(box: RegistrySandbox) -> None:
    forged_tags.promote(box, 1, THIRD)
    box.git("tag", "-d", THIRD)
    assert audited_alone(box) == [(f"releases/{THIRD}.json", "E810")]


def test_an_event_gap_is_named_until_its_commit_is_accepted(box: RegistrySandbox) -> None:
    forged_tags.promote(box, 1, FIRST)
    gap = forged_tags.promote(box, 3, SECOND)
    assert audited_alone(box) == [("releases/events/0003.yaml", "E811")]
    accept(box, gap)
    assert audited_alone(box) == []


def test_an_event_that_lands_before_those_on_main_is_named(box: RegistrySandbox) -> None:
    forged_tags.promote(box, 2, FIRST)
    forged_tags.promote(box, 1, SECOND)
    found = audited_alone(box)
    assert found == [("releases/events/0001.yaml", "E811"), ("releases/events/0002.yaml", "E811")]


def test_event_numbers_go_on_from_what_an_earlier_audit_proved(box: RegistrySandbox) -> None:
    forged_tags.promote(box, 1, FIRST)
    assert audited_alone(box) == []
    forged_tags.promote(box, 2, SECOND)
    assert audited_alone(box) == []
    forged_tags.promote(box, 4, THIRD)
    assert audited_alone(box) == [("releases/events/0004.yaml", "E811")]


def test_a_void_event_is_a_note(box: RegistrySandbox) -> None:
    box.commit("promote", {"releases/events/0001.yaml": "kind: promote\n"})
    done = fedfuse(box.root, "audit", "--ref", "main", "--offline")
    assert done.code == 0
    assert "note: releases/events/0001.yaml: E813" in done.out


@pytest.mark.parametrize("text", ["", "[]", "{", '{"key": 1}'])
def test_a_damaged_memory_of_earlier_audits_costs_only_time(
    box: RegistrySandbox, text: str
) -> None:
    assert audited_alone(box) == []
    memory = box.root / ".git/fedfuse/audit.json"
    assert memory.exists()
    memory.write_text(text)
    assert audited_alone(box) == []


def test_an_older_main_is_proven_as_it_was(box: RegistrySandbox) -> None:
    remove(box)
    done = fedfuse(box.root, "audit", "--ref", "main~1", "--offline")
    assert done.code == 0, done.out
