"""The mirror, on a loopback Hub and in a folder: equal to git, and honest about what it finds."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from fedfuse.errors import GitError
from fedfuse.flows.node.pull import pull
from fedfuse.flows.releasing.mirror import MirrorReport, reconcile
from fedfuse.flows.releasing.mirror_audit import audit
from fedfuse.model.bundle import Bundle
from fedfuse.model.channel import Channels, Pointer, parse
from tests.support.bundles import bundle, channels
from tests.support.mirrors import HubRig, Rig, codes_of, hub_rig, mirror

ONE, TWO, THREE = bundle("1.0.0"), bundle("1.1.0"), bundle("1.1.1")

EDITED = b"---\nlicense: mit\n---\nedited by hand\n"


def published(rig: Rig) -> Channels:
    value = parse(rig.files()["channels.json"])
    assert value is not None
    return value


def test_a_first_mirror_holds_every_release_under_its_tag_and_the_newest_on_main(rig: Rig) -> None:
    report = mirror(rig, [ONE, TWO], channels(7, "1.1.0", "1.0.0"))
    assert report.created == (ONE.tag, TWO.tag)
    assert set(rig.tags()) == {ONE.tag, TWO.tag}
    for made in (ONE, TWO):
        assert {p: rig.files(made.tag)[p] for p in made.files} == dict(made.files)
    assert set(rig.files()) == {*TWO.files, "channels.json", "tags.json"}
    assert codes_of(rig, [ONE, TWO], channels(7, "1.1.0", "1.0.0")) == []


def test_channels_name_the_commit_of_every_release_they_point_at(rig: Rig) -> None:
    mirror(rig, [ONE, TWO], channels(7, "1.1.0", "1.0.0"))
    tags = rig.tags()
    assert [p.commit for p in published(rig).pointers] == [tags[TWO.tag], tags[ONE.tag]]


def test_a_second_run_changes_nothing(rig: Rig) -> None:
    mirror(rig, [ONE, TWO], channels(7, "1.1.0"))
    before = rig.everything()
    assert mirror(rig, [ONE, TWO], channels(7, "1.1.0")) == MirrorReport(rig.target().name)
    assert rig.everything() == before


@pytest.mark.parametrize("serial", [0, 6])
def test_a_serial_lowered_by_hand_is_found_mended_and_reported(rig: Rig, serial: int) -> None:
    wanted = channels(7, "1.0.0", "1.0.0")
    mirror(rig, [ONE], wanted)
    rig.edit({"channels.json": replace(published(rig), serial=serial).render()})
    assert codes_of(rig, [ONE], wanted) == ["E525"]
    assert mirror(rig, [ONE], wanted).restored == ("channels.json",)
    assert published(rig).serial == 7
    assert codes_of(rig, [ONE], wanted) == []


def test_a_candidate_whose_tag_came_late_is_written_under_the_same_serial(rig: Rig) -> None:
    mirror(rig, [ONE], channels(7, "1.0.0", "1.0.0"))
    report = mirror(rig, [ONE, TWO], channels(7, "1.1.0", "1.0.0"))
    assert (report.created, report.restored) == ((TWO.tag,), ())
    assert published(rig).candidate == Pointer(TWO.tag, rig.tags()[TWO.tag])


def test_a_promotion_rewrites_the_channels_with_the_new_serial(rig: Rig) -> None:
    mirror(rig, [ONE], channels(7, "1.0.0"))
    assert mirror(rig, [ONE], channels(9, "1.0.0", "1.0.0")).rewrote_main
    assert published(rig).serial == 9
    assert published(rig).production is not None


def test_a_runner_with_an_older_main_writes_nothing(rig: Rig) -> None:
    mirror(rig, [ONE, TWO], channels(9, "1.1.0"))
    before = rig.everything()
    report = mirror(rig, [ONE], channels(7, "1.0.0"), main=9)
    assert report.overtaken
    assert rig.everything() == before


def test_a_runner_that_missed_a_promotion_keeps_the_newer_channels(rig: Rig) -> None:
    mirror(rig, [ONE], channels(9, "1.0.0", "1.0.0"))
    assert not mirror(rig, [ONE], channels(7, "1.0.0"), main=9).rewrote_main
    assert published(rig).serial == 9


@pytest.mark.parametrize("production", ["1.0.0", "1.1.0"])
@pytest.mark.parametrize("serial", [10, 999_999, 10**30])
def test_a_serial_that_no_main_has_reached_is_a_hand_edit(
    rig: Rig, serial: int, production: str
) -> None:
    wanted = channels(9, "1.1.0", "1.0.0")
    mirror(rig, [ONE, TWO], wanted)
    before = rig.files()
    forged = channels(serial, "1.1.0", production).located(rig.tags())
    rig.edit({"channels.json": forged.render()})
    assert codes_of(rig, [ONE, TWO], wanted) == ["E525"]
    report = mirror(rig, [ONE, TWO], wanted)
    assert (report.restored, report.overtaken) == (("channels.json",), False)
    assert rig.files() == before
    assert codes_of(rig, [ONE, TWO], wanted) == []


def test_main_is_asked_only_where_a_serial_is_larger_than_ours(rig: Rig) -> None:
    asked: list[int] = []

    def main_height(serial: int) -> int:
        asked.append(serial)
        return 9

    for serial, production in ((7, ""), (8, ""), (9, "1.0.0"), (8, "")):
        wanted = channels(serial, "1.0.0", production)
        reconcile(rig.target(), [ONE], wanted, main_height=main_height)
    assert asked == [9]


def test_a_main_that_reaches_a_forged_serial_meanwhile_is_believed(rig: Rig) -> None:
    mirror(rig, [ONE], channels(7, "1.0.0"))
    rig.edit({"channels.json": channels(9, "1.0.0").located(rig.tags()).render()})
    asked: list[int] = []

    def main_height(serial: int) -> int:
        asked.append(serial)
        if len(asked) == 2:
            return 9
        newer = channels(9, "1.0.0", "1.0.0").located(rig.tags())
        rig.edit({"channels.json": newer.render()})
        return 0

    reconcile(rig.target(), [ONE], channels(7, "1.0.0"), main_height=main_height)
    assert asked == [9, 9]
    assert published(rig).production is not None


def test_a_forged_serial_is_not_mended_by_a_runner_with_an_older_main(rig: Rig) -> None:
    mirror(rig, [ONE], channels(9, "1.0.0", "1.0.0"))
    rig.edit({"channels.json": channels(10, "1.0.0").located(rig.tags()).render()})
    before = rig.everything()
    with pytest.raises(GitError, match="this main is too old to mend it"):
        mirror(rig, [ONE], channels(7, "1.0.0"), main=9)
    assert rig.everything() == before


def test_a_backfilled_release_leaves_the_newest_on_main(rig: Rig) -> None:
    mirror(rig, [TWO], channels(7, "1.1.0"))
    report = mirror(rig, [ONE, TWO], channels(7, "1.1.0"))
    assert report.created == (ONE.tag,)
    assert {p: rig.files(ONE.tag)[p] for p in ONE.files} == dict(ONE.files)
    assert set(rig.files()) == {*TWO.files, "channels.json", "tags.json"}


@pytest.mark.parametrize("path", ["README.md", "fused.json", "manifests/hf/textgen-lora/v1.yaml"])
def test_a_hand_edit_of_main_is_found_overwritten_and_reported(rig: Rig, path: str) -> None:
    wanted = channels(7, "1.1.0")
    mirror(rig, [ONE, TWO], wanted)
    before = rig.files()
    rig.edit({path: EDITED})
    assert codes_of(rig, [ONE, TWO], wanted) == ["E524"]
    assert mirror(rig, [ONE, TWO], wanted).restored == (path,)
    assert rig.files() == before
    assert codes_of(rig, [ONE, TWO], wanted) == []


def test_a_file_added_or_deleted_by_hand_is_undone(rig: Rig) -> None:
    wanted = channels(7, "1.0.0")
    mirror(rig, [ONE], wanted)
    before = rig.files()
    rig.edit({"extra.txt": b"x"}, ["checklist.md"])
    assert mirror(rig, [ONE], wanted).restored == ("checklist.md", "extra.txt")
    assert rig.files() == before


@pytest.mark.parametrize("body", [b"{}", b"\xff", b""])
def test_channels_broken_by_hand_are_found_and_rewritten(rig: Rig, body: bytes) -> None:
    wanted = channels(7, "1.0.0")
    mirror(rig, [ONE], wanted)
    before = rig.files()
    rig.edit({"channels.json": body})
    assert codes_of(rig, [ONE], wanted) == ["E525"]
    report = mirror(rig, [ONE], wanted)
    assert (report.rewrote_main, report.restored) == (True, ("channels.json",))
    assert rig.files() == before


def test_channels_pointed_elsewhere_by_hand_are_found_and_rewritten(rig: Rig) -> None:
    wanted = channels(7, "1.1.0", "1.1.0")
    mirror(rig, [ONE, TWO], wanted)
    forged = channels(7, "1.1.0", "1.0.0").located(rig.tags())
    rig.edit({"channels.json": forged.render()})
    assert codes_of(rig, [ONE, TWO], wanted) == ["E525"]
    assert mirror(rig, [ONE, TWO], wanted).rewrote_main
    assert codes_of(rig, [ONE, TWO], wanted) == []


def test_a_tag_that_git_does_not_know_is_named_and_left(rig: Rig) -> None:
    wanted = channels(7, "1.0.0")
    mirror(rig, [ONE, TWO], channels(7, "1.1.0"))
    assert "E523" in codes_of(rig, [ONE], wanted)
    report = mirror(rig, [TWO], channels(7, "1.1.0"))
    assert report.unknown == (ONE.tag,)
    assert ONE.tag in rig.tags()


def test_a_missing_release_is_named_by_the_audit(rig: Rig) -> None:
    mirror(rig, [ONE], channels(7, "1.0.0"))
    found = audit(rig.target(), [ONE, TWO], channels(8, "1.1.0"))
    assert found[0].code == "E521"
    assert found[0].path.endswith(f"@{TWO.tag}")


def test_a_mirror_that_does_not_exist_lacks_every_release(rig: Rig) -> None:
    assert codes_of(rig, [ONE, TWO], channels(7, "1.1.0")) == ["E521"] * 2


def test_a_registry_without_a_release_mirrors_nothing(rig: Rig) -> None:
    assert mirror(rig, [], Channels(3, None, None)) == MirrorReport(rig.target().name)
    assert rig.target().refs() is None


def test_a_release_costs_at_most_twelve_hub_requests_and_no_work_two(tmp_path: Path) -> None:
    bundles = [bundle(f"1.{minor}.0") for minor in range(30)]
    with hub_rig(tmp_path) as rig:
        seen = set[str]()
        first = requests(rig, bundles[:1], 0, seen)
        many = requests(rig, bundles[:29], 28, seen)
        release, idle = requests(rig, bundles, 29, seen), requests(rig, bundles, 29, seen)
    assert first <= 12
    assert many > release
    assert release <= 12
    assert idle <= 2


def requests(rig: HubRig, bundles: Sequence[Bundle], minor: int, seen: set[str]) -> int:
    assert rig.hub is not None
    before = len(rig.hub.seen)
    mirror(rig, bundles, channels(2_000 + minor, f"1.{minor}.0"), seen=seen)
    return len(rig.hub.seen) - before


@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
def test_files_the_hub_stores_as_large_are_compared_by_their_sha256(tmp_path: Path) -> None:
    path = "releases/routers/v1/weights.bin"
    made = bundle("1.0.0", {path: b"\0" * 4096})
    with hub_rig(tmp_path) as rig:
        seen = set[str]()
        mirror(rig, [made], channels(2_000, "1.0.0"), seen=seen)
        assert rig.target().tree(made.tag)[path].sha256
        assert requests(rig, [made], 0, seen) == 2
        forged = bundle("1.0.0", {path: b"\1" * 4096})
        found = audit(rig.target(), [forged], channels(7, "1.0.0"))
        assert any(path in finding.found for finding in found)
        report = pull(rig.target(), made.tag, to=tmp_path / "to")
    assert report.findings == ()
    assert (tmp_path / "to" / made.tag / path).read_bytes() == made.pinned[path]
