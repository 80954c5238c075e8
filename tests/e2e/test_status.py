"""`fedfuse status` from the command line: what is released, what serves, what waits, and why."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fedfuse.model import release
from fedfuse.model.release import record_of_tag, timestamp
from fedfuse.model.yaml_text import render
from tests.support import forged_tags
from tests.support.cli_runner import Done, fedfuse
from tests.support.operating_registry import event
from tests.support.published_registry import FIRST, NAME, SECOND, THIRD
from tests.support.registry import RegistrySandbox, policy


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
        "next window  open at any time: registry.yaml names none",
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
        assert any(line.endswith(f"  {member}") for line in read(box).out.splitlines())


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
    assert read(box).out.count("not tagged here: git fetch --tags, or fedfuse release") == 2


def test_a_forged_tag_is_no_release(box: RegistrySandbox) -> None:
    forged_tags.point(box, f"{NAME}-v6.6.6", box.git("rev-parse", FIRST))
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
    forged_tags.promote(box, 1, FIRST)
    forged_tags.promote(box, 2, SECOND)
    said = fields(box)
    assert (said["production"], said["warm"], said["candidate"]) == (SECOND, [FIRST], THIRD)
    held = "apiVersion: fedfuse/v1\nkind: hold\nnumber: 3\nreason: freeze\n"
    box.commit("hold", {"releases/events/0003.yaml": held})
    assert fields(box)["holds"] == [3]
    assert "held by      event 0003: hold: freeze" in read(box).out.splitlines()


def test_what_serves_or_may_have_to_and_must_not_is_named(box: RegistrySandbox) -> None:
    forged_tags.promote(box, 1, FIRST)
    forged_tags.promote(box, 2, SECOND)
    assert fields(box)["unhealthy"] == []
    box.commit("yank", dict(event(3, kind="yank", version="hf/textgen-lora@v2", reason="leak")))
    told = f"{SECOND} holds hf/textgen-lora@v2, which was withdrawn"
    assert fields(box)["unhealthy"] == [told]
    assert f"unhealthy    {told}" in read(box).out.splitlines()


def test_production_says_since_when_and_by_which_event(box: RegistrySandbox) -> None:
    forged_tags.promote(box, 1, FIRST)
    second = forged_tags.promote(box, 2, SECOND)
    landed = datetime.fromtimestamp(box.clock, UTC)
    box.commit("docs", {"README.md": "words"})
    said = fields(box)
    assert (said["since"], said["since_commit"]) == (timestamp(landed), second)
    assert said["cause"]["number"] == 2
    assert said["members"] == [
        "aws/runtime-distilled@v1",
        "gcp/embedder@v1",
        "hf/textgen-lora@v2",
    ]
    lines = read(box).out.splitlines()
    assert f"since        {timestamp(landed)}, commit {second[:12]}" in lines
    assert f"why          event 0002: promote {SECOND}" in lines


def test_status_and_history_agree_on_what_serves(box: RegistrySandbox) -> None:
    forged_tags.promote(box, 1, FIRST)
    forged_tags.promote(box, 2, SECOND)
    back = {"from_": SECOND, "to": FIRST, "reason": "errors"}
    box.commit("rollback", dict(event(3, kind="rollback", **back)))
    then = fedfuse(box.root, "history", "--ref", "main", "--at", "2100-01-01", "--format", "json")
    said, told = fields(box), then.json()
    same = ("production", "since", "since_commit", "cause", "members", "warm", "quarantined")
    assert {name: said[name] for name in same} == {name: told[name] for name in same}
    assert said["holds"] == told["holds"] == [3]
    assert f"quarantined  {SECOND}" in read(box).out.splitlines()


def test_a_rollback_is_told_once_though_it_also_holds(box: RegistrySandbox) -> None:
    forged_tags.promote(box, 1, FIRST)
    forged_tags.promote(box, 2, SECOND)
    back = {"from_": SECOND, "to": FIRST, "reason": "errors"}
    box.commit("rollback", dict(event(3, kind="rollback", **back)))
    box.commit("hold", dict(event(4, kind="hold", reason="freeze")))
    said = read(box).out
    assert said.count(f"rollback {SECOND} to {FIRST}: errors") == 1
    held = [line for line in said.splitlines() if line.startswith("held by")]
    assert held == [
        "held by      event 0003, the rollback above",
        "held by      event 0004: hold: freeze",
    ]


def test_the_next_promotion_window_is_open_or_says_when_it_opens(box: RegistrySandbox) -> None:
    window = {"day": "tuesday", "from": "09:00", "to": "11:00", "time_zone": "Europe/Berlin"}
    box.commit("w", {"registry.yaml": render(policy(cadence={"production": [window]}))})
    named = "tuesday 09:00 to 11:00 Europe/Berlin"
    for now, opens in (
        ("2026-11-23T12:00:00Z", "2026-11-24T08:00:00Z"),
        ("2026-11-24T10:00:00Z", "2026-12-01T08:00:00Z"),
    ):
        line = f"next window  opens {opens} ({named})"
        assert line in read(box, "--at", now).out.splitlines()
        wanted = {"at": now, "open": False, "opens_at": opens, "window": named}
        assert fields(box, "--at", now)["promotion"] == wanted
    now = "2026-11-24T09:59:59Z"
    assert f"next window  open now ({named})" in read(box, "--at", now).out.splitlines()
    assert fields(box, "--at", now)["promotion"]["open"] is True
    assert fedfuse(box.root, "status", "--at", "soon").code == 2


def test_nothing_but_the_window_depends_on_the_clock(box: RegistrySandbox) -> None:
    forged_tags.promote(box, 1, FIRST)
    past, future = (fields(box, "--at", f"{year}-01-01T00:00:00Z") for year in (2031, 2101))
    assert past.pop("promotion") != future.pop("promotion")
    assert past == future


def test_a_registry_that_lost_a_required_role_says_so(box: RegistrySandbox) -> None:
    yank = event(1, kind="yank", version="gcp/embedder@v1", reason="wrong tokenizer")
    box.commit("yank", dict(yank))
    said = fields(box)
    assert (said["missing_roles"], said["yanked"]) == (["embed"], ["gcp/embedder@v1"])
    lines = read(box).out.splitlines()
    assert "yanked       gcp/embedder@v1" in lines
    assert "no release   while nothing fills embed" in lines


def test_a_set_that_the_set_gate_refuses_says_why(box: RegistrySandbox) -> None:
    routes = policy()["fusion"]["routes"]
    router = {"kind": "linear", "version": 1}
    fusion = {"routes": routes, "router": router}
    box.commit("a router that is not there", {"registry.yaml": render(policy(fusion=fusion))})
    said = fields(box)
    assert said["withheld"]
    assert f"no release   while {said['withheld']}" in read(box).out.splitlines()


def test_status_is_a_table_in_markdown(box: RegistrySandbox) -> None:
    forged_tags.promote(box, 1, FIRST)
    out = read(box, "--format", "markdown").out
    assert f"| production | `{FIRST}` |" in out
    assert f"| `{THIRD}` | " in out


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
