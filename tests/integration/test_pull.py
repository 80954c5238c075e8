"""Pulling: what lands is proven byte for byte, and what cannot be proven does not land."""

import contextlib
import shlex
import subprocess
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from fedfuse.errors import RefusedError, RemoteError, UsageError
from fedfuse.flows.node.anchor import Anchor
from fedfuse.flows.node.pull import PullReport, pull
from fedfuse.flows.releasing.mirror import reconcile
from fedfuse.model.channel import Channels
from tests.support.bundles import bundle, channels
from tests.support.mirrors import FolderRig, Rig, at_once
from tests.support.nodes import everything
from tests.support.pulls import Hostile, anchored, codes_of, landed

ONE, TWO = bundle("1.0.0"), bundle("1.1.0")


@pytest.mark.parametrize("what", [TWO.tag, "candidate", "production"])
def test_a_pulled_release_is_the_bundle_byte_for_byte(rig: Rig, tmp_path: Path, what: str) -> None:
    wanted = {TWO.tag: TWO, "candidate": TWO, "production": ONE}[what]
    reconcile(rig.target(), [ONE, TWO], channels(7, "1.1.0", "1.0.0"))
    report = pull(rig.target(), what, to=tmp_path / "to", anchor=anchored(wanted))
    assert report.findings == ()
    assert report.tag_object == wanted.tag_object
    assert report.folder == tmp_path / "to" / wanted.tag
    assert landed(tmp_path / "to" / wanted.tag) == dict(wanted.pulled)
    known = f"anchored: --expect knows tag object {wanted.tag_object}"
    assert report.trust == (known if what == TWO.tag else f"{known}; channels: not anchored")


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
    assert [finding.code for finding in report.findings] == ["E547"]
    assert set(landed(tmp_path)) == {"channels.lock", *(f"{TWO.tag}/{p}" for p in TWO.pulled)}


def test_other_channels_under_the_same_serial_are_refused(tmp_path: Path) -> None:
    first, other = channels(7, "1.1.0", "1.1.0"), channels(7, "1.1.0", "1.0.0")
    assert pull(hostile_channels(first), "production", to=tmp_path).folder
    report = pull(hostile_channels(other), "production", to=tmp_path)
    assert [finding.code for finding in report.findings] == ["E548"]


def test_a_candidate_whose_tag_came_late_is_followed_under_the_same_serial(tmp_path: Path) -> None:
    assert pull(hostile_channels(channels(7, "1.0.0")), "candidate", to=tmp_path).folder
    report = pull(hostile_channels(channels(7, "1.1.0")), "candidate", to=tmp_path)
    assert report.folder == tmp_path / TWO.tag


def test_newer_channels_may_go_back_to_an_older_release(tmp_path: Path) -> None:
    assert pull(hostile_channels(channels(7, "1.1.0")), "candidate", to=tmp_path).folder
    report = pull(hostile_channels(channels(8, "1.0.0")), "candidate", to=tmp_path)
    assert report.folder == tmp_path / ONE.tag


def test_a_tag_that_is_not_where_the_channels_say_is_refused(tmp_path: Path) -> None:
    source = hostile_channels(channels(7, "1.0.0"), **{ONE.tag: "elsewhere"})
    report = pull(source, "candidate", to=tmp_path)
    assert [finding.code for finding in report.findings] == ["E548"]


def test_a_tag_that_changed_since_it_was_pulled_is_refused_without_any_anchor(
    tmp_path: Path,
) -> None:
    assert pull(Hostile(dict(ONE.files)), ONE.tag, to=tmp_path).folder
    forged = bundle("1.0.0", commit="f" * 40)
    report = pull(Hostile(dict(forged.files)), ONE.tag, to=tmp_path)
    assert codes_of(report) == [("E548", "fused.json")]


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff"])
def test_unreadable_channels_are_refused(tmp_path: Path, body: bytes) -> None:
    report = pull(Hostile(dict(ONE.files), body), "candidate", to=tmp_path)
    assert [finding.code for finding in report.findings] == ["E549"]


def test_a_channel_that_points_at_nothing_is_refused(tmp_path: Path) -> None:
    report = pull(hostile_channels(channels(7, "1.0.0")), "production", to=tmp_path)
    assert [finding.code for finding in report.findings] == ["E549"]


@pytest.mark.parametrize("what", ["no-such-tag", "../x", "a/b", ""])
def test_a_release_that_is_not_there_is_refused_with_what_there_is(
    tmp_path: Path, what: str
) -> None:
    with pytest.raises(UsageError) as raised:
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


