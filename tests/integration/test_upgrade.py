"""`fedfuse upgrade`: from one version to the next, with what people edited, again and again."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support import upgrades
from tests.support.git_repositories import Sandbox
from tests.support.tool_versions import Version
from tests.support.upgrades import CHECK, MINE, OWNERS, edited, merge, state, upgrade

pytestmark = pytest.mark.slow


@pytest.fixture
def box(versions: tuple[Version, ...], tmp_path: Path) -> Sandbox:
    return upgrades.registry(versions[0], tmp_path)


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


def test_two_at_once_make_one_branch(box: Sandbox, versions: tuple[Version, ...]) -> None:
    with ThreadPoolExecutor() as pool:
        ends = [pool.submit(upgrade, box, versions[1], "--format=json") for _ in range(3)]
    done = [end.result() for end in ends]
    assert [one.code for one in done] == [0] * 3, [one.err for one in done]
    (tip,) = {one.json()["commit"] for one in done}
    assert box.git("rev-parse", "fedfuse/upgrade-1.1.0") == tip
