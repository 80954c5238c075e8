"""Pulling: what lands is proven byte for byte, and what cannot be proven does not land."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fedfuse.errors import RefusedError, RemoteError
from fedfuse.flows.pulling.pull import Anchor, PullReport, pull
from fedfuse.flows.releasing.mirror import reconcile
from fedfuse.model.channel import Channels
from fedfuse.model.codes import artifact as codes
from tests.bundles import bundle, channels
from tests.mirrors import FolderRig, Rig, at_once, hub_rig
from tests.pulls import Hostile, anchored, codes_of, landed

ONE, TWO = bundle("1.0.0"), bundle("1.1.0")
ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["hub", "folder"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    if request.param == "folder":
        yield FolderRig(tmp_path / "mirror")
    else:
        with hub_rig(tmp_path / "hub") as made:
            yield made


@pytest.mark.parametrize("what", [TWO.tag, "candidate", "production"])
def test_a_pulled_release_is_the_bundle_byte_for_byte(rig: Rig, tmp_path: Path, what: str) -> None:
    wanted = {TWO.tag: TWO, "candidate": TWO, "production": ONE}[what]
    reconcile(rig.target(), [ONE, TWO], channels(7, "1.1.0", "1.0.0"))
    report = pull(rig.target(), what, to=tmp_path / "to", anchor=anchored(wanted))
    assert report.findings == ()
    assert report.tag_object == wanted.tag_object
    assert report.folder == tmp_path / "to" / wanted.tag
    assert landed(tmp_path / "to" / wanted.tag) == dict(wanted.files)
    assert report.trust == f"anchored: --expect knows tag object {wanted.tag_object}"


def test_the_registry_anchors_a_release_by_its_own_tag_object(rig: Rig, tmp_path: Path) -> None:
    reconcile(rig.target(), [ONE], channels(7, "1.0.0"))
    asked = []

    def registry_oid(tag: str) -> str | None:
        asked.append(tag)
        return ONE.tag_object

    report = pull(rig.target(), ONE.tag, to=tmp_path, anchor=Anchor(registry_oid=registry_oid))
    assert (asked, report.anchored) == ([ONE.tag], "the registry")


def test_without_an_anchor_the_report_says_what_it_trusts(rig: Rig, tmp_path: Path) -> None:
    reconcile(rig.target(), [ONE], channels(7, "1.0.0"))
    report = pull(rig.target(), ONE.tag, to=tmp_path / "to")
    assert report.folder is not None
    assert report.trust == "not anchored: trusts the Hub"


def hostile_channels(value: Channels, **changed: str) -> Hostile:
    commits = {ONE.tag: "c1", TWO.tag: "c1", **changed}
    files = dict(ONE.files if value.candidate and value.candidate.tag == ONE.tag else TWO.files)
    return Hostile(files, value.located(commits).render(), {ONE.tag: "c1", TWO.tag: "c1"})


def test_channels_older_than_the_last_ones_seen_are_refused(tmp_path: Path) -> None:
    assert pull(hostile_channels(channels(7, "1.1.0")), "candidate", to=tmp_path).folder
    report = pull(hostile_channels(channels(6, "1.0.0")), "candidate", to=tmp_path)
    assert [finding.code for finding in report.findings] == [codes.CHANNELS_OLDER]
    assert set(landed(tmp_path)) == {"channels.lock", *(f"{TWO.tag}/{p}" for p in TWO.files)}


def test_other_channels_under_the_same_serial_are_refused(tmp_path: Path) -> None:
    assert pull(hostile_channels(channels(7, "1.1.0")), "candidate", to=tmp_path).folder
    report = pull(hostile_channels(channels(7, "1.0.0")), "candidate", to=tmp_path)
    assert [finding.code for finding in report.findings] == [codes.CHANNELS_MOVED]


def test_newer_channels_may_go_back_to_an_older_release(tmp_path: Path) -> None:
    assert pull(hostile_channels(channels(7, "1.1.0")), "candidate", to=tmp_path).folder
    report = pull(hostile_channels(channels(8, "1.0.0")), "candidate", to=tmp_path)
    assert report.folder == tmp_path / ONE.tag


def test_a_tag_that_is_not_where_the_channels_say_is_refused(tmp_path: Path) -> None:
    source = hostile_channels(channels(7, "1.0.0"), **{ONE.tag: "elsewhere"})
    report = pull(source, "candidate", to=tmp_path)
    assert [finding.code for finding in report.findings] == [codes.CHANNELS_MOVED]


def test_a_tag_that_changed_since_it_was_pulled_is_refused_without_any_anchor(
    tmp_path: Path,
) -> None:
    assert pull(Hostile(dict(ONE.files)), ONE.tag, to=tmp_path).folder
    forged = bundle("1.0.0", commit="f" * 40)
    report = pull(Hostile(dict(forged.files)), ONE.tag, to=tmp_path)
    assert codes_of(report) == [(codes.CHANNELS_MOVED, "fused.json")]


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff"])
def test_unreadable_channels_are_refused(tmp_path: Path, body: bytes) -> None:
    report = pull(Hostile(dict(ONE.files), body), "candidate", to=tmp_path)
    assert [finding.code for finding in report.findings] == [codes.CHANNELS_UNREADABLE]


def test_a_channel_that_points_at_nothing_is_refused(tmp_path: Path) -> None:
    report = pull(hostile_channels(channels(7, "1.0.0")), "production", to=tmp_path)
    assert [finding.code for finding in report.findings] == [codes.CHANNELS_UNREADABLE]


@pytest.mark.parametrize("what", ["no-such-tag", "../x", "a/b", ""])
def test_a_release_that_is_not_there_is_refused_with_what_there_is(
    tmp_path: Path, what: str
) -> None:
    with pytest.raises(RefusedError) as raised:
        pull(Hostile(dict(ONE.files)), what, to=tmp_path)
    assert ONE.tag in raised.value.fix


def test_a_source_that_does_not_exist_is_refused(rig: Rig, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="does not exist"):
        pull(rig.target(), ONE.tag, to=tmp_path / "to")


def test_pulling_again_verifies_and_changes_nothing(rig: Rig, tmp_path: Path) -> None:
    reconcile(rig.target(), [ONE], channels(7, "1.0.0"))
    pull(rig.target(), "candidate", to=tmp_path / "to")
    before = landed(tmp_path / "to")
    assert pull(rig.target(), "candidate", to=tmp_path / "to").folder
    assert landed(tmp_path / "to") == before


def test_a_pulled_release_that_was_changed_on_disc_is_named(tmp_path: Path) -> None:
    pull(Hostile(dict(ONE.files)), ONE.tag, to=tmp_path)
    (tmp_path / ONE.tag / "README.md").write_bytes(b"mine")
    with pytest.raises(RefusedError, match="changed after it was pulled"):
        pull(Hostile(dict(ONE.files)), ONE.tag, to=tmp_path)


def test_two_pulls_at_once_both_succeed(rig: Rig, tmp_path: Path) -> None:
    reconcile(rig.target(), [ONE, TWO], channels(7, "1.1.0", "1.0.0"))
    jobs = [
        lambda what=what: pull(rig.target(), what, to=tmp_path / "to")
        for what in ("candidate", "production", "candidate", ONE.tag)
    ]
    results = at_once(jobs)
    assert all(isinstance(result, PullReport) and result.folder for result in results), results
    assert landed(tmp_path / "to" / ONE.tag) == dict(ONE.files)
    assert landed(tmp_path / "to" / TWO.tag) == dict(TWO.files)


DYING = """
import os, pathlib, sys
from fedfuse.adapters.folder import FolderMirror
from fedfuse.flows.pulling.pull import pull
left, real = int(sys.argv[3]), pathlib.Path.write_bytes
def dying(path, body):
    global left
    left -= 1
    if left == 0:
        real(path, body[: len(body) // 2])
        os._exit(9)
    return real(path, body)
pathlib.Path.write_bytes = dying
pull(FolderMirror(pathlib.Path(sys.argv[1])), "candidate", to=pathlib.Path(sys.argv[2]))
"""


@pytest.mark.parametrize("at", [1, 4])
def test_a_killed_pull_leaves_no_half_release_and_the_next_one_succeeds(
    tmp_path: Path, at: int
) -> None:
    rig, to = FolderRig(tmp_path / "mirror"), tmp_path / "to"
    reconcile(rig.target(), [ONE], channels(7, "1.0.0"))
    done = subprocess.run(
        [sys.executable, "-c", DYING, str(rig.root), str(to), str(at)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")},
        check=False,
    )
    assert done.returncode == 9
    assert not (to / ONE.tag).exists()
    assert pull(rig.target(), "candidate", to=to).folder
    assert [path.name for path in sorted(to.iterdir())] == [".lock", ONE.tag, "channels.lock"]


def test_a_link_in_a_mirror_folder_is_not_followed(tmp_path: Path) -> None:
    rig = FolderRig(tmp_path / "mirror")
    reconcile(rig.target(), [ONE], channels(7, "1.0.0"))
    (tmp_path / "secret").write_text("secret")
    (rig.root / "tags" / ONE.tag / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(RemoteError, match="no plain file"):
        pull(rig.target(), ONE.tag, to=tmp_path / "to")
    assert landed(tmp_path / "to") == {}


def test_a_lock_this_tool_did_not_write_is_refused(tmp_path: Path) -> None:
    (tmp_path / "channels.lock").write_text("[]")
    with pytest.raises(RefusedError, match="not a lock"):
        pull(Hostile(dict(ONE.files)), ONE.tag, to=tmp_path)