def write_over(release: Path) -> None:
    (release / "routes.json").write_bytes(b"mine")


def remove(release: Path) -> None:
    (release / "routes.json").unlink()


def add(release: Path) -> None:
    (release / "handler.py").write_bytes(b"")


def link(release: Path) -> None:
    (release / "routes.json").replace(release.parent / "elsewhere")
    (release / "routes.json").symlink_to("gone")


def replace_all(release: Path) -> None:
    release.rename(release.parent / "elsewhere")
    release.write_bytes(b"mine")


@pytest.mark.parametrize("change", [write_over, remove, add, link, replace_all])
def test_a_pulled_release_that_was_changed_on_disc_is_refused_and_left_alone(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    pull(Hostile(dict(ONE.files)), ONE.tag, to=tmp_path)
    change(tmp_path / ONE.tag)
    before = everything(tmp_path)
    report = pull(Hostile(dict(ONE.files)), ONE.tag, to=tmp_path)
    (finding,) = report.findings
    assert (finding.code, report.folder) == ("E545", None)
    assert "changed after it was pulled" in finding.message
    assert finding.message.rpartition(": ")[2]
    assert everything(tmp_path) == before


def test_doing_as_the_refusal_says_brings_the_release_back(tmp_path: Path) -> None:
    pull(Hostile(dict(ONE.files)), ONE.tag, to=tmp_path)
    write_over(tmp_path / ONE.tag)
    (finding,) = pull(Hostile(dict(ONE.files)), ONE.tag, to=tmp_path).findings
    subprocess.run(shlex.split(finding.fix.split(", then")[0]), check=True)
    assert pull(Hostile(dict(ONE.files)), ONE.tag, to=tmp_path).folder == tmp_path / ONE.tag


def test_two_pulls_at_once_both_succeed(rig: Rig, tmp_path: Path) -> None:
    reconcile(rig.target(), [ONE, TWO], channels(7, "1.1.0", "1.0.0"))
    jobs = [
        lambda what=what: pull(rig.target(), what, to=tmp_path / "to")
        for what in ("candidate", "production", "candidate", ONE.tag)
    ]
    results = at_once(jobs)
    assert all(isinstance(result, PullReport) and result.folder for result in results), results
    assert landed(tmp_path / "to" / ONE.tag) == dict(ONE.pulled)
    assert landed(tmp_path / "to" / TWO.tag) == dict(TWO.pulled)


def test_a_link_in_a_mirror_folder_is_not_followed(tmp_path: Path) -> None:
    rig = FolderRig(tmp_path / "mirror")
    reconcile(rig.target(), [ONE], channels(7, "1.0.0"))
    (tmp_path / "secret").write_text("secret")
    (rig.root / "tags" / ONE.tag / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(RemoteError, match="no plain file"):
        pull(rig.target(), ONE.tag, to=tmp_path / "to")
    assert landed(tmp_path / "to") == {}


@pytest.mark.parametrize(
    "body", [b"[]", b"", b"{", b'{"serial": 7', b"null", b'{"serial": 7}', b"\x00" * 200]
)
def test_a_lock_this_tool_did_not_write_is_refused(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "channels.lock").write_bytes(body)
    with pytest.raises(RefusedError, match="not a lock"):
        pull(Hostile(dict(ONE.files)), ONE.tag, to=tmp_path)
    assert landed(tmp_path) == {"channels.lock": body}


class Terminal(StringIO):
    """Standard error when somebody looks at it."""

    def isatty(self) -> bool:
        """Somebody does."""
        return True


@pytest.mark.parametrize(("quiet", "shown"), [(False, True), (True, False)])
def test_a_terminal_sees_how_far_a_pull_is_unless_it_is_quiet(
    tmp_path: Path, *, quiet: bool, shown: bool
) -> None:
    with contextlib.redirect_stderr(Terminal()) as terminal:
        pull(Hostile(dict(ONE.files)), ONE.tag, to=tmp_path, quiet=quiet)
    assert (f"/{len(ONE.pinned)}" in terminal.getvalue()) is shown


def test_a_log_sees_no_progress(tmp_path: Path) -> None:
    with contextlib.redirect_stderr(StringIO()) as log:
        pull(Hostile(dict(ONE.files)), ONE.tag, to=tmp_path)
    assert log.getvalue() == ""
