"""Artifact folders are listed and hashed as they are; new files appear whole or not at all."""

import hashlib
import os
import pty
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from fedfuse.adapters.files import new_folder, read_named, write_new
from fedfuse.adapters.hashing import hash_files, list_files
from fedfuse.errors import FedfuseError, RefusedError, UsageError


def make(folder: Path, *paths: str) -> Path:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(path.encode())
    return folder


def test_files_are_listed_by_their_path_in_byte_order(tmp_path: Path) -> None:
    make(tmp_path, "c.json", "a/z.json", "a.json", "B.json")
    assert list_files(tmp_path, hidden=False) == ("B.json", "a.json", "a/z.json", "c.json")


def test_hidden_files_are_no_part_of_an_artifact_unless_asked_for(tmp_path: Path) -> None:
    make(tmp_path, "a.json", ".git/config", "sub/.cache")
    assert list_files(tmp_path, hidden=False) == ("a.json",)
    assert list_files(tmp_path, hidden=True) == (".git/config", "a.json", "sub/.cache")


def test_digests_and_sizes_are_those_of_the_bytes_also_beyond_one_chunk(tmp_path: Path) -> None:
    data = os.urandom(3 * 1024 * 1024 + 7)
    (tmp_path / "model.gguf").write_bytes(data)
    (hashed,) = hash_files(tmp_path, ["model.gguf"])
    assert (hashed.size, hashed.sha256) == (len(data), hashlib.sha256(data).hexdigest())


def test_no_progress_bar_is_shown_where_stderr_is_no_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    hash_files(make(tmp_path, "a.json"), ["a.json"])
    assert capfd.readouterr() == ("", "")


def test_a_progress_bar_is_shown_on_a_terminal(tmp_path: Path) -> None:
    make(tmp_path, "a.json")
    code = "from fedfuse.adapters.hashing import hash_files; import pathlib, sys\n"
    code += "hash_files(pathlib.Path(sys.argv[1]), ['a.json'])"
    here, there = pty.openpty()
    termios.tcsetwinsize(there, (24, 80))
    done = subprocess.run([sys.executable, "-c", code, tmp_path], stderr=there, check=False)
    shown = os.read(here, 10_000)
    os.close(there)
    os.close(here)
    assert (done.returncode, b"%|" in shown) == (0, True), shown


@pytest.mark.parametrize("target", ["a.json", "missing", "/etc/hostname", "."])
def test_a_link_in_an_artifact_folder_is_refused(tmp_path: Path, target: str) -> None:
    make(tmp_path, "a.json")
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(RefusedError, match="link is no plain file"):
        list_files(tmp_path, hidden=False)


def test_a_pipe_in_an_artifact_folder_is_refused_without_reading_it(tmp_path: Path) -> None:
    os.mkfifo(make(tmp_path, "a.json") / "pipe")
    with pytest.raises(RefusedError, match="pipe is no plain file"):
        list_files(tmp_path, hidden=False)


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(RefusedError, match="holds no files"):
        list_files(tmp_path / "empty", hidden=False)


@pytest.mark.parametrize("folder", ["missing", "a.json"])
def test_the_name_of_no_folder_is_a_usage_error(tmp_path: Path, folder: str) -> None:
    make(tmp_path, "a.json")
    with pytest.raises(UsageError, match="is no folder"):
        list_files(tmp_path / folder, hidden=False)


@pytest.mark.parametrize("name", ["missing", "a/b", "."])
def test_a_file_that_a_command_was_given_and_is_not_there_is_a_usage_error(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    with pytest.raises(UsageError, match="directory"):
        read_named(tmp_path / name)
    assert read_named(tmp_path / "a", most=3) == b"123"


def test_a_file_that_cannot_be_read_is_no_usage_error(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(FedfuseError, match="loop") as raised:
        read_named(tmp_path / "loop")
    assert raised.value.exit_code == FedfuseError.exit_code


def test_a_file_that_exists_is_never_overwritten(tmp_path: Path) -> None:
    write_new(tmp_path / "sub" / "v1.yaml", b"first")
    write_new(tmp_path / "sub" / "v1.yaml", b"first")
    with pytest.raises(RefusedError, match="with other bytes"):
        write_new(tmp_path / "sub" / "v1.yaml", b"second")
    assert (tmp_path / "sub" / "v1.yaml").read_bytes() == b"first"
    assert [path.name for path in (tmp_path / "sub").iterdir()] == ["v1.yaml"]


def test_what_a_killed_run_left_is_swept_by_the_next(tmp_path: Path) -> None:
    make(tmp_path, ".draft-abc")
    write_new(tmp_path / "v1.yaml", b"data")
    assert [path.name for path in tmp_path.iterdir()] == ["v1.yaml"]


def test_a_folder_that_cannot_be_made_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    make(tmp_path, "file")
    with pytest.raises(FedfuseError) as refused:
        write_new(tmp_path / "file" / "v1.yaml", b"data")
    assert refused.value.fix


def test_a_new_folder_appears_only_when_its_block_ends_well(tmp_path: Path) -> None:
    with new_folder(tmp_path / "registry") as draft:
        make(draft, "a")
        assert not (tmp_path / "registry").exists()
    assert (tmp_path / "registry" / "a").read_bytes() == b"a"
    assert [path.name for path in tmp_path.iterdir()] == ["registry"]


def test_a_new_folder_vanishes_when_its_block_fails(tmp_path: Path) -> None:
    def fail(draft: Path) -> None:
        make(draft, "a")
        raise RuntimeError(draft)

    with pytest.raises(RuntimeError), new_folder(tmp_path / "registry") as draft:
        fail(draft)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_use_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path / "full", "a")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RefusedError, match="not empty"), new_folder(tmp_path / "full"):
        pass
    with pytest.raises(RefusedError, match="not empty"), new_folder(tmp_path / "full" / "a"):
        pass
    monkeypatch.chdir(tmp_path / "empty")
    with pytest.raises(RefusedError, match="current folder"), new_folder(Path()):
        pass
    monkeypatch.chdir(tmp_path)
    with new_folder(tmp_path / "empty") as draft:
        make(draft, "b")
    assert (tmp_path / "empty" / "b").exists()
