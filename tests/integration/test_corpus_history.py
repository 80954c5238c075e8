"""Refs and histories that mislead: what a name says must not change what is judged."""

import subprocess
from pathlib import Path

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.errors import UsageError
from fedfuse.report import pull_request_json
from tests.support.changes import Case, check, commit_files, released_registry, said
from tests.support.registry import RegistrySandbox

TAG = "acme-ai-federated-v1.0.0"


@pytest.fixture
def registry(tmp_path: Path) -> RegistrySandbox:
    return released_registry(tmp_path / "registry")


@pytest.fixture
def proposed(registry: RegistrySandbox) -> str:
    """A commit with a good shipment."""
    return commit_files(registry, Case({}).files(registry.root / "artifacts"), parent="main")


@pytest.fixture
def lax(registry: RegistrySandbox) -> str:
    """A commit on main whose registry.yaml lets everything pass."""
    text = (registry.root / "registry.yaml").read_text().replace("floor: 0.75", "floor: 0.0")
    return commit_files(registry, {"registry.yaml": text.encode()}, parent="main")


def judged(registry: RegistrySandbox, head: str) -> str:
    report = check(registry, head)
    assert report.verdict == "pass"
    return pull_request_json.render(report)


def test_a_history_of_its_own_shares_nothing_with_main(registry: RegistrySandbox) -> None:
    tree = registry.git("rev-parse", "main^{tree}")
    orphan = registry.git("commit-tree", tree, "-m", "the same files, another history")
    report = check(registry, orphan)
    assert (said(report), report.exit_code) == (["E211 "], 1)


def test_a_teleported_tag_changes_nothing(registry: RegistrySandbox, proposed: str) -> None:
    """The tag object of one release under the name of another still has a good signature."""
    before = judged(registry, proposed)
    registry.git("update-ref", "refs/tags/acme-ai-federated-v9.0.0", f"refs/tags/{TAG}")
    assert judged(registry, proposed) == before


def test_a_forged_release_that_is_not_on_main_changes_nothing(
    registry: RegistrySandbox, proposed: str
) -> None:
    """The newest record, said to be of a commit of the pull request."""
    before = judged(registry, proposed)
    body = registry.git("cat-file", "tag", TAG)
    forged = body.replace(registry.head(), proposed).replace("v1.0.0", "v1.0.1") + "\n"
    oid = registry.git("mktag", stdin=forged.encode())
    registry.git("update-ref", "refs/tags/acme-ai-federated-v1.0.1", oid)
    assert judged(registry, proposed) == before


def test_a_branch_with_a_tags_name_is_not_the_tag(
    registry: RegistrySandbox, proposed: str, lax: str
) -> None:
    before = judged(registry, proposed)
    registry.git("update-ref", f"refs/heads/{TAG}", lax)
    assert judged(registry, proposed) == before


def test_a_tag_with_a_branchs_name_is_no_base(
    registry: RegistrySandbox, proposed: str, lax: str
) -> None:
    """Git would take the tag before the branch."""
    registry.git("tag", "main", lax)
    with pytest.raises(UsageError, match="two meanings"):
        check(registry, proposed)
    assert judged_by(registry, proposed, base="refs/heads/main") == registry.head()


def judged_by(registry: RegistrySandbox, head: str, *, base: str) -> str:
    with Repository(registry.root) as repository:
        assert repository.resolve(head) == head
    return check(registry, head, base=base).base


def test_a_branch_with_a_commits_name_does_not_hide_the_commit(
    registry: RegistrySandbox, proposed: str, lax: str
) -> None:
    registry.git("update-ref", f"refs/heads/{registry.head()}", lax)
    assert judged_by(registry, proposed, base=registry.head()) == registry.head()


def test_replaced_objects_are_read_as_they_were(registry: RegistrySandbox) -> None:
    bad = Case({"set": {"license": "do what you like"}}).files(registry.root / "artifacts")
    good = Case({}).files(registry.root / "artifacts")
    head = commit_files(registry, bad, parent="main")
    better = commit_files(registry, good, parent="main")
    before = said(check(registry, head))
    registry.git("replace", head, better)
    path = "manifests/hf/textgen-lora/v2.yaml"
    blobs = (
        registry.git("--no-replace-objects", "rev-parse", f"{c}:{path}") for c in (head, better)
    )
    registry.git("replace", *blobs)
    assert registry.git("show", f"{head}:{path}").encode().strip() == good[path].strip()
    assert said(check(registry, head)) == before == [f"E304 {path}:15:10"]


def test_a_repository_inside_the_registry_runs_nothing(
    registry: RegistrySandbox, proposed: str
) -> None:
    """Plain git would run the command that the inner repository configures."""
    inner = registry.root / "manifests/hf/evil"
    subprocess.run(["git", "init", "-q", "--bare", str(inner)], check=True)
    owned = registry.root.parent / "owned"
    with (inner / "config").open("a") as config:
        config.write(
            f"[core]\n\tbare = false\n\tworktree = .\n\tfsmonitor = touch {owned}; false\n"
        )
    subprocess.run(["git", "-C", str(inner), "status"], capture_output=True, check=False)
    assert owned.exists()
    owned.unlink()
    assert said(check(registry, proposed)) == []
    for root in (inner, inner / "refs"):
        with pytest.raises(UsageError), Repository(root) as repository:
            repository.resolve("main")
    assert not owned.exists()


def test_the_machines_git_settings_decide_nothing(
    registry: RegistrySandbox, proposed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = judged(registry, proposed)
    settings = tmp_path / "gitconfig"
    settings.write_text(
        "[diff]\n\trenames = copies\n\tnoprefix = true\n[core]\n\tquotePath = true\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(tmp_path))
    assert judged(registry, proposed) == before
