"""Commits made out of objects: what git itself would make, and nothing else is touched."""

from pathlib import Path

import pytest

from fedfuse.adapters.git.commits import commit_files
from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.git.repository import Repository
from fedfuse.errors import RemoteError
from tests.support.git_repositories import Sandbox

FILES = {"a/b/new.yaml": b"new\n", "a/old": b"changed\n", "top": b"top\n"}


@pytest.fixture
def box(tmp_path: Path) -> Sandbox:
    box = Sandbox(tmp_path / "clone")
    box.git("config", "user.name", "Grace <x>\u00e9")
    box.git("config", "user.email", "grace@example.org")
    box.commit("begin", {"a/old": "old\n", "a/b/c/deep": "deep\n", "z": "z\n"})
    odd = {
        "link": ("120000", "z"),
        "run.sh": ("100755", "#!/bin/sh\n"),
        "sub": ("160000", "a" * 40),
    }
    box.git("update-ref", "refs/heads/main", box.commit_tree(odd, parent="HEAD"))
    return box


def made(box: Sandbox, files: dict[str, bytes] = FILES, message: str = "add: files") -> str:
    with Repository(box.root) as repository:
        return commit_files(repository, files, parent=repository.resolve("main"), message=message)


def test_only_the_named_files_differ_from_the_parent(box: Sandbox) -> None:
    commit = made(box)
    diff = box.git("diff", "--name-status", "--no-renames", "main", commit).splitlines()
    assert diff == ["A\ta/b/new.yaml", "M\ta/old", "A\ttop"]
    assert box.git("show", f"{commit}:a/old") == "changed"
    assert box.git("rev-parse", f"{commit}^") == box.git("rev-parse", "main")
    box.git("fsck", "--strict", commit)


def test_the_commit_is_the_users_and_the_same_every_time(box: Sandbox) -> None:
    first = made(box)
    box.clock += 3600
    assert made(box) == first
    assert made(box, message="another") != first
    date = box.git("log", "-1", "--format=%ct", "main")
    who = box.git("log", "-1", "--format=%an|%ae|%cn|%ct", first)
    assert who == f"Grace x\u00e9|grace@example.org|Grace x\u00e9|{date}"


def test_branches_and_work_tree_stay_as_they_are(box: Sandbox) -> None:
    before = box.git("for-each-ref"), box.git("status", "--porcelain")
    made(box)
    assert (box.git("for-each-ref"), box.git("status", "--porcelain")) == before


def test_a_branch_moves_only_from_where_its_pusher_saw_it(box: Sandbox, tmp_path: Path) -> None:
    Sandbox(tmp_path / "remote.git", bare=True)
    one, other, third = made(box), made(box, message="another"), made(box, message="a third")
    remote = Remote(box.root / ".git", str(tmp_path / "remote.git"))
    assert remote.branch("topic") == ""
    for _ in range(2):
        assert remote.push_branch("topic", one, instead_of="") == one
    assert remote.push_branch("topic", other, instead_of="") == one, "somebody was there first"
    assert remote.push_branch("topic", other, instead_of=third) == one
    assert remote.push_branch("topic", other, instead_of=one) == other
    assert remote.branch("topic") == other


def test_fetching_brings_objects_and_moves_no_ref(box: Sandbox, tmp_path: Path) -> None:
    there = Sandbox.clone(box.root, tmp_path / "there")
    (there.root / "new.txt").write_text("new")
    commit = there.commit("new")
    remote, refs = Remote(box.root / ".git", str(there.root)), box.git("for-each-ref")
    remote.fetch(commit)
    remote.fetch("refs/heads/main")
    assert box.git("cat-file", "-t", commit) == "commit"
    assert box.git("for-each-ref") == refs
    assert not (box.root / ".git/FETCH_HEAD").exists()
    with pytest.raises(RemoteError):
        remote.fetch("refs/heads/nowhere")


def test_fetching_several_refs_of_a_configured_remote_moves_none_either(tmp_path: Path) -> None:
    there = Sandbox(tmp_path / "there")
    there.commit("begin")
    here = Sandbox.clone(there.root, tmp_path / "here")
    newer = there.commit("newer")
    there.git("update-ref", "refs/pull/7/head", there.commit("newest"))
    remote, refs = Remote(here.root / ".git", "origin"), here.git("for-each-ref")
    remote.fetch()
    assert here.git("rev-list", "--all", "--count") == "1"
    remote.fetch("refs/heads/main", "refs/pull/7/head")
    assert here.git("cat-file", "-t", newer) == "commit"
    assert here.git("cat-file", "-t", there.head()) == "commit"
    assert here.git("for-each-ref") == refs
    with pytest.raises(RemoteError):
        remote.fetch("refs/pull/7/head", "refs/pull/8/head")


def test_a_remote_that_is_not_there_is_named(box: Sandbox, tmp_path: Path) -> None:
    remote = Remote(box.root / ".git", str(tmp_path / "nowhere"))
    with pytest.raises(RemoteError, match="nowhere"):
        remote.push_branch("topic", made(box), instead_of="")
