"""A node loads what a pull left on disc, and nothing else."""

import json
from pathlib import Path

import pytest

from fedfuse.adapters.node_folder import LOCK
from fedfuse.errors import RefusedError
from fedfuse.model.bundle import RECORD, SUMS
from fedfuse.model.canonical import dumps_by_key
from fedfuse.node.node import Node
from tests.support.node_release import land, model_id, release


def test_a_pulled_folder_is_a_node_also_through_the_link(tmp_path: Path) -> None:
    made = release(textgen=3)
    for folder in (land(tmp_path, made), tmp_path / "current"):
        node = Node.load(folder)
        assert node.release.tag == made.tag
        assert node.release.routes["chat"].targets[0].id == model_id("hf/textgen", 3)


@pytest.mark.parametrize("path", sorted(release().proven))
def test_a_file_that_is_not_what_was_pulled_is_refused(tmp_path: Path, path: str) -> None:
    folder = land(tmp_path, release())
    (folder / path).write_bytes((folder / path).read_bytes() + b"\n")
    with pytest.raises(RefusedError) as refused:
        Node.load(folder)
    assert "pull again" in refused.value.fix


@pytest.mark.parametrize("path", ["more", "manifests/hf/more/v1.yaml"])
def test_a_file_that_nobody_pulled_is_refused(tmp_path: Path, path: str) -> None:
    folder = land(tmp_path, release())
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(b"x")
    with pytest.raises(RefusedError):
        Node.load(folder)


def test_a_folder_without_one_of_its_files_is_refused(tmp_path: Path) -> None:
    folder = land(tmp_path, release())
    (folder / SUMS).unlink()
    with pytest.raises(RefusedError):
        Node.load(folder)


def test_another_record_under_the_tag_that_was_pulled_is_refused(tmp_path: Path) -> None:
    folder = land(tmp_path, release())
    other = release(voting=None)
    for path, body in other.pulled.items():
        (folder / path).write_bytes(body)
    with pytest.raises(RefusedError, match="another tag object"):
        Node.load(folder)


def test_a_record_of_another_tool_says_so_in_one_line(tmp_path: Path) -> None:
    record = json.loads(release().record)
    del record["units"]
    made = release()
    (tmp_path / made.tag).mkdir()
    land(tmp_path / "right", made)
    for path, body in made.pulled.items():
        place = tmp_path / made.tag / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(dumps_by_key(record) if path == RECORD else body)
    with pytest.raises(RefusedError) as refused:
        Node.load(tmp_path / made.tag)
    assert "\n" not in refused.value.what


def test_a_release_that_no_pull_remembers_is_refused(tmp_path: Path) -> None:
    folder = land(tmp_path, release())
    (tmp_path / LOCK).unlink()
    with pytest.raises(RefusedError, match="no pull left a release there"):
        Node.load(folder)


def test_no_folder_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError):
        Node.load(tmp_path / "gone")
