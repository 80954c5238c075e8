"""A node keeps production and the warm releases on disc, and switches by a rename."""

import shutil
from pathlib import Path

import pytest

from fedfuse.errors import RemoteError
from fedfuse.flows.node.anchor import Anchor
from fedfuse.flows.node.warm_releases import WarmReleases, pull_warm
from fedfuse.model.channel import Channels, Pointer
from tests.support import operating_registry
from tests.support.cli_runner import fedfuse
from tests.support.mirrors import FolderRig, at_once
from tests.support.nodes import BUNDLES, ONE, THREE, TWO, current, look, serve
from tests.support.operating_registry import land, promotion
from tests.support.published_registry import FIRST, SECOND
from tests.support.pulls import Hostile

OIDS = {made.tag: made.tag_object for made in BUNDLES.values()}
ANCHOR = Anchor(registry_oid=OIDS.get)


@pytest.fixture
def rig(tmp_path: Path) -> FolderRig:
    return FolderRig(tmp_path / "mirror")


def node(rig: FolderRig, to: Path) -> WarmReleases:
    return pull_warm(rig.target(), to=to, anchor=ANCHOR)


def test_production_and_the_warm_releases_lie_side_by_side(rig: FolderRig, tmp_path: Path) -> None:
    serve(rig, 7, THREE, TWO, ONE)
    done = node(rig, tmp_path / "to")
    assert [report.tag for report in done.reports] == [THREE.tag, TWO.tag, ONE.tag]
    assert (done.findings, done.switched_to) == ((), THREE.tag)
    assert all(report.anchored == "the registry" for report in done.reports)
    record = (tmp_path / "to/current/fused.json").read_bytes()
    assert record == THREE.files["fused.json"]


def test_a_mirror_that_lacks_a_warm_release_is_not_the_fault_of_who_asks(
    rig: FolderRig, tmp_path: Path
) -> None:
    serve(rig, 7, THREE, TWO)
    (tmp_path / "mirror/tags" / TWO.tag).rename(tmp_path / "away")
    with pytest.raises(RemoteError, match=f"names {TWO.tag} as warm"):
        node(rig, tmp_path / "to")
    assert look(tmp_path / "to") == THREE.tag


def test_a_rollback_needs_no_release_that_is_not_on_disc(rig: FolderRig, tmp_path: Path) -> None:
    serve(rig, 7, THREE, TWO)
    node(rig, tmp_path)
    serve(rig, 8, TWO)
    before = (tmp_path / TWO.tag).stat().st_ino
    done = node(rig, tmp_path)
    assert (done.switched_to, current(tmp_path)) == (TWO.tag, TWO.tag)
    assert (tmp_path / TWO.tag).stat().st_ino == before
    assert (tmp_path / THREE.tag).is_dir()


def written(to: Path) -> dict[Path, tuple[int, int]]:
    """Which file everything is, and when it was written last."""
    stats = {path: path.lstat() for path in (to, *to.rglob("*"))}
    return {path: (stat.st_ino, stat.st_mtime_ns) for path, stat in stats.items()}


def test_doing_it_again_writes_nothing(rig: FolderRig, tmp_path: Path) -> None:
    serve(rig, 7, TWO, ONE)
    first = node(rig, tmp_path)
    before = written(tmp_path)
    assert node(rig, tmp_path) == first
    assert written(tmp_path) == before


def test_an_older_main_never_switches_a_node_back(rig: FolderRig, tmp_path: Path) -> None:
    serve(rig, 9, TWO, ONE)
    node(rig, tmp_path / "to")
    old = FolderRig(tmp_path / "old mirror")
    serve(old, 5, ONE)
    done = node(old, tmp_path / "to")
    assert [finding.code for finding in done.findings] == ["E547"]
    assert (done.switched_to, current(tmp_path / "to")) == ("", TWO.tag)


def test_a_production_that_cannot_be_proven_is_not_switched_to(
    rig: FolderRig, tmp_path: Path
) -> None:
    serve(rig, 7, ONE)
    node(rig, tmp_path)
    serve(rig, 8, TWO)
    lies = Anchor(registry_oid=lambda _: "f" * 40)
    done = pull_warm(rig.target(), to=tmp_path, anchor=lies)
    assert done.findings
    assert (done.switched_to, current(tmp_path)) == ("", ONE.tag)


