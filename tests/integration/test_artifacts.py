"""The artifact check against a Hub and against folders: nothing but the very bytes passes."""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters.artifacts import Stores
from fedfuse.adapters.hub import Hub
from fedfuse.errors import RemoteError
from fedfuse.model.bundle import listing_digest
from fedfuse.model.canonical import sha256
from fedfuse.model.manifest import Manifest
from fedfuse_demo.hub.routes import Answer, Request
from fedfuse_demo.hub.server import TOKEN, Fault, LoopbackHub
from tests.support.artifacts import PATH, manifest
from tests.support.mirrors import CLOCK

URI = "hf://acme/textgen-lora-v3"
FILES = {"adapter.safetensors": b"\0" * 2048, "config.json": b'{"temperature": 0}'}
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LoopbackHub]:
    with LoopbackHub(tmp_path / "hub", clock=lambda: CLOCK) as made:
        yield made


def uploaded(hub: LoopbackHub, files: dict[str, bytes] = FILES) -> str:
    repository = Hub("acme/textgen-lora-v3", endpoint=hub.endpoint, token=TOKEN)
    repository.create()
    refs = repository.refs()
    assert refs is not None
    return repository.commit(parent=refs.head, writes=files, deletes=(), message="upload").id


def check(hub: LoopbackHub, shipped: Manifest) -> list[str]:
    stores = Stores(hub_endpoint=hub.endpoint, hub_token=TOKEN)
    found = stores.check(shipped, PATH)
    assert {finding.path for finding in found} <= {PATH}
    assert all(finding.fix for finding in found)
    return [finding.code for finding in found]


def test_an_artifact_that_is_what_the_manifest_says_passes(hub: LoopbackHub) -> None:
    assert check(hub, manifest(URI, uploaded(hub), FILES)) == []


def test_weights_are_not_downloaded_only_small_files_are(hub: LoopbackHub) -> None:
    shipped = manifest(URI, uploaded(hub), FILES)
    before = len(hub.seen)
    check(hub, shipped)
    paths = [seen.path for seen in hub.seen[before:]]
    assert len(paths) == 2
    assert paths[-1].endswith("/config.json")


@pytest.mark.parametrize("path", sorted(FILES))
def test_a_listed_file_that_is_not_there_is_a_finding(hub: LoopbackHub, path: str) -> None:
    there = {name: body for name, body in FILES.items() if name != path}
    assert check(hub, manifest(URI, uploaded(hub, there), FILES)) == ["E503"]


@pytest.mark.parametrize("path", sorted(FILES))
@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("size", 1, "E504"), ("sha256", "1" * 64, "E505")],
)
def test_a_file_with_another_size_or_digest_is_a_finding(
    hub: LoopbackHub, path: str, field: str, value: Any, code: str
) -> None:
    shipped = manifest(URI, uploaded(hub), FILES, **{path: {field: value}})
    assert check(hub, shipped) == [code]


@pytest.mark.parametrize("revision", ["main", "v1", "f" * 40, "", "F" * 40, "a" * 39])
def test_only_a_commit_that_exists_is_a_revision(hub: LoopbackHub, revision: str) -> None:
    uploaded(hub)
    assert check(hub, manifest(URI, revision, FILES)) == ["E502"]


def test_a_repository_that_does_not_exist_is_a_finding(hub: LoopbackHub) -> None:
    assert check(hub, manifest(URI, "a" * 40, FILES)) == ["E502"]


def test_an_artifact_swapped_after_the_merge_is_a_finding(hub: LoopbackHub, tmp_path: Path) -> None:
    shipped = manifest(URI, uploaded(hub), FILES)
    with LoopbackHub(tmp_path / "swapped") as other:
        uploaded(other, {**FILES, "adapter.safetensors": b"\1" * 2048})
        assert check(other, shipped) == ["E502"]


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503, 0])
def test_trouble_with_the_hub_is_an_error_never_a_pass(tmp_path: Path, status: int) -> None:
    with LoopbackHub(tmp_path) as hub:
        shipped = manifest(URI, uploaded(hub), FILES)
    with LoopbackHub(tmp_path, faults=lambda _: Fault(status, done=False)) as broken:
        stores = Stores(hub_endpoint=broken.endpoint, hub_token=TOKEN)
        with pytest.raises(RemoteError) as raised:
            stores.check(shipped, PATH)
    assert raised.value.fix


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_that_the_client_takes_for_an_absence_is_an_error(
    tmp_path: Path, status: int
) -> None:
    class Secretive(LoopbackHub):
        def answer(self, _: Request) -> Answer:
            return Answer(b"{}", status, {"X-Error-Code": "RepoNotFound"})

    with Secretive(tmp_path) as hub, pytest.raises(RemoteError, match=rf"refuses .*\({status}\)"):
        check(hub, manifest(URI, "a" * 40, FILES))


