"""The wheel, built from this source and installed alone in an empty place, does the whole job."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from sysconfig import get_path

import pytest

from fedfuse import __version__
from fedfuse.adapters import tool
from tests.support.git_repositories import Sandbox
from tests.support.registry import TOOL

pytestmark = pytest.mark.slow
WORDS = (
    *("init", "reg", "--namespace", "acme", "--repo", "acme/registry", "--hub", "dir:../mirror"),
    *("--provider", "hf=alice:1", "--provider", "azure=bob:2", "--prefix", "azure=s3://acme/"),
)


@dataclass(frozen=True, slots=True)
class Installed:
    """A venv with the wheel, and nothing of the source."""

    bin: Path
    commit: str
    """What the wheel was built from."""

    def run(self, cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the venv as a new user does: with an empty home."""
        home = cwd.parent / "home"
        home.mkdir(exist_ok=True)
        return subprocess.run(
            [self.bin / words[0], *words[1:]],
            cwd=cwd,
            env={"PATH": os.environ["PATH"], "HOME": str(home)},
            capture_output=True,
            text=True,
            check=False,
        )

    def fedfuse(self, cwd: Path, *words: str, expect: int = 0) -> str:
        """Run `fedfuse` and return what it printed."""
        done = self.run(cwd, "fedfuse", *words)
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    root = tmp_path_factory.mktemp("wheel")
    source = committed_source(root / "the source")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
    built = ("wheel", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", "wheels")
    subprocess.run([*pip, *built, str(source.root)], cwd=root, check=True)
    (wheel,) = (root / "wheels").glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", root / "venv"], check=True)
    alone = ("install", "--no-index", "--no-deps", str(wheel))
    subprocess.run([*pip, "--python", str(root / "venv/bin/python"), *alone], check=True)
    (site,) = (root / "venv/lib").glob("python3*/site-packages")
    (site / "libraries.pth").write_text(f"{get_path('purelib')}\n")  # not what a .pth there adds
    head = source.head()
    shutil.rmtree(source.root)
    return Installed(root / "venv/bin", head)


def committed_source(root: Path) -> Sandbox:
    """The files of this work tree as a repository without anything uncommitted."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=TOOL,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (TOOL / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(TOOL / name, root / name)
    root.mkdir(exist_ok=True)
    box = Sandbox(root)
    box.git("init", "-q", "-b", "main")
    box.commit("all of it")
    return box


@pytest.fixture(scope="module")
def registry(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("empty") / "a place"
    place.mkdir()
    assert installed.fedfuse(place, *WORDS) == "reg\n"
    return place / "reg"


def test_it_pins_the_commit_it_was_built_from_and_the_files_of_the_source(
    installed: Installed, registry: Path
) -> None:
    lock = (registry / "fedfuse.lock").read_text("utf-8")
    assert f'commit: "{installed.commit}"\n' in lock
    assert f'digest: "{tool.digest()}"\n' in lock
    workflow = (registry / ".github/workflows/check.yml").read_text("utf-8")
    assert f"/.github/actions/setup@{installed.commit} # v{__version__}\n" in workflow
    where = "import fedfuse, importlib.util as u; print(fedfuse.__file__, u.find_spec({!r}))"
    alone = installed.run(registry, "python", "-c", where.format("suite_generator")).stdout
    assert alone.startswith(str(installed.bin.parent)), "not the source"
    assert alone.endswith(" None\n"), "nothing beside the two packages"
    said = installed.fedfuse(registry, "doctor", "--tool")
    assert said.startswith("ok")
    upgraded = installed.run(registry, "fedfuse", "upgrade")
    said = f"up to date: fedfuse {__version__}, engine 1\n"
    assert (upgraded.returncode, upgraded.stdout, upgraded.stderr) == (0, "", said)


def test_a_registry_that_it_made_is_validated_judged_and_released(
    installed: Installed, registry: Path, tmp_path: Path
) -> None:
    box = Sandbox(shutil.copytree(registry, tmp_path / "reg"))
    box.git("clone", "-q", "--bare", ".", "../upstream.git")
    box.git("remote", "add", "origin", "../upstream.git")
    box.git("fetch", "-q", "origin")
    assert "0 problems" in installed.fedfuse(box.root, "validate")
    box.git("switch", "-q", "-c", "proposal")
    box.commit("registry: a stricter floor", {"registry.yaml": stricter(box.root)})
    judged = installed.fedfuse(box.root, "check", "--base", "main", "--head", "HEAD")
    assert "pass" in judged
    box.git("switch", "-q", "main")
    box.git("merge", "-q", "--squash", "proposal")
    box.commit("registry: a stricter floor")
    box.git("push", "-q", "origin", "main")
    assert "textgen" in installed.fedfuse(box.root, "status")
    installed.fedfuse(box.root, "release")


def stricter(root: Path) -> str:
    return (root / "registry.yaml").read_text("utf-8").replace("floor: 0.75", "floor: 0.8")


def test_a_copy_of_the_tool_is_not_to_be_had_from_it(installed: Installed, tmp_path: Path) -> None:
    words = ("init", "reg", *WORDS[2:], "--vendored")
    done = installed.run(tmp_path, "fedfuse", *words)
    assert (done.returncode, "fix: clone the tool's repository" in done.stderr) == (3, True)
    assert not (tmp_path / "reg").exists()


def test_the_demonstration_runs_from_it_to_production_and_back(
    installed: Installed, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    done = installed.run(tmp_path / "empty", "python", "-m", "fedfuse.demo")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert "acme-ai-federated-v1.0.1" in done.stdout
    assert list((tmp_path / "empty").iterdir()) == []
    helped = installed.run(tmp_path / "empty", "python", "-m", "fedfuse_demo.record", "--help")
    assert helped.returncode == 0, helped.stderr
