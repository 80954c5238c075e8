"""`fedfuse audit` from the command line: every tampering with tags is named by its code."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support import forged_tags
from tests.support.audits import audited, audited_alone
from tests.support.cli_runner import fedfuse
from tests.support.published_registry import FIRST, NAME, SECOND, THIRD
from tests.support.registry import RegistrySandbox


def test_a_clean_registry_audits_clean_again_and_again(box: RegistrySandbox) -> None:
    for options in ((), (), ("--replay",), ("--offline",)):
        done = fedfuse(box.root, "audit", *options)
        assert (done.code, done.err) == (0, "")
        assert done.out.endswith(": 0 problems\n")
        assert done.out.startswith("9 commits, 3 release tags")


def test_a_replay_computes_every_release_anew(box: RegistrySandbox) -> None:
    def replayed(*options: str) -> object:
        return fedfuse(box.root, "audit", "--format", "json", *options).json()["replayed"]

    assert (replayed(), replayed("--replay")) == (1, 3)


def test_the_bare_upstream_audits_clean(original: Path) -> None:
    assert fedfuse(original / "upstream.git", "audit").code == 0


def lightweight(box: RegistrySandbox) -> None:
    box.git("tag", "-f", THIRD, "HEAD")


def other_message(box: RegistrySandbox) -> None:
    box.git("tag", "-f", "-a", "-m", f"{THIRD}\n\nthe best release so far", THIRD, "HEAD")


def moved(box: RegistrySandbox) -> None:
    forged_tags.retarget(box, THIRD, box.git("rev-parse", "HEAD~1"))


def teleported_to_a_new_name(box: RegistrySandbox) -> None:
    forged_tags.point(box, f"{NAME}-v1.0.7", box.git("rev-parse", FIRST))


def teleported_over_the_newest(box: RegistrySandbox) -> None:
    forged_tags.point(box, THIRD, box.git("rev-parse", FIRST))


def a_blob(box: RegistrySandbox) -> None:
    forged_tags.point(box, THIRD, box.git("rev-parse", "HEAD:registry.yaml"))


def empty_record(box: RegistrySandbox) -> None:
    def strip(record: dict[str, Any]) -> None:
        kept = {key: record[key] for key in ("release", "commit", "created", "tagger")}
        record.clear()
        record.update(kept)

    forged_tags.forge(box, THIRD, strip)


def other_members(record: dict[str, Any]) -> None:
    record["units"]["hf/textgen-lora"]["member"] = 7


def forged_newest(box: RegistrySandbox) -> None:
    forged_tags.forge(box, THIRD, other_members)


def forged_oldest(box: RegistrySandbox) -> None:
    forged_tags.forge(box, FIRST, other_members)


def broken_chain(box: RegistrySandbox) -> None:
    forged_tags.forge(box, THIRD, lambda record: record["previous"].update(tag_object="a" * 40))


def no_predecessor(box: RegistrySandbox) -> None:
    forged_tags.forge(box, SECOND, lambda record: record.update(previous=None))


def successor(tag: str, oid: str, version: str) -> forged_tags.Edit:
    """Turns the record of a release into one of a next release, made on top of it."""

    def edit(record: dict[str, Any]) -> None:
        record["previous"] = {"release": tag, "tag_object": oid}
        record["release"], record["version"] = f"{NAME}-v{version}", version
        other_members(record)

    return edit


def invented(box: RegistrySandbox) -> None:
    edit = successor(THIRD, box.git("rev-parse", THIRD), "1.0.8")
    oid = forged_tags.forge(box, f"{NAME}-v1.0.8", edit, source=THIRD)
    edit = successor(f"{NAME}-v1.0.8", oid, "1.0.9")
    forged_tags.forge(box, f"{NAME}-v1.0.9", edit, source=THIRD)


def off_main(box: RegistrySandbox) -> None:
    box.branch("unmerged")
    commit = box.commit("never merged", {"README.md": "# Mine\n"})
    box.git("switch", "-q", "main")
    edit = successor(THIRD, box.git("rev-parse", THIRD), "1.0.8")

    def unmerged(record: dict[str, Any]) -> None:
        edit(record)
        record["commit"] = commit

    forged_tags.forge(box, f"{NAME}-v1.0.8", unmerged, source=THIRD)


def deleted(box: RegistrySandbox) -> None:
    box.git("tag", "-d", SECOND)


def two_at_once(box: RegistrySandbox) -> None:
    forged_oldest(box)
    box.git("tag", "-f", SECOND, "HEAD~3")


TAMPERINGS: dict[Callable[[RegistrySandbox], None], list[tuple[str, str]]] = {
    lightweight: [(THIRD, "E801")],
    other_message: [(THIRD, "E801")],
    moved: [(THIRD, "E801")],
    a_blob: [(THIRD, "E801")],
    empty_record: [(THIRD, "E801")],
    teleported_to_a_new_name: [(f"{NAME}-v1.0.7", "E802")],
    teleported_over_the_newest: [(THIRD, "E802")],
    forged_newest: [(THIRD, "E805")],
    forged_oldest: [(FIRST, "E805"), (SECOND, "E804")],
    broken_chain: [(THIRD, "E804"), (THIRD, "E805")],
    no_predecessor: [(SECOND, "E804"), (SECOND, "E805"), (THIRD, "E804")],
    invented: [(f"{NAME}-v1.0.8", "E805"), (f"{NAME}-v1.0.9", "E805")],
    off_main: [(f"{NAME}-v1.0.8", "E803")],
    deleted: [(THIRD, "E804")],
    two_at_once: [(FIRST, "E805"), (SECOND, "E801"), (THIRD, "E804")],
}


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: str(tamper.__name__))
def test_a_tampered_tag_is_named_and_no_other(
    box: RegistrySandbox, tamper: Callable[[RegistrySandbox], None]
) -> None:
    tamper(box)
    assert audited_alone(box) == TAMPERINGS[tamper]
    assert audited(box, "--offline", "--replay") == TAMPERINGS[tamper]


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: str(tamper.__name__))
def test_a_tampered_tag_makes_no_command_fail_without_a_fix(
    box: RegistrySandbox, tamper: Callable[[RegistrySandbox], None]
) -> None:
    tamper(box)
    for command in (("status",), ("release", "--dry-run"), ("mirror", "--dry-run")):
        done = fedfuse(box.root, *command, "--ref", "main")
        assert done.code == 0 or done.is_error(3), done


def test_a_record_that_lacks_anything_is_named_and_makes_no_command_crash(
    box: RegistrySandbox,
) -> None:
    sound = box.git("rev-parse", THIRD)
    for key in forged_tags.record_of(box, THIRD).keys() - {
        "release",
        "commit",
        "created",
        "tagger",
    }:
        forged_tags.forge(box, THIRD, lambda record, key=key: record.pop(key))  # type: ignore[misc] # mypy infers no lambda with a default
        (one,) = audited_alone(box)
        assert one in {(THIRD, "E801"), (THIRD, "E805")}
        done = fedfuse(box.root, "mirror", "--dry-run")
        assert done.code == 0 or done.is_error(3), done
        forged_tags.point(box, THIRD, sound)


def test_a_chain_forged_from_the_first_release_on_does_not_survive_a_replay(
    box: RegistrySandbox,
) -> None:
    box.git("tag", "-d", FIRST, SECOND, THIRD)
    box.git("fetch", "-q", "origin", "tag", FIRST, "--no-tags")
    forged_tags.forge(box, FIRST, lambda record: record["yanked"].append("hf/textgen-lora@v9"))
    done = fedfuse(box.root, "release", "--remote", "", "--ref", "main", "--no-mirror")
    assert done.code == 0, done.err
    assert audited(box, "--offline", "--replay") == [
        (tag, "E805") for tag in (FIRST, SECOND, THIRD)
    ]


@pytest.mark.parametrize("tamper", [lightweight, forged_oldest, teleported_over_the_newest])
def test_the_fix_of_a_tag_that_was_moved_here_restores_it(
    box: RegistrySandbox, tamper: Callable[[RegistrySandbox], None]
) -> None:
    before = box.git("for-each-ref", "refs/tags")
    tamper(box)
    done = fedfuse(box.root, "audit", "--format", "json")
    fixes = [one["fix"] for one in done.json()["findings"] if one["code"] != "E804"]
    for command in fixes[0].split(" && "):
        box.git(*command.split()[1:])
    assert box.git("for-each-ref", "refs/tags") == before
    assert audited(box) == []


def test_a_tag_that_was_moved_everywhere_is_deleted_and_released_again(
    box: RegistrySandbox,
) -> None:
    before = box.git("ls-remote", "--tags", "origin")
    forged_newest(box)
    box.git("push", "-q", "--force", "origin", THIRD)
    (finding,) = fedfuse(box.root, "audit", "--format", "json").json()["findings"]
    *commands, last = finding["fix"].split(" && ")
    for command in commands:
        box.git(*command.split()[1:])
    assert last == "fedfuse release"
    assert fedfuse(box.root, "release", "--no-mirror").code == 0
    assert box.git("ls-remote", "--tags", "origin") == before
    assert audited(box) == []


def test_a_release_that_the_remote_lacks_is_named(box: RegistrySandbox) -> None:
    box.git("push", "-q", "origin", f":refs/tags/{SECOND}")
    assert audited(box) == [(SECOND, "E809")]
    assert audited_alone(box) == []


def test_a_tag_that_is_another_object_on_the_remote_is_named(box: RegistrySandbox) -> None:
    box.git("push", "-q", "--force", "origin", f"{FIRST}:refs/tags/{SECOND}")
    assert audited(box) == [(SECOND, "E809")]


def test_a_release_tag_that_only_the_remote_has_is_named(box: RegistrySandbox) -> None:
    box.git("push", "-q", "origin", f"{FIRST}:refs/tags/{NAME}-v2.0.0")
    box.git("push", "-q", "origin", f"{FIRST}:refs/tags/{NAME}-vnext")
    assert audited(box) == [(f"{NAME}-v2.0.0", "E809")]


def test_a_remote_that_is_gone_hides_nothing_of_the_clone(box: RegistrySandbox) -> None:
    box.git("remote", "set-url", "origin", "../nowhere.git")
    done = fedfuse(box.root, "audit")
    assert (done.code, done.err.count("\n")) == (3, 2)
    assert done.out.endswith(": 0 problems; not complete, no answer about remote\n")
    assert "origin cannot be reached" in done.err
    forged_newest(box)
    worse = fedfuse(box.root, "audit")
    assert (worse.code, worse.err) == (1, done.err)
    assert worse.out.startswith(f"{THIRD}: E805")


def test_a_shallow_clone_is_told_to_fetch(box: RegistrySandbox, tmp_path: Path) -> None:
    url = f"file://{tmp_path / 'upstream.git'}"
    box.git("clone", "-q", "--depth", "1", url, str(tmp_path / "shallow"))
    done = fedfuse(tmp_path / "shallow", "audit")
    assert (done.code, done.out, done.err.count("\n")) == (3, "", 2)
    assert "--unshallow" in done.err


def test_asking_for_the_hub_and_for_no_server_at_once_is_a_mistake(box: RegistrySandbox) -> None:
    done = fedfuse(box.root, "audit", "--hub", "--offline")
    assert (done.code, done.err.count("\n")) == (2, 2)