@pytest.mark.parametrize(
    "uri",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://huggingface.co@evil.test/x",
        "file:///etc/passwd",
        "hf://acme/x/../../other/y",
        "hf://acme/x%2e%2e%2fy",
        "hf://acme/x?token=1",
        "hf://user:secret@acme/x",
        "hf://acme/x@main",
        "hf://acme",
        "hf://127.0.0.1:80/x",
        "s3://bucket/../other",
        "s3://bucket:9000/x",
        "s3://169.254.169.254/x",
        "gs://bucket/a//b",
        "gs://bucket/x?generation=1",
        "ext::sh -c id",
        "dir:../secret",
        "dir:/etc",
        "dir:a/../../b",
        "dir:folder\n",
        "",
    ],
)
def test_no_hostile_uri_reaches_the_network(
    uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: Any) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", unreachable)
    monkeypatch.setattr(socket, "getaddrinfo", unreachable)
    found = Stores(artifact_root=tmp_path).check(manifest(uri, "a" * 40, FILES), PATH)
    assert [finding.code for finding in found] == ["E501"]


def folder_of(root: Path, files: dict[str, bytes] = FILES) -> str:
    for path, body in files.items():
        (root / "models/lora" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "models/lora" / path).write_bytes(body)
    return listing_digest({path: sha256(body) for path, body in files.items()})


def folder_codes(root: Path, shipped: Manifest) -> list[str]:
    return [finding.code for finding in Stores(artifact_root=root).check(shipped, PATH)]


def test_a_folder_that_is_what_the_manifest_says_passes(tmp_path: Path) -> None:
    shipped = manifest("dir:models/lora", folder_of(tmp_path), FILES)
    assert folder_codes(tmp_path, shipped) == []


def test_a_file_that_changed_or_was_added_changes_the_revision_of_a_folder(tmp_path: Path) -> None:
    shipped = manifest("dir:models/lora", folder_of(tmp_path), FILES)
    (tmp_path / "models/lora/extra").write_bytes(b"")
    assert folder_codes(tmp_path, shipped) == ["E508"]
    (tmp_path / "models/lora/extra").unlink()
    (tmp_path / "models/lora/config.json").write_bytes(b'{"temperature": 1}')
    assert folder_codes(tmp_path, shipped) == ["E508", "E505"]


def test_a_link_in_a_folder_is_a_finding_and_is_not_read(tmp_path: Path) -> None:
    shipped = manifest("dir:models/lora", folder_of(tmp_path), FILES)
    (tmp_path / "models/lora/config.json").rename(tmp_path / "elsewhere")
    (tmp_path / "models/lora/config.json").symlink_to(tmp_path / "elsewhere")
    assert folder_codes(tmp_path, shipped) == [
        "E507",
        "E508",
        "E503",
    ]


def test_a_pipe_in_a_folder_is_a_finding_and_is_not_opened(tmp_path: Path) -> None:
    shipped = manifest("dir:models/lora", folder_of(tmp_path), FILES)
    os.mkfifo(tmp_path / "models/lora/pipe")
    assert folder_codes(tmp_path, shipped) == ["E507"]


@pytest.mark.parametrize("linked", ["models", "models/lora"])
def test_a_folder_reached_through_a_link_is_not_found(tmp_path: Path, linked: str) -> None:
    real = tmp_path / "real"
    shipped = manifest("dir:models/lora", folder_of(real), FILES)
    root = tmp_path / "root"
    (root / linked).parent.mkdir(parents=True, exist_ok=True)
    (root / linked).symlink_to(real / linked)
    assert folder_codes(root, shipped) == ["E502"]


def test_a_folder_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    assert folder_codes(tmp_path, manifest("dir:none", "0" * 64, FILES)) == ["E502"]


def test_a_root_that_is_not_there_is_an_error_never_a_finding(tmp_path: Path) -> None:
    shipped = manifest("dir:models/lora", folder_of(tmp_path), FILES)
    for root in (tmp_path / "unmounted", tmp_path / "models/lora/config.json"):
        with pytest.raises(RemoteError, match="there is no folder"):
            Stores(artifact_root=root).check(shipped, PATH)


def test_folders_are_refused_where_the_registry_does_not_allow_them() -> None:
    found = Stores().check(manifest("dir:models/lora", "0" * 64, FILES), PATH)
    assert [finding.code for finding in found] == ["E501"]


@pytest.mark.parametrize(
    ("uri", "library", "extra"),
    [("s3://bucket/x", "boto3", "aws"), ("gs://bucket/x", "google.auth", "gcp")],
)
def test_a_store_whose_library_is_not_installed_is_an_error_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, uri: str, library: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(RemoteError) as raised:
        Stores().check(manifest(uri, "1", {"model.tar.gz": b"x"}), PATH)
    assert raised.value.fix == f"pip install 'fedfuse[{extra}]'"
