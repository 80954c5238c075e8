"""Grafts, damage and what is left out: a clone gives the honest answer, or says so with exit 3."""

import hashlib
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.cli_runner import Done, fedfuse
from tests.support.spoiled_clones import (
    Clone,
    agrees,
    write_aside,
)


def replaced(clone: Clone) -> Path:
    clone.box.git("replace", "main~3", "main")
    clone.box.git("replace", "--graft", "main~1")
    return clone.box.root


def grafted(clone: Clone) -> Path:
    tip, old = (clone.box.git("rev-parse", name) for name in ("main", "main~4"))
    (clone.box.root / ".git/info/grafts").write_text(f"{tip} {old}\n")
    return clone.box.root


def shallow_by_hand(clone: Clone) -> Path:
    sha = clone.box.git("rev-parse", "main~3")
    (clone.box.root / ".git/shallow").write_text(f"{sha}\n")
    return clone.box.root


def shallow_work_tree(clone: Clone) -> Path:
    shallow_by_hand(clone)
    clone.box.git("worktree", "add", "-q", "--detach", str(clone.aside / "linked"), "main")
    return clone.aside / "linked"


def linked_work_tree(clone: Clone) -> Path:
    clone.box.git("worktree", "add", "-q", "--detach", str(clone.aside / "linked"), "main")
    clone.box.git("config", "extensions.worktreeConfig", "true")
    clone.box.git("config", "--worktree", "log.showSignature", "true")
    return clone.aside / "linked"


def shallow_clone(clone: Clone) -> Path:
    return cloned(clone, "--depth=3")


def partial_clone(clone: Clone) -> Path:
    upstream = clone.aside / "copy/upstream.git"
    clone.box.git("-C", str(upstream), "config", "uploadpack.allowFilter", "true")
    return cloned(clone, "--filter=blob:none", "--no-checkout")


def cloned(clone: Clone, *options: str) -> Path:
    upstream = f"file://{clone.aside}/copy/upstream.git"
    clone.box.git("clone", "-q", *options, upstream, str(clone.aside / "clone"))
    fresh = clone.aside / "clone"
    clone.box.git("-C", str(fresh), "fetch", "-q", str(clone.box.root), "proposal:proposal")
    return fresh


def lying_commit_graph(clone: Clone) -> Path:
    """A commit graph in which the tip of main follows another commit than it does."""
    clone.box.git("commit-graph", "write", "--reachable")
    file = clone.box.root / ".git/objects/info/commit-graph"
    data = bytearray(file.read_bytes())
    table = {
        data[at : at + 4].decode(): struct.unpack(">Q", data[at + 4 : at + 12])[0]
        for at in range(8, 8 + 12 * data[6], 12)
    }
    (count,) = struct.unpack(">I", data[table["OIDF"] + 255 * 4 : table["OIDF"] + 256 * 4])
    oids = [data[table["OIDL"] + 20 * n : table["OIDL"] + 20 * (n + 1)].hex() for n in range(count)]
    row = table["CDAT"] + 36 * oids.index(clone.box.git("rev-parse", "main"))
    other = oids.index(clone.box.git("rev-parse", "main~4"))
    data[row + 20 : row + 24] = struct.pack(">I", other)
    body = bytes(data[:-20])
    file.chmod(0o644)
    file.write_bytes(body + hashlib.sha1(body, usedforsecurity=False).digest())
    return clone.box.root


def objects_elsewhere(clone: Clone) -> Path:
    """All objects lie in another folder, which `alternates` names."""
    objects, there = clone.box.root / ".git/objects", clone.aside / "objects"
    shutil.move(objects, there)
    (objects / "info").mkdir(parents=True)
    (objects / "info/alternates").write_text(f"{there}\n")
    return clone.box.root


def damaged(clone: Clone, *, keep: bool = True) -> Path:
    """One file of main has other bytes in the object store, or is gone from it."""
    box = clone.box
    oid = box.git("rev-parse", "main:manifests/hf/textgen-lora/v2.yaml")
    loose = box.root / ".git/objects" / oid[:2] / oid[2:]
    other = box.git("hash-object", "-w", "--stdin", stdin=b"another: file\n")
    loose.chmod(0o644)
    loose.unlink()
    if keep:
        shutil.copy(box.root / ".git/objects" / other[:2] / other[2:], loose)
    return box.root


def hooks_and_attributes(clone: Clone) -> Path:
    write_aside(clone)
    shutil.copytree(clone.aside / "hooks", clone.box.root / ".git/hooks", dirs_exist_ok=True)
    (clone.box.root / ".git/info/attributes").write_text("* export-ignore -text filter=x\n")
    (clone.box.root / ".git/info/sparse-checkout").write_text("/docs/\n")
    return clone.box.root


def packed(clone: Clone) -> Path:
    clone.box.git("gc", "-q", "--aggressive")
    clone.box.git("multi-pack-index", "write")
    clone.box.git("repack", "-q", "-a", "-d", "--write-bitmap-index")
    clone.box.git("pack-refs", "--all")
    return clone.box.root


def no_tags(clone: Clone) -> Path:
    clone.box.git("tag", "-d", *clone.box.git("tag").split())
    return clone.box.root


STATES: tuple[Callable[[Clone], Path], ...] = (
    replaced,
    grafted,
    shallow_by_hand,
    shallow_work_tree,
    linked_work_tree,
    shallow_clone,
    partial_clone,
    lying_commit_graph,
    objects_elsewhere,
    damaged,
    hooks_and_attributes,
    packed,
)


@pytest.mark.parametrize("make", STATES, ids=lambda make: str(make.__name__))
def test_a_state_of_the_clone_changes_no_answer(
    clone: Clone, expected: dict[tuple[str, ...], Done], make: Callable[[Clone], Path]
) -> None:
    agrees(make(clone), expected)


@pytest.mark.parametrize(
    "make", [shallow_by_hand, shallow_work_tree, shallow_clone, partial_clone, damaged]
)
def test_a_clone_that_lacks_something_says_so(clone: Clone, make: Callable[[Clone], Path]) -> None:
    root = make(clone)
    for words in (("status",), ("audit", "--offline"), ("release", "--dry-run")):
        done = fedfuse(root, *words)
        if done.code:
            assert done.is_error(3), done
    assert fedfuse(root, "audit", "--replay", "--offline").is_error(3)


def test_a_missing_object_is_no_missing_file(clone: Clone) -> None:
    damaged(clone, keep=False)
    no_tags(clone)
    done = fedfuse(clone.box.root, "status")
    assert done.is_error(3)
    assert "is missing here" in done.err
