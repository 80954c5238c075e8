"""`current` names a release as it was pulled, or nothing at all."""

import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.cli_runner import Done, fedfuse
from tests.support.mirrors import FolderRig
from tests.support.nodes import ONE, TWO, everything, look, serve


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """A node that serves the second release, with the first one warm."""
    serve(FolderRig(tmp_path / "mirror"), 7, TWO, ONE)
    assert warm(tmp_path).code == 0
    return tmp_path / "node"


def warm(root: Path, mirror: str = "mirror") -> Done:
    return fedfuse(root, "pull", "--warm", "--to", "node", "--from", f"dir:{root / mirror}")


def change(release: Path) -> None:
    """Write over a file that decides."""
    (release / "routes.json").write_bytes(b"{}\n")


def add(release: Path) -> None:
    """Put a program beside the files."""
    (release / "handler.py").write_bytes(b"import os\n")


def cut(release: Path) -> None:
    """Lose the record."""
    (release / "fused.json").unlink()


def lead_away(release: Path) -> None:
    """Keep every byte, but somewhere else."""
    release.rename(release.with_name("elsewhere"))
    release.symlink_to("elsewhere")


def link_a_file(release: Path) -> None:
    """Let one file be a link to equal bytes that may change later."""
    there = release.parent / "bytes"
    (release / "routes.json").rename(there)
    (release / "routes.json").symlink_to(there)


def swell(release: Path) -> None:
    """A file that is larger than any of a release."""
    with (release / "routes.json").open("r+b") as file:
        file.truncate(5 * 2**20)


@pytest.mark.parametrize("tamper", [change, add, cut, lead_away, link_a_file, swell])
@pytest.mark.parametrize("mirror", ["mirror", "no mirror"])
def test_a_changed_release_that_current_names_is_unlinked_even_without_a_mirror(
    node: Path, tamper: Callable[[Path], None], mirror: str
) -> None:
    tamper(node / TWO.tag)
    before = everything(node)
    done = warm(node.parent, mirror)
    assert done.code == 1
    assert not (node / "current").is_symlink()
    after = everything(node)
    assert before.keys() - after.keys() == {"current"}
    assert {path: after[path] for path in after} == {path: before[path] for path in after}
    said = "E553" in done.out and "E545" in done.out
    assert said if mirror == "mirror" else "was taken away" in done.err


def test_doing_as_the_finding_says_brings_current_back(node: Path) -> None:
    change(node / TWO.tag)
    out = " ".join(warm(node.parent).out.split())
    command = out.split("fix: ")[1].split(", then pull")[0]
    subprocess.run(shlex.split(command), cwd=node.parent, check=True)
    assert (warm(node.parent).code, look(node)) == (0, TWO.tag)


def test_a_changed_release_that_only_served_before_is_unlinked_and_the_new_one_serves(
    node: Path,
) -> None:
    add(node / TWO.tag)
    serve(FolderRig(node.parent / "mirror"), 8, ONE)
    done = warm(node.parent)
    assert (done.code, "E553" in done.out, look(node)) == (1, True, ONE.tag)


@pytest.mark.parametrize("target", ["/etc", "../elsewhere", f"{TWO.tag}/manifests", "mine", "."])
def test_a_link_that_leads_elsewhere_is_taken_away_and_made_anew(node: Path, target: str) -> None:
    (node / "mine").mkdir()
    (node / "current").unlink()
    (node / "current").symlink_to(target)
    done = warm(node.parent)
    assert (done.code, "E553" in done.out, look(node)) == (1, True, TWO.tag)
    assert (warm(node.parent).code, (node / "mine").is_dir()) == (0, True)


def test_a_link_to_a_release_that_was_deleted_is_mended_without_a_word(node: Path) -> None:
    shutil.rmtree(node / TWO.tag)
    assert (warm(node.parent).code, look(node)) == (0, TWO.tag)


def test_a_lost_memory_takes_no_link_away(node: Path) -> None:
    (node / "channels.lock").unlink()
    assert (warm(node.parent).code, look(node)) == (0, TWO.tag)
