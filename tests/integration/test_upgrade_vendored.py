"""From a registry with a copy of an old tool, and edits, to one that pins this tool."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from fedfuse.model.yaml_text import render
from tests.support.cli_runner import Done, fedfuse
from tests.support.git_repositories import START
from tests.support.registry import RegistrySandbox, policy
from tests.support.small_suite import suite_files
from tests.support.tool_versions import Version, before_locks

pytestmark = pytest.mark.slow
OWNERS, CHECK = ".github/CODEOWNERS", ".github/workflows/check.yml"
BRANCH = "fedfuse/upgrade-0.1.0"
HERE = ("--tool", f"tools/fedfuse@{'5' * 40}")
SUITE = "schemas/suites/canonical/v1"
WORDS = (
    *("init", "reg", "--namespace", "acme", "--repo", "acme/registry", "--hub", "dir:../hub"),
    *("--provider", "hf=hf-bot:101", "--provider", "gcp=gcp-bot:102"),
    *("--provider", "aws=aws-bot:103", "--maintainer", "maintainer:1"),
)
TAGS = ["acme-ai-federated-v1.0.0", "acme-ai-federated-v1.0.1"]


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Version:
    return before_locks(tmp_path_factory.mktemp("old") / "tool")


def known_then(written: dict[str, Any]) -> dict[str, Any]:
    """A policy without the fields that the old tool did not know."""
    for of_role in written["roles"].values():
        of_role.get("latency", {}).pop("interleaved", None)
    return written


@pytest.fixture(scope="module")
def made(old: Version, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry of the old tool, with edits and without releases."""
    root = tmp_path_factory.mktemp("vendored")
    done = old.run(root, *WORDS)
    assert done.code == 0, done.err
    box = opened(root)
    box.clock = START  # main must not be dated later than now
    box.git("config", "user.name", "Grace")
    box.git("config", "user.email", "grace@example.org")
    box.write(".git/info/exclude", "artifacts/\n")
    shutil.rmtree(box.root / SUITE)
    box.write("registry.yaml", render(known_then(policy())))
    for name, content in suite_files().items():
        box.write(f"{SUITE}/{name}", content)
    box.git("add", "-A")
    box.git("commit", "-q", "--amend", "--no-edit")  # the small suite from the first commit on
    edits = {
        OWNERS: ("* @maintainer\n", "* @maintainer\n/docs/ @dora\n"),
        CHECK: ("jobs:\n", "# Ours.\njobs:\n"),
    }
    texts: dict[str, str | bytes] = {}
    for path, (before, after) in edits.items():
        text = (box.root / path).read_text("utf-8")
        assert before in text, path
        texts[path] = text.replace(before, after, 1)
    box.commit("registry: our owners, our check", texts)
    box.git("init", "-q", "--bare", "-b", "main", "../upstream.git")
    box.git("remote", "add", "origin", "../upstream.git")
    push(box)
    return root


@pytest.fixture
def box(made: Path, tmp_path: Path) -> RegistrySandbox:
    shutil.copytree(made, tmp_path, symlinks=True, dirs_exist_ok=True)
    return opened(tmp_path)


def opened(root: Path) -> RegistrySandbox:
    box = RegistrySandbox.__new__(RegistrySandbox)
    box.root = root / "reg"
    box.clock = START
    box.clock = int(box.git("log", "-1", "--format=%ct", "main"))
    return box


def push(box: RegistrySandbox) -> None:
    box.git("push", "-q", "origin", "main")


def ran(done: Done) -> str:
    assert done.code == 0, done.out + done.err
    return done.out


def test_the_old_copy_becomes_a_pin_and_edits_stay(box: RegistrySandbox, old: Version) -> None:
    done = fedfuse(box.root, "upgrade", *HERE, "--format=json")
    ran(done)
    effects = {one["path"]: one["effect"] for one in done.json()["changes"]}
    assert (done.json()["conflicts"], effects[CHECK]) == ({}, "merged")
    assert not {OWNERS, "registry.yaml", "CHANGELOG.md", f"{SUITE}/suite.yaml"} & effects.keys()
    words = ("check", "--base", "main", "--head", BRANCH)
    ran(old.run(box.root, *words))
    ran(fedfuse(box.root, *words))
    box.git("merge", "-q", "--squash", BRANCH)
    box.commit(f"{BRANCH} (#7)")
    push(box)
    assert not (box.root / "scripts").exists()
    assert "/docs/ @dora" in (box.root / OWNERS).read_text("utf-8")
    assert "\n# Ours.\njobs:\n" in (box.root / CHECK).read_text("utf-8")
    ran(fedfuse(box.root, "validate"))
    box.land_first_release()
    box.land("hf/textgen-lora", 2, quality=0.95, baseline="hf/textgen-lora@v1")
    push(box)
    ran(fedfuse(box.root, "release"))
    assert box.git("tag").splitlines() == TAGS
    ran(fedfuse(box.root, "audit", "--replay"))
    assert "up to date" in fedfuse(box.root, "upgrade", *HERE).err


def test_a_part_of_the_old_tool_that_people_changed_is_kept_and_named(
    box: RegistrySandbox,
) -> None:
    path = "scripts/fedfuse/errors.py"
    box.commit("ours", {path: (box.root / path).read_text("utf-8") + "# ours\n", "scripts/x": "x"})
    push(box)
    done = fedfuse(box.root, "upgrade", *HERE)
    ran(done)
    assert f"conflict in {path}, yours stays" in done.err
    kept = box.git("ls-tree", "-r", "--name-only", BRANCH, "scripts/").splitlines()
    assert kept == [path, "scripts/x"]


def test_a_release_that_the_tool_refutes_stops_the_upgrade(box: RegistrySandbox) -> None:
    box.git("tag", TAGS[0], "-m", "by hand")
    done = fedfuse(box.root, "upgrade", *HERE)
    assert done.is_error(1), done.out + done.err
    assert "refutes releases of main" in done.err
    assert BRANCH not in box.git("for-each-ref")
