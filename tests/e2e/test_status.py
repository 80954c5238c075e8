"""`fedfuse status` from the command line: what is released, what serves, what waits, and why."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fedfuse.model import release
from fedfuse.model.release import record_of_tag
from tests import forgery
from tests.published import FIRST, NAME, SECOND, THIRD
from tests.registry import RegistrySandbox
from tests.terminal import Done, fedfuse


def read(box: RegistrySandbox, *options: str) -> Done:
    done = fedfuse(box.root, "status", "--ref", "main", *options)
    assert (done.code, done.err) == (0, "")
    return done


def fields(box: RegistrySandbox, *options: str) -> dict[str, Any]:
    return read(box, "--format", "json", *options).json()


@pytest.fixture
def empty(tmp_path: Path) -> RegistrySandbox:
    return RegistrySandbox.create(tmp_path / "empty")


def test_an_empty_registry_says_what_its_first_release_needs(empty: RegistrySandbox) -> None:
    assert read(empty).out.splitlines() == [
        "candidate    none yet",
        "production   none yet",
        "warm         none yet",
        "no release   while nothing fills textgen, embed, runtime",
    ]
    said = fields(empty)
    assert said["missing_roles"] == ["textgen", "embed", "runtime"]
    assert (said["releases"], said["total_releases"], said["candidate"]) == ([], 0, None)


def test_a_version_without_its_report_waits_and_says_for_what(empty: RegistrySandbox) -> None:
    empty.land("gcp/embedder")
    (found,) = fields(empty)["waiting"]
    assert found["ref"] == "gcp/embedder@v1"
    assert "retrieval-eval" in found["reason"]
    assert f"waits        {found['ref']}: {found['reason']}" in read(empty).out


def test_releases_are_listed_newest_first_with_members_and_tag_objects(
    box: RegistrySandbox,
) -> None:
    said = fields(box)
    assert [one["tag"] for one in said["releases"]] == [THIRD, SECOND, FIRST]
    assert said["candidate"] == THIRD
    newest = said["releases"][0]
    assert newest["members"] == [
        "aws/runtime-distilled@v2",
        "gcp/embedder@v1",
        "hf/textgen-lora@v2",
    ]
    assert newest["tag_object"] == box.git("rev-parse", THIRD)
    assert newest["commit"] == box.git("rev-parse", f"{THIRD}^{{commit}}")
    assert all(one["tagged"] for one in said["releases"])
    for member in newest["members"]:
        assert f"    {member}" in read(box).out.splitlines()


def test_a_limit_hides_older_releases_and_says_how_many(box: RegistrySandbox) -> None:
    assert read(box, "--limit", "1").out.endswith("... 2 older (--limit N)\n")
    said = fields(box, "--limit", "1")
    assert ([one["tag"] for one in said["releases"]], said["total_releases"]) == ([THIRD], 3)


def test_a_release_that_main_owes_is_listed_as_not_tagged(box: RegistrySandbox) -> None:
    box.git("tag", "-d", SECOND, THIRD)
    said = fields(box)
    assert [(one["tag"], one["tagged"]) for one in said["releases"]] == [
        (THIRD, False),
        (SECOND, False),
        (FIRST, True),
    ]
    assert read(box).out.count("not tagged here: fedfuse release") == 2


def test_a_forged_tag_is_no_release(box: RegistrySandbox) -> None:
    forgery.point(box, f"{NAME}-v6.6.6", box.git("rev-parse", FIRST))
    box.git("tag", "-f", THIRD, "HEAD")
    said = fields(box)
    assert [(one["tag"], one["tagged"]) for one in said["releases"]] == [
        (THIRD, False),
        (SECOND, True),
        (FIRST, True),
    ]


def test_a_refused_manifest_is_listed(box: RegistrySandbox) -> None:
    box.land("gcp/embedder", 2, quality=0.5)
    assert fields(box)["refused"] == ["manifests/gcp/embedder/v2.yaml"]
    line = "refused      manifests/gcp/embedder/v2.yaml: on main, never a member"
    assert line in read(box).out.splitlines()


def test_what_serves_follows_the_promotions(box: RegistrySandbox) -> None:
    forgery.promote(box, 1, FIRST)
    forgery.promote(box, 2, SECOND)
    said = fields(box)
    assert (said["production"], said["warm"], said["candidate"]) == (SECOND, [FIRST], THIRD)
    held = "apiVersion: fedfuse/v1\nkind: hold\nnumber: 3\nreason: freeze\n"
    box.commit("hold", {"releases/events/0003.yaml": held})
    assert fields(box)["holds"] == [3]
    assert "held by      event 0003" in read(box).out


def test_an_older_main_is_shown_as_it_was(box: RegistrySandbox) -> None:
    said = fields(box, "--ref", FIRST)
    assert [one["tag"] for one in said["releases"]] == [FIRST]


def test_only_the_tags_that_are_shown_are_read(
    box: RegistrySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_tags: list[bytes] = []

    def counting(body: bytes) -> Mapping[str, Any] | None:
        read_tags.append(body)
        return record_of_tag(body)

    monkeypatch.setattr(release, "record_of_tag", counting)
    assert fields(box, "--limit", "1")["total_releases"] == 3
    assert len(read_tags) == 1


def test_a_folder_that_is_no_registry_is_one_error_with_a_fix(
    tmp_path: Path, empty: RegistrySandbox
) -> None:
    assert fedfuse(tmp_path, "status").is_error(2)
    assert fedfuse(empty.root, "status", "--ref", "nowhere").is_error(2)
    empty.git("rm", "-q", "registry.yaml")
    empty.commit("remove it")
    assert fedfuse(empty.root, "status").is_error(3)
