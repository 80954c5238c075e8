"""An upgrade that dies at any call of git and is run again ends as one that never died."""

import os
import shutil
import stat
from pathlib import Path
from signal import SIGKILL

import pytest

from fedfuse.flows.registry.init import make
from fedfuse.flows.registry.organisation import parse
from tests.support.cli_runner import fedfuse, start
from tests.support.git_repositories import Sandbox

pytestmark = pytest.mark.slow
BRANCH = "fedfuse/upgrade-0.1.0"
WORDS = ("upgrade", "--tool", f"tools/fedfuse@{'5' * 40}", "--open-pr")
_GIT = """#!/bin/sh
# Kills its caller at one call, before or after git has done it.
echo "$*" >> "{calls}"
number=$(wc -l < "{calls}")
[ "$number" = "{at}" ] && [ "{after}" = "" ] && kill -9 "$PPID" && exit 1
"{git}" "$@"
code=$?
[ "$number" = "{at}" ] && kill -9 "$PPID"
exit $code
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry that holds its tool, and its upstream."""
    root = tmp_path_factory.mktemp("killed")
    owner = parse(namespace="acme", repository="acme/registry", providers=("hf=alice:1",))
    make(root / "clone", owner, vendored=True)
    box = Sandbox(root / "clone")
    box.git("config", "user.name", "Grace")
    box.git("config", "user.email", "grace@example.org")
    box.git("clone", "-q", "--bare", ".", "../upstream.git")
    box.git("remote", "add", "origin", "../upstream.git")
    box.git("fetch", "-q", "origin")
    return root


@pytest.fixture
def box(made: Path, tmp_path: Path) -> Sandbox:
    return Sandbox(shutil.copytree(made, tmp_path / "reg") / "clone")


def wrap(folder: Path, patch: pytest.MonkeyPatch, *, at: int, after: str) -> Path:
    """Put a git on the path that kills its caller at a call; returns the file of its calls."""
    git = shutil.which("git")
    folder.mkdir(exist_ok=True)
    calls, script = folder / "calls", folder / "git"
    calls.unlink(missing_ok=True)
    script.write_text(_GIT.format(calls=calls, at=at, after=after, git=git))
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    patch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return calls


def ends(box: Sandbox) -> tuple[str, str, str]:
    """What outlives an upgrade: branches here and there, and the work tree."""
    listed = ("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads")
    there = box.git("--git-dir=../upstream.git", *listed)
    return box.git(*listed), there, box.git("status", "--porcelain", "--ignored")


def test_killed_at_every_writing_call_and_run_again_it_ends_the_same(
    box: Sandbox, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    before = ends(box)
    with monkeypatch.context() as patch:
        calls = wrap(tmp_path / "bin", patch, at=0, after="")
        done = fedfuse(box.root, *WORDS)
    assert done.code == 0, done.err
    wanted = ends(box)
    assert BRANCH in wanted[0]
    assert BRANCH in wanted[1]
    assert wanted[2] == before[2]
    lines = calls.read_text().splitlines()
    writes = [n for n, line in enumerate(lines, start=1) if writing(line)]
    kinds = {writing(lines[n - 1]) for n in writes}
    assert kinds == {"hash-object", "mktree", "update-ref", "push"}
    chosen = {writes[0], writes[len(writes) // 2], *writes[-4:]}
    for number in sorted(chosen):
        for after in ("", "done"):
            root = tmp_path / f"{number}{after}"
            other = Sandbox(shutil.copytree(made, root) / "clone")
            with monkeypatch.context() as patch:
                wrap(tmp_path / "bin", patch, at=number, after=after)
                victim = start(other.root, *WORDS)
                victim.join()
            assert victim.exitcode == -SIGKILL, (number, lines[number - 1])
            assert ends(other)[2] == before[2]
            for _ in range(2):
                done = fedfuse(other.root, *WORDS)
                assert done.code == 0, done.err
                assert ends(other) == wanted, (number, after)
            assert not list((other.root / ".git").rglob("*.lock"))


def writing(call: str) -> str:
    """The writing command of a call of git; empty for one that only reads."""
    words = {"hash-object", "mktree", "update-ref", "push"} & set(call.split())
    return next(iter(words), "")
