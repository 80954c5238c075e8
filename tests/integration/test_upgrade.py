"""`fedfuse upgrade`: from one version to the next, with what people edited, again and again."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support import next_engine
from tests.support.cli_runner import Done, fedfuse
from tests.support.git_repositories import Sandbox
from tests.support.tool_versions import ToolRepository, Version

pytestmark = pytest.mark.slow
OWNERS, CHECK, LOCK = ".github/CODEOWNERS", ".github/workflows/check.yml", "fedfuse.lock"
WORDS = (
    *("init", "reg", "--namespace", "acme", "--repo", "acme/registry", "--hub", "dir:../mirror"),
    *("--provider", "hf=alice:1", "--provider", "gcp=bob:2"),
)
TEMPLATE = "scripts/fedfuse/flows/registry/community_template.py"
MINE = {
    OWNERS: ("* @alice @bob\n", "* @alice @bob\n/docs/ @dora\n"),
    CHECK: ("    timeout-minutes:", "    # ours: a slow runner\n    timeout-minutes:"),
    "registry.yaml": ("floor: 0.75", "floor: 0.8"),
}
"""What people of the registry edit: path, text and what they make of it."""


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> tuple[ToolRepository, tuple[Version, ...]]:
    """Three versions: the second has another head line for owners and for check.yml."""
    there = ToolRepository(tmp_path_factory.mktemp("tools"))
    first = there.version("1.0.0")
    second = there.version(
        "1.1.0",
        {
            TEMPLATE: lambda text: text.replace(
                "# Who approves what;", "# Who approves which file;"
            ),
            CHECK: lambda text: f"# Judges every pull request.\n{text}",
            "schemas/README.md": lambda text: f"{text}\nNew in 1.1.\n",
        },
    )
    third = there.version("1.2.0", {TEMPLATE: lambda text: text.replace("which file;", "what:")})
    return there, (first, second, third)


@pytest.fixture
def versions(
    tools: tuple[ToolRepository, tuple[Version, ...]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[Version, ...]:
    tools[0].on_github(monkeypatch, tmp_path)
    return tools[1]


@pytest.fixture
def box(versions: tuple[Version, ...], tmp_path: Path) -> Sandbox:
    """A registry of the first version, edited by people."""
    done = versions[0].run(tmp_path, *WORDS, "--tool", versions[0].place)
    assert done.code == 0, done.err
    box = Sandbox(tmp_path / "reg")
    box.git("config", "user.name", "Grace")
    box.git("config", "user.email", "grace@example.org")
    box.commit("registry: our own rules", {path: edited(box, path, *MINE[path]) for path in MINE})
    return box


def edited(box: Sandbox, path: str, old: str, new: str) -> str | bytes:
    text = (box.root / path).read_text("utf-8")
    assert old in text, path
    return text.replace(old, new, 1)


def upgrade(box: Sandbox, to: Version, *words: str) -> Done:
    return to.run(box.root, "upgrade", "--tool", to.place, *words)


def state(box: Sandbox) -> tuple[str, str, str]:
    """All that somebody at work in the clone sees."""
    refs = box.git("for-each-ref", "--format=%(refname) %(objectname)")
    return refs, box.git("status", "--porcelain", "--ignored"), box.git("symbolic-ref", "HEAD")


def merge(box: Sandbox, branch: str) -> None:
    box.git("merge", "-q", "--squash", branch)
    box.commit(f"{branch} (#7)")
    box.git("branch", "-q", "-D", branch)


def test_edits_stay_through_every_upgrade_and_only_the_tools_own_lines_move(
    box: Sandbox, versions: tuple[Version, ...]
) -> None:
    """The second one is what shows that the base is the old rendering, not the last upgrade."""
    for number, version in (("1.1.0", versions[1]), ("1.2.0", versions[2])):
        before = state(box)
        done = upgrade(box, version, "--format=json")
        assert done.code == 0, done.out + done.err
        said, branch = done.json(), f"fedfuse/upgrade-{number}"
        assert (said["to"], said["branch"], said["findings"]) == (number, branch, [])
        effects = {one["path"]: one["effect"] for one in said["changes"]}
        assert (effects[OWNERS], effects[CHECK]) == ("merged", "merged")
        assert "registry.yaml" not in effects
        assert "CHANGELOG.md" not in effects
        assert said["conflicts"] == {}
        box.git("update-ref", "-d", f"refs/heads/{branch}", said["commit"])
        assert state(box) == before
        assert upgrade(box, version, "--format=json").json()["commit"] == said["commit"]
        assert box.git("rev-list", "--count", f"main..{branch}") == "1"
        assert version.run(box.root, "check", "--base=main", f"--head={branch}").code == 0
        merge(box, branch)
        for path, (_, mine) in MINE.items():
            assert mine.rstrip("\n") in (box.root / path).read_text("utf-8"), path
        workflow = (box.root / CHECK).read_text("utf-8")
        assert f"/actions/setup@{version.commit} # v{number}\n" in workflow
        assert workflow.startswith("# Judges every pull request.\n")
        assert version.run(box.root, "validate").code == 0
        assert version.run(box.root, "doctor", "--tool").code == 0
    owners = (box.root / OWNERS).read_text("utf-8")
    assert owners.startswith("# Who approves what: the last line that matches counts.")


def test_up_to_date_says_so_and_writes_nothing(box: Sandbox, versions: tuple[Version, ...]) -> None:
    before = state(box)
    done = upgrade(box, versions[0])
    assert (done.code, done.out, done.err) == (0, "", "up to date: fedfuse 1.0.0, engine 1\n")
    assert state(box) == before


def test_a_dry_run_shows_the_same_table_and_leaves_no_object(
    box: Sandbox, versions: tuple[Version, ...]
) -> None:
    before = state(box), box.git("count-objects", "-v")
    dry = upgrade(box, versions[1], "--dry-run")
    assert (state(box), box.git("count-objects", "-v")) == before
    assert (dry.code, "fedfuse/upgrade-1.1.0" in dry.err) == (0, True)
    assert dry.out == upgrade(box, versions[1]).out
    assert [line.split()[0] for line in dry.out.splitlines()][:2] == ["tool", "engine"]


def test_another_version_than_the_running_one_is_named_with_the_command_that_runs_it(
    box: Sandbox, versions: tuple[Version, ...]
) -> None:
    done = upgrade(box, versions[1], "--to", "1.2.0")
    assert done.is_error(2)
    url = "git+https://github.com/tools/fedfuse@v1.2.0"
    assert f"fix: pipx run --spec {url} fedfuse upgrade\n" in done.err
    assert upgrade(box, versions[1], "--to", "1.1.0").code == 0


def test_a_conflict_leaves_mains_file_and_shows_both_sides(
    box: Sandbox, versions: tuple[Version, ...]
) -> None:
    theirs = edited(box, OWNERS, "# Who approves what;", "# Our owners;")
    box.commit("registry: our owners", {OWNERS: theirs})
    before = state(box)[1:]
    done = upgrade(box, versions[1])
    assert (done.code, f"conflict in {OWNERS}, yours stays" in done.err) == (0, True)
    branch = "fedfuse/upgrade-1.1.0"
    assert box.git("diff", "--name-only", "main", branch, "--", OWNERS) == ""
    blob = done.err.partition("git show ")[2].split()[0]
    shown = box.git("show", blob)
    for line in ("<<<<<<< yours", "# Our owners;", "# Who approves which file;", "/docs/ @dora"):
        assert line in shown
    assert state(box)[1:] == before
    assert versions[1].run(box.root, "check", "--base=main", f"--head={branch}").code == 0
    box.git("switch", "-q", branch)
    resolved = edited(box, OWNERS, "# Our owners;", "# Our owners of every file;")
    tip = box.commit("registry: merge the owners", {OWNERS: resolved})
    again = upgrade(box, versions[1], "--ref=main", "--format=json").json()
    assert (again["commit"], again["conflicts"]) == (tip, {}), "and the work on the branch stays"


def test_a_link_or_folder_that_people_put_in_a_files_place_stays(
    box: Sandbox, versions: tuple[Version, ...]
) -> None:
    (box.root / OWNERS).unlink()
    (box.root / OWNERS).symlink_to("../OWNERS")
    (box.root / "schemas/README.md").unlink()
    box.commit("registry: other places", {"schemas/README.md/a.md": "a\n", "OWNERS": "* @alice\n"})
    places = ("ls-tree", "-r", "main", OWNERS, "schemas/README.md")
    before = box.git(*places)
    assert upgrade(box, versions[1]).code == 0
    assert box.git(*(w.replace("main", "fedfuse/upgrade-1.1.0") for w in places)) == before


def test_a_branch_of_an_older_main_is_made_anew_but_never_over_peoples_commits(
    box: Sandbox, versions: tuple[Version, ...]
) -> None:
    branch = "fedfuse/upgrade-1.1.0"
    upgrade(box, versions[1])
    box.commit("registry: something else", {"docs/a.md": "a\n"})
    assert upgrade(box, versions[1]).code == 0
    assert box.git("rev-parse", f"{branch}^") == box.head()
    box.git("switch", "-q", branch)
    box.clock += 60
    box.git("commit", "-q", "--amend", "--no-edit")
    amended = box.head()
    box.git("switch", "-q", "main")
    box.commit("registry: and more", {"docs/b.md": "b\n"})
    done = upgrade(box, versions[1])
    assert (done.code, "holds commits of yours" in done.err) == (1, True)
    assert box.git("rev-parse", branch) == amended


def test_a_branch_that_is_checked_out_is_not_moved(
    box: Sandbox, versions: tuple[Version, ...], tmp_path: Path
) -> None:
    upgrade(box, versions[1])
    box.git("worktree", "add", "-q", str(tmp_path / "review"), "fedfuse/upgrade-1.1.0")
    box.commit("registry: something else", {"docs/a.md": "a\n"})
    before = state(box)
    done = upgrade(box, versions[1])
    assert (done.code, "is checked out" in done.err) == (1, True)
    assert state(box) == before


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


def test_two_at_once_make_one_branch(box: Sandbox, versions: tuple[Version, ...]) -> None:
    with ThreadPoolExecutor() as pool:
        ends = [pool.submit(upgrade, box, versions[1], "--format=json") for _ in range(3)]
    done = [end.result() for end in ends]
    assert [one.code for one in done] == [0] * 3, [one.err for one in done]
    (tip,) = {one.json()["commit"] for one in done}
    assert box.git("rev-parse", "fedfuse/upgrade-1.1.0") == tip