def test_a_warm_release_that_cannot_be_proven_is_named_and_stops_no_switch(
    rig: FolderRig, tmp_path: Path
) -> None:
    serve(rig, 7, TWO, ONE)
    known = Anchor(registry_oid={TWO.tag: TWO.tag_object, ONE.tag: "f" * 40}.get)
    done = pull_warm(rig.target(), to=tmp_path, anchor=known)
    assert (done.switched_to, current(tmp_path)) == (TWO.tag, TWO.tag)
    assert {finding.path.split("@")[1].split("/")[0] for finding in done.findings} == {ONE.tag}


def test_racing_nodes_in_one_folder_agree(rig: FolderRig, tmp_path: Path) -> None:
    serve(rig, 7, THREE, TWO, ONE)
    results = at_once([lambda: node(rig, tmp_path / "to")] * 4)
    assert all(isinstance(done, WarmReleases) and not done.findings for done in results), results
    assert current(tmp_path / "to") == THREE.tag


def test_channels_that_change_meanwhile_are_followed_as_they_were_when_production_was_pulled(
    tmp_path: Path,
) -> None:
    class Restless(Hostile):
        """Names another serial and another warm release whenever it is asked."""

        serial = 0

        def read(self, revision: str, path: str, *, limit: int) -> bytes:
            if path != "channels.json":
                return super().read(revision, path, limit=limit)
            self.serial += 1
            warm = (Pointer(ONE.tag, "c1"),) if self.serial == 1 else (Pointer("gone", "c0"),)
            return Channels(self.serial, None, Pointer(ONE.tag, "c1"), warm).render()

    source = Restless(dict(ONE.files), tags={ONE.tag: "c1"})
    done = pull_warm(source, to=tmp_path, anchor=ANCHOR)
    assert [report.tag for report in done.reports] == [ONE.tag, ONE.tag]
    assert (done.findings, done.switched_to, look(tmp_path)) == ((), ONE.tag, ONE.tag)


PARTS = pytest.mark.parametrize(
    "part", ["fused.json", "manifests/hf/textgen-lora/v1.yaml", "routes.json", "SHA256SUMS"]
)


@PARTS
def test_a_warm_release_that_was_changed_on_disc_is_named_and_stops_no_switch(
    rig: FolderRig, tmp_path: Path, part: str
) -> None:
    serve(rig, 7, THREE, TWO, ONE)
    node(rig, tmp_path)
    (tmp_path / ONE.tag / part).write_bytes(b"mine")
    serve(rig, 8, TWO, ONE)
    done = node(rig, tmp_path)
    (finding,) = done.findings
    assert (finding.code, finding.path) == ("E545", str(tmp_path / ONE.tag))
    assert (done.switched_to, look(tmp_path)) == (TWO.tag, TWO.tag)


@PARTS
def test_a_production_that_was_changed_on_disc_is_refused_and_not_switched_to(
    rig: FolderRig, tmp_path: Path, part: str
) -> None:
    serve(rig, 7, THREE, TWO, ONE)
    node(rig, tmp_path)
    (tmp_path / TWO.tag / part).write_bytes(b"mine")
    serve(rig, 8, TWO, ONE)
    done = node(rig, tmp_path)
    assert [finding.code for finding in done.findings] == ["E545"]
    assert (done.switched_to, look(tmp_path)) == ("", THREE.tag)


def test_from_the_command_line_a_node_follows_production(tmp_path: Path) -> None:
    operating_registry.operate(tmp_path)
    box = operating_registry.opened(tmp_path)
    node = ("pull", "--warm", "--to", "../node", "--from", "git")
    assert fedfuse(box.root, *node).code == 1  # nothing is in production yet
    land(box, promotion(box, 1, FIRST))
    land(box, promotion(box, 2, SECOND))
    done = fedfuse(box.root, *node)
    assert (done.code, done.out.splitlines()[-1]) == (0, f"current is {SECOND}")
    assert current(tmp_path / "node") == SECOND
    assert (tmp_path / "node" / FIRST / "fused.json").is_file()
    fields = fedfuse(box.root, *node, "--format", "json").json()
    assert [one["tag"] for one in fields["releases"]] == [SECOND, FIRST]
    shutil.rmtree(tmp_path / "node")
    assert fedfuse(box.root, *node, "--expect", "a" * 40).is_error(2)
    assert fedfuse(box.root, "pull", "--to", "../node").is_error(2)
    assert not (tmp_path / "node").exists()
