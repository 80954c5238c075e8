import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from fedfuse.adapters.git.line import FirstParentLine
from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.git.repository import Repository
from fedfuse.errors import DivergedError, RemoteError, UsageError
from tests.support.git_repositories import Sandbox

Open = Callable[[Sandbox], Repository]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens repositories and closes them after the test."""
    with ExitStack() as stack:
        yield lambda box: stack.enter_context(Repository(box.root))


@pytest.fixture
def box(tmp_path: Path) -> Sandbox:
    return Sandbox(tmp_path / "registry")


def test_a_rename_is_a_delete_and_an_add(box: Sandbox, opened: Open) -> None:
    base = box.commit("one", {"a.txt": "same content\n" * 20})
    box.git("mv", "a.txt", "b.txt")
    head = box.commit("two")
    changes = opened(box).changes(base, head)
    assert [(c.status, c.path) for c in changes] == [("D", "a.txt"), ("A", "b.txt")]


def test_first_parent_history_includes_what_a_merge_brought(box: Sandbox, opened: Open) -> None:
    root = box.commit("root", {"a": "1"})
    box.git("switch", "-qc", "side")
    box.commit("side", {"b": "2"})
    box.git("switch", "-q", "main")
    empty = box.commit("empty")
    box.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    commits = tuple(opened(box).first_parent(after=None, until=box.head()))
    assert [c.sha for c in commits] == [root, empty, box.head()]
    assert [[c.path for c in commit.changes] for commit in commits] == [["a"], [], ["b"]]
    assert commits[0].parent == ""
    assert commits[2].parent == empty


def test_names_with_line_breaks_and_bytes_that_are_no_utf8_survive(
    box: Sandbox, opened: Open
) -> None:
    base = box.commit("root", {"a": "1"})
    head = box.commit_tree({"evil\nname": ("100644", "x"), "\udcff": ("100644", "y")}, parent=base)
    paths = {c.path for c in opened(box).changes(base, head)}
    assert paths == {"evil\nname", "\udcff"}


def test_a_path_with_a_line_break_cannot_forge_a_second_request(box: Sandbox, opened: Open) -> None:
    box.commit("root", {"a": "1"})
    assert opened(box).oid_at(box.head(), "a\ninfo HEAD") == ""
    assert opened(box).objects.info(f"{box.head()}\ninfo HEAD") is None


def test_files_and_folders_are_read_at_a_commit_without_a_checkout(
    box: Sandbox, opened: Open
) -> None:
    first = box.commit("root", {"dir/a": "old"})
    box.commit("next", {"dir/a": "new"})
    repository = opened(box)
    assert repository.read_at(first, "dir/a") == b"old"
    assert repository.read_at(first, "dir") is None
    assert repository.read_at(first, "nothing") is None
    assert [e.name for e in repository.entries_at(first, "dir")] == ["a"]


def test_unrelated_histories_have_no_merge_base(box: Sandbox, opened: Open) -> None:
    main = box.commit("root", {"a": "1"})
    box.git("switch", "-q", "--orphan", "other")
    other = box.commit("other root", {"b": "2"})
    assert opened(box).merge_base(main, other) is None


def test_a_folder_inside_a_repository_is_not_taken_for_it(box: Sandbox) -> None:
    box.commit("root", {"sub/a": "1"})
    with pytest.raises(UsageError, match="top folder") as refused:
        Repository(box.root / "sub")
    assert refused.value.fix == f"pass --root {box.root}"


def test_a_word_that_looks_like_an_option_is_no_ref(box: Sandbox, opened: Open) -> None:
    box.commit("root", {"a": "1"})
    with pytest.raises(UsageError, match="names no commit"):
        opened(box).resolve("--output=x")


def test_a_replaced_object_does_not_deceive(box: Sandbox, opened: Open) -> None:
    good = box.commit("root", {"a": "good"})
    bad = box.commit("bad", {"a": "bad"})
    box.git("replace", good, bad)
    assert opened(box).read_at(good, "a") == b"good"


def test_a_repository_with_a_hostile_fsmonitor_runs_nothing(
    box: Sandbox, opened: Open, tmp_path: Path
) -> None:
    box.commit("root", {"a": "1"})
    proof = tmp_path / "ran"
    box.git("config", "core.fsmonitor", f"touch {proof}")
    repository = opened(box)
    repository.read_at(repository.resolve("HEAD"), "a")
    repository.local_tags("x")
    assert not proof.exists()


def test_the_callers_git_variables_do_not_steer_it(
    box: Sandbox, opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha = box.commit("root", {"a": "1"})
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert opened(box).resolve("HEAD") == sha


def _with_remote(tmp_path: Path, opened: Open) -> tuple[Sandbox, Remote, str]:
    upstream = Sandbox(tmp_path / "upstream.git", bare=True)
    box = Sandbox(tmp_path / "clone")
    sha = box.commit("root", {"a": "1"})
    box.git("remote", "add", "origin", str(upstream.root))
    box.git("push", "-q", "origin", "main")
    return box, Remote(opened(box).git_dir, "origin"), sha


def test_pushing_a_tag_again_is_success(tmp_path: Path, opened: Open) -> None:
    _, remote, sha = _with_remote(tmp_path, opened)
    remote.push_new_tag("r-v1.0.0", sha)
    remote.push_new_tag("r-v1.0.0", sha)
    assert remote.tags("r-v") == {"r-v1.0.0": sha}


def test_a_tag_that_names_another_object_is_never_moved(tmp_path: Path, opened: Open) -> None:
    box, remote, sha = _with_remote(tmp_path, opened)
    remote.push_new_tag("r-v1.0.0", sha)
    other = box.commit("other", {"a": "2"})
    with pytest.raises(DivergedError, match=r"r-v1\.0\.0"):
        remote.push_new_tag("r-v1.0.0", other)
    assert remote.tags("r-v") == {"r-v1.0.0": sha}


def test_a_remote_that_is_gone_is_an_error_with_its_name(tmp_path: Path, opened: Open) -> None:
    box, _, sha = _with_remote(tmp_path, opened)
    remote = Remote(opened(box).git_dir, str(tmp_path / "nowhere"))
    with pytest.raises(RemoteError, match="nowhere"):
        remote.push_new_tag("r-v1.0.0", sha)


def test_a_tag_object_is_stored_byte_for_byte(box: Sandbox, opened: Open) -> None:
    sha = box.commit("root", {"a": "1"})
    body = (
        f"object {sha}\ntype commit\ntag t\ntagger A <a@b.c> 1 +0000\n\nt\n\n#not a comment\n\n\n"
    )
    repository = opened(box)
    oid = repository.write_tag_object(body.encode())
    raw = subprocess.run(
        ["git", "cat-file", "tag", oid], cwd=box.root, capture_output=True, check=True
    ).stdout
    assert raw == body.encode()
    repository.create_tag("t", oid)
    assert repository.local_tags("t") == {"t": oid}


def test_a_linked_work_tree_is_a_repository_too(box: Sandbox, tmp_path: Path) -> None:
    sha = box.commit("root", {"a": "1"})
    box.git("worktree", "add", "-q", str(tmp_path / "linked"), "HEAD")
    with Repository(tmp_path / "linked") as linked:
        assert linked.resolve("HEAD") == sha
        assert linked.read_at(sha, "a") == b"1"


def test_files_that_look_like_a_git_directory_do_not_replace_the_real_one(
    box: Sandbox, opened: Open
) -> None:
    sha = box.commit("root", {"HEAD": "ref: refs/heads/evil\n", "objects/x": "", "refs/x": ""})
    assert opened(box).resolve("HEAD") == sha


def test_the_tip_of_main_is_origins_where_there_is_one(tmp_path: Path, opened: Open) -> None:
    box, _, sha = _with_remote(tmp_path, opened)
    mine = box.commit("mine", {"a": "2"})
    assert opened(box).tip("") == sha
    assert opened(box).tip("main") == mine
    assert opened(box).tip(mine) == mine


def test_a_tag_with_the_full_name_of_main_is_not_main(box: Sandbox, opened: Open) -> None:
    sha = box.commit("root", {"a": "1"})
    other = box.commit_tree({"b": ("100644", "x")}, parent=sha)
    box.git("update-ref", "refs/tags/refs/remotes/origin/main", other)
    assert opened(box).tip("") == sha
    box.git("branch", "-m", "main", "trunk")
    box.git("update-ref", "refs/tags/refs/heads/main", other)
    with pytest.raises(UsageError, match="no branch main"):
        opened(box).tip("")


def test_a_full_sha_names_a_commit_only_when_there_is_one(box: Sandbox, opened: Open) -> None:
    sha = box.commit("root", {"a": "1"})
    for no_commit in (opened(box).oid_at(sha, "a"), "1" * 40):
        with pytest.raises(UsageError, match="names no commit"):
            opened(box).resolve(no_commit)


def test_many_objects_are_read_at_once_and_missing_ones_left_out(
    box: Sandbox, opened: Open
) -> None:
    sha = box.commit("root", {f"{n:04}": f"{n}\n" * n for n in range(1200)})
    repository = opened(box)
    oids = {entry.name: entry.oid for entry in repository.entries_at(sha, "")}
    found = repository.objects.bodies((*oids.values(), "0" * 40, *oids.values()))
    assert found == {oids[f"{n:04}"]: f"{n}\n".encode() * n for n in range(1200)}
    assert repository.read_at(sha, "0007") == b"7\n" * 7


def test_a_commit_is_on_the_line_wherever_on_it_it_is(box: Sandbox, opened: Open) -> None:
    root = box.commit("root", {"a": "1"})
    box.git("switch", "-qc", "side")
    side = box.commit("side", {"b": "2"})
    box.git("switch", "-q", "main")
    tree, parent = box.git("rev-parse", "HEAD^{tree}"), root
    for number in range(70):  # more than the first look reads
        parent = box.git("commit-tree", tree, "-p", parent, "-m", str(number))
    box.git("update-ref", "refs/heads/main", parent)
    line = FirstParentLine(opened(box), parent)
    assert parent in line
    assert root in line
    assert side not in line
    assert "" not in line
    assert len(line) == 71


def test_history_that_nobody_reads_is_ended(box: Sandbox) -> None:
    sha = box.commit("root", {"a": "1"})
    with Repository(box.root) as repository:
        repository.first_parent(after=None, until=sha)
