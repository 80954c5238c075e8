"""A registry and its workflows name one tool; what differs is found before it stops everything."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fedfuse.adapters.work_tree import WorkTree
from fedfuse.flows.checking.validate import validate
from fedfuse.flows.registry.init import make
from fedfuse.flows.registry.organisation import parse
from tests.support.cli_runner import fedfuse
from tests.support.git_repositories import Sandbox

OWN, OTHER = "5" * 40, "6" * 40
CHECK, LOCK = ".github/workflows/check.yml", "fedfuse.lock"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("lock") / "reg"
    owner = parse(namespace="acme", repository="acme/registry", providers=("hf=alice:1",))
    make(root, owner, tool_at=("tools/fedfuse", OWN))
    return root


@pytest.fixture
def box(made: Path, tmp_path: Path) -> Sandbox:
    return Sandbox(shutil.copytree(made, tmp_path / "reg"))


def edit(box: Sandbox, path: str, old: str, new: str) -> None:
    text = (box.root / path).read_text("utf-8")
    assert old in text
    box.write(path, text.replace(old, new, 1))


def test_a_fresh_registry_calls_the_tool_that_it_pins(box: Sandbox) -> None:
    assert validate(WorkTree(box.root), paths=())[1] == ()
    assert fedfuse(box.root, "doctor", "--tool").code == 0


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (CHECK, OWN, OTHER),
        (CHECK, f"@{OWN}", "@main"),
        (CHECK, "tools/fedfuse/.github", "mallory/fedfuse/.github"),
        (CHECK, f"tools/fedfuse/.github/actions/setup@{OWN}", "./.github/actions/setup"),
    ],
    ids=["commit", "branch", "repository", "local"],
)
def test_a_workflow_that_calls_another_tool_is_found_on_its_line(
    box: Sandbox, path: str, old: str, new: str
) -> None:
    edit(box, path, old, new)
    (finding,) = validate(WorkTree(box.root), paths=())[1]
    line = (box.root / path).read_text("utf-8").splitlines()[finding.line - 1]
    assert (finding.code, finding.path, "uses:" in line and new in line) == ("E355", path, True)


def test_a_lock_that_moves_alone_is_found_in_every_workflow(box: Sandbox) -> None:
    edit(box, LOCK, OWN, OTHER)
    found = validate(WorkTree(box.root), paths=())[1]
    assert {one.code for one in found} == {"E355"}
    assert {one.path for one in found} == {
        f".github/workflows/{name}.yml"
        for name in ("audit", "cadence", "check", "evaluate", "release", "slo")
    }


def test_a_lock_without_the_engine_of_the_registry_is_found(box: Sandbox) -> None:
    edit(box, LOCK, "{number: 1,", "{number: 999,")
    (finding,) = validate(WorkTree(box.root), paths=())[1]
    assert (finding.code, finding.path, finding.found) == ("E355", LOCK, "999")


def test_a_lock_that_its_schema_refuses_is_found(box: Sandbox) -> None:
    edit(box, LOCK, f'"{OWN}"', "main")
    (finding,) = validate(WorkTree(box.root), paths=())[1]
    assert (finding.code, finding.path, finding.line) == ("E304", LOCK, 8)


def moved_alone(box: Sandbox) -> None:
    edit(box, LOCK, OWN, OTHER)


def moved_together(box: Sandbox) -> None:
    for path in (LOCK, *(p.relative_to(box.root).as_posix() for p in workflows(box))):
        box.write(path, (box.root / path).read_text("utf-8").replace(OWN, OTHER))


def workflows(box: Sandbox) -> list[Path]:
    return sorted((box.root / ".github/workflows").glob("*.yml"))


@pytest.mark.parametrize(("change", "code"), [(moved_alone, 1), (moved_together, 0)])
def test_a_pull_request_moves_lock_and_workflows_together_or_is_refused(
    box: Sandbox, change: Callable[[Sandbox], None], code: int
) -> None:
    box.git("switch", "-q", "-c", "proposal")
    change(box)
    box.commit("tool: another one")
    judged = fedfuse(box.root, "check", "--base", "main", "--head", "HEAD")
    assert (judged.code, "E355" in judged.out) == (code, code == 1), judged.out


def test_a_tool_with_other_files_than_the_lock_says_stops_and_names_the_right_one(
    box: Sandbox,
) -> None:
    text = (box.root / LOCK).read_text("utf-8")
    digest = text.partition('digest: "')[2][:64]
    edit(box, LOCK, digest, "0" * 64)
    said = fedfuse(box.root, "doctor", "--tool")
    assert said.code == 1
    assert f'fix: pipx install --force "git+https://github.com/tools/fedfuse@{OWN}"' in said.out


def test_a_tool_from_elsewhere_needs_a_lock(box: Sandbox) -> None:
    (box.root / LOCK).unlink()
    said = fedfuse(box.root, "doctor", "--tool")
    assert (said.code, "there is no fedfuse.lock" in said.out) == (1, True)


def test_a_registry_that_holds_the_tool_needs_no_lock(tmp_path: Path) -> None:
    owner = parse(namespace="acme", repository="acme/registry", providers=("hf=alice:1",))
    make(tmp_path / "reg", owner, vendored=True)
    done = subprocess.run(
        [sys.executable, "-m", "fedfuse", "doctor", "--tool"],
        cwd=tmp_path / "reg",
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path / "reg/scripts")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "which this registry holds" in done.stdout) == (0, True), done.stderr
