"""`fedfuse upgrade` refuses what would break a registry; the engine is raised alone."""

import shutil
from pathlib import Path

import pytest

from tests.support import next_engine, upgrades
from tests.support.cli_runner import fedfuse
from tests.support.git_repositories import Sandbox
from tests.support.tool_versions import ToolRepository, Version
from tests.support.upgrades import LOCK, WORDS, edited, merge, state, upgrade

pytestmark = pytest.mark.slow


@pytest.fixture
def box(versions: tuple[Version, ...], tmp_path: Path) -> Sandbox:
    return upgrades.registry(versions[0], tmp_path)


def test_another_version_than_the_running_one_is_named_with_the_command_that_runs_it(
    box: Sandbox, versions: tuple[Version, ...]
) -> None:
    done = upgrade(box, versions[1], "--to", "1.2.0")
    assert done.is_error(2)
    url = "git+https://github.com/tools/fedfuse@v1.2.0"
    assert f"fix: pipx run --spec {url} fedfuse upgrade\n" in done.err
    assert upgrade(box, versions[1], "--to", "1.1.0").code == 0


@pytest.mark.parametrize("after", ["", "raised"])
def test_a_tool_without_an_engine_of_the_history_is_refused_in_one_line(
    box: Sandbox, tmp_path: Path, after: str
) -> None:
    """Also when that engine judges nothing any more."""
    if after:
        raised = edited(box, "registry.yaml", "engine: 1", "engine: 2")
        box.commit("registry: judge by engine 2", {"registry.yaml": raised})
    lacking = next_engine.make(tmp_path / "lacking", engines=(2,))
    before = state(box)
    done = next_engine.run(lacking, box.root, "upgrade")
    assert done.is_error(3)
    assert "main was judged by engine 1 from" in done.err
    assert state(box) == before


def test_the_engine_is_raised_alone_and_only_when_the_pinned_tool_has_it(
    box: Sandbox, tools: tuple[ToolRepository, tuple[Version, ...]], tmp_path: Path
) -> None:
    made = next_engine.make(tmp_path / "next")
    for name in ("engine/__init__.py", "engine/v2"):
        source, aim = made / "fedfuse" / name, tools[0].box.root / "scripts/fedfuse" / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, aim)
    two = tools[0].version("2.0.0", {"schemas/README.md": lambda text: f"{text}\n2.0\n"})
    early = upgrade(box, two, "--engine", "2")
    assert (early.code, "E355" in early.out) == (1, True), early.out + early.err
    assert "fedfuse/engine-2" not in box.git("for-each-ref")
    landed = upgrade(box, two)
    assert landed.code == 0, landed.out + landed.err
    assert "engine 2 is a pull request of its own: fedfuse upgrade --engine 2" in landed.err
    merge(box, "fedfuse/upgrade-2.0.0")
    raised = upgrade(box, two, "--engine", "2")
    assert raised.code == 0, raised.out + raised.err
    diff = box.git("diff", "--unified=0", "main", "fedfuse/engine-2").splitlines()
    moved = [line[:10] for line in diff if line[:1] in "+-" and line[:3] not in {"+++", "---"}]
    assert moved == ["-engine: 1", "+engine: 2"]
    merge(box, "fedfuse/engine-2")
    assert upgrade(box, two, "--engine", "2").err == "up to date: fedfuse 2.0.0, engine 2\n"
    assert upgrade(box, two, "--engine", "1").code == 1, "an engine never goes back"


def test_a_pinned_tool_with_other_files_is_never_run(
    box: Sandbox, versions: tuple[Version, ...]
) -> None:
    digest = (box.root / LOCK).read_text("utf-8").partition('digest: "')[2][:64]
    box.commit("lock: forged", {LOCK: edited(box, LOCK, digest, "f" * 64)})
    done = upgrade(box, versions[1])
    assert done.is_error(3)
    assert "is not the tool that fedfuse.lock pins" in done.err


def test_a_pinned_tool_that_cannot_be_fetched_is_one_line_with_its_fix(
    box: Sandbox, versions: tuple[Version, ...]
) -> None:
    gone = edited(box, LOCK, versions[0].commit, "f" * 40)
    box.commit("lock: gone", {LOCK: gone})
    done = upgrade(box, versions[1])
    assert done.is_error(3)
    assert "cannot be fetched from https://github.com/tools/fedfuse" in done.err


def test_a_shallow_clone_is_refused_since_its_first_commit_is_not_the_first(
    box: Sandbox, versions: tuple[Version, ...], tmp_path: Path
) -> None:
    box.git("clone", "-q", "--depth=1", box.root.as_uri(), str(tmp_path / "shallow"))
    done = versions[1].run(tmp_path / "shallow", "upgrade", "--tool", versions[1].place)
    assert done.is_error(3)
    assert "git fetch --unshallow --tags" in done.err


def test_a_commit_that_check_refuses_gets_no_branch(
    box: Sandbox, versions: tuple[Version, ...]
) -> None:
    own = f"jobs:\n  a:\n    uses: mallory/x/.github/actions/setup@{'1' * 40}\n"
    box.commit("registry: our workflow", {".github/workflows/own.yml": own})
    before = state(box)
    done = upgrade(box, versions[1])
    assert (done.code, "E355" in done.out, state(box)) == (1, True, before), done.out + done.err


def test_the_tool_that_a_registry_holds_is_no_upgrade(tmp_path: Path) -> None:
    done = fedfuse(tmp_path, *WORDS, "--vendored")
    assert done.code == 0, done.err
    done = fedfuse(tmp_path / "reg", "upgrade", "--tool", f"acme/registry@{'5' * 40}")
    assert done.is_error(2)
