"""The loopback Hub: real git underneath, and the unmodified client is content with it."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import (
    CommitOperationAdd,
    CommitOperationDelete,
    HfApi,
    ModelCard,
    snapshot_download,
)
from huggingface_hub.errors import (
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.hf_api import RepoFile

from fedfuse_demo.hub.server import TOKEN, Fault, LoopbackHub
from tests.support.mirrors import CLOCK

REPO = "acme/model"
WEIGHTS = b"\0" * 4096
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


@pytest.fixture(autouse=True)
def _plain_uploads(monkeypatch: pytest.MonkeyPatch) -> None:
    """What HF_HUB_DISABLE_XET=1 does, which every client of the loopback Hub is started with."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", True)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LoopbackHub]:
    with LoopbackHub(tmp_path / "hub", clock=lambda: CLOCK) as made:
        yield made


def api_of(hub: LoopbackHub, token: str | None = TOKEN) -> HfApi:
    return HfApi(endpoint=hub.endpoint, token=token or False)


def uploaded(hub: LoopbackHub) -> str:
    api = api_of(hub)
    api.create_repo(REPO)
    files = {"a/config.json": b"{}", "w.safetensors": WEIGHTS}
    operations = [CommitOperationAdd(path, body) for path, body in files.items()]
    return str(api.create_commit(REPO, operations, commit_message="upload").oid)


def test_git_itself_finds_nothing_wrong_with_a_repository(hub: LoopbackHub, tmp_path: Path) -> None:
    commit = uploaded(hub)
    api_of(hub).create_tag(REPO, tag="v1", revision=commit)
    git = ["git", "--git-dir", str(tmp_path / f"hub/models/{REPO}.git")]
    fsck = subprocess.run([*git, "fsck", "--strict"], capture_output=True, check=False, text=True)
    assert (fsck.returncode, fsck.stderr) == (0, "")
    tag = subprocess.run([*git, "rev-parse", "v1"], capture_output=True, check=True, text=True)
    assert tag.stdout.strip() == commit


def test_the_same_uploads_give_the_same_commit_ids(hub: LoopbackHub, tmp_path: Path) -> None:
    with LoopbackHub(tmp_path / "other", clock=lambda: CLOCK) as other:
        assert uploaded(hub) == uploaded(other)


def test_a_snapshot_downloads_what_was_uploaded(hub: LoopbackHub, tmp_path: Path) -> None:
    commit = uploaded(hub)
    folder = snapshot_download(
        REPO, revision=commit, endpoint=hub.endpoint, token=TOKEN, cache_dir=tmp_path / "cache"
    )
    assert (Path(folder) / "w.safetensors").read_bytes() == WEIGHTS
    assert (Path(folder) / "a/config.json").read_bytes() == b"{}"


def test_a_large_file_is_listed_with_its_sha256_and_its_own_size(hub: LoopbackHub) -> None:
    commit = uploaded(hub)
    (found,) = api_of(hub).get_paths_info(REPO, ["w.safetensors", "no-such"], revision=commit)
    assert isinstance(found, RepoFile)
    assert found.lfs is not None
    assert found.lfs.sha256 == "ad7facb2586fc6e966c004d7d1d16b024f5805ff7cb47c7a85dabd8b48892ca7"
    assert found.size == len(WEIGHTS)


def test_a_commit_onto_a_head_that_moved_is_refused(hub: LoopbackHub) -> None:
    commit = uploaded(hub)
    api = api_of(hub)
    add = CommitOperationAdd("b.txt", b"b")
    api.create_commit(REPO, [add], commit_message="first", parent_commit=commit)
    second = CommitOperationAdd("c.txt", b"c")
    with pytest.raises(HfHubHTTPError) as raised:
        api.create_commit(REPO, [second], commit_message="second", parent_commit=commit)
    assert raised.value.response.status_code == 412


def test_a_tag_that_exists_is_never_moved(hub: LoopbackHub) -> None:
    commit = uploaded(hub)
    api = api_of(hub)
    api.create_tag(REPO, tag="v1", revision=commit)
    delete = CommitOperationDelete("a/config.json")
    moved = api.create_commit(REPO, [delete], commit_message="delete").oid
    with pytest.raises(HfHubHTTPError) as raised:
        api.create_tag(REPO, tag="v1", revision=moved)
    assert raised.value.response.status_code == 409
    assert {tag.target_commit for tag in api.list_repo_refs(REPO).tags} == {commit}


def test_what_is_not_there_is_named_as_the_real_hub_names_it(hub: LoopbackHub) -> None:
    uploaded(hub)
    api = api_of(hub)
    with pytest.raises(RepositoryNotFoundError):
        api.list_repo_refs("acme/none")
    with pytest.raises(RevisionNotFoundError):
        api.get_paths_info(REPO, ["x"], revision="f" * 40)


def test_a_wrong_token_may_not_even_read_and_none_may_not_write(hub: LoopbackHub) -> None:
    uploaded(hub)
    assert api_of(hub, token=None).list_repo_refs(REPO).branches
    for token in ("hf_wrong", None):
        with pytest.raises(HfHubHTTPError) as raised:
            api_of(hub, token).create_repo("acme/other")
        assert raised.value.response.status_code == 401
    with pytest.raises(HfHubHTTPError):
        api_of(hub, "hf_wrong").list_repo_refs(REPO)


def test_a_model_card_with_broken_metadata_is_refused(hub: LoopbackHub) -> None:
    uploaded(hub)
    card = CommitOperationAdd("README.md", b"---\nlicense: [\n---\n")
    with pytest.raises(ValueError, match="Invalid metadata"):
        api_of(hub).create_commit(REPO, [card], commit_message="card")


def test_a_model_card_without_a_license_is_refused(hub: LoopbackHub) -> None:
    uploaded(hub)
    card = CommitOperationAdd("README.md", ModelCard("---\ntags: [x]\n---\n").content.encode())
    with pytest.raises(ValueError, match="license"):
        api_of(hub).create_commit(REPO, [card], commit_message="card")


@pytest.mark.parametrize("path", ["../x", "a/../../x", ".git/config", "a//b"])
def test_a_path_that_leaves_the_tree_is_refused(hub: LoopbackHub, path: str) -> None:
    commit = uploaded(hub)
    change = CommitOperationAdd("ok", b"x")
    change.path_in_repo = path
    with pytest.raises(HfHubHTTPError):
        api_of(hub).create_commit(REPO, [change], commit_message="escape")
    assert api_of(hub).list_repo_refs(REPO).branches[0].target_commit == commit


def test_a_stopped_hub_starts_again_with_what_it_had(tmp_path: Path) -> None:
    with LoopbackHub(tmp_path) as first:
        commit = uploaded(first)
    with LoopbackHub(tmp_path) as second:
        assert api_of(second).list_repo_refs(REPO).branches[0].target_commit == commit


def test_every_request_is_counted_and_a_fault_is_answered_in_its_place(tmp_path: Path) -> None:
    with LoopbackHub(tmp_path) as hub:
        uploaded(hub)
    count = len(hub.seen)
    assert [seen.number for seen in hub.seen] == list(range(1, count + 1))
    with LoopbackHub(tmp_path, faults=lambda _: Fault(503, done=False)) as failing:
        with pytest.raises(HfHubHTTPError) as raised:
            api_of(failing).list_repo_refs(REPO)
        assert raised.value.response.status_code == 503
        assert [(seen.method, seen.path) for seen in failing.seen] == [
            ("GET", f"/api/models/{REPO}/refs")
        ]
