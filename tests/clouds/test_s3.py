"""S3 artifacts against a real boto3 and a real S3 server (moto)."""

import socket
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from fedfuse.adapters.artifacts import Stores
from fedfuse.errors import RemoteError
from fedfuse.model.codes import artifact as codes
from tests.artifacts import PATH, manifest

URI = "s3://acme-models/runtime"
FILES = {"model.tar.gz": b"weights" * 100}


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of a server that has one versioned bucket."""
    server = import_module("moto.server").ThreadedMotoServer(port=0)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    client = import_module("boto3").client("s3")
    client.create_bucket(Bucket="acme-models")
    client.put_bucket_versioning(
        Bucket="acme-models", VersioningConfiguration={"Status": "Enabled"}
    )
    yield client
    client.close()
    server.stop()


def put(s3: Any, body: bytes = FILES["model.tar.gz"], **options: str) -> str:
    key = {"Bucket": "acme-models", "Key": "runtime/model.tar.gz"}
    version: str = s3.put_object(**key, Body=body, **options)["VersionId"]
    return version


def check(revision: str, **changed: Any) -> list[str]:
    found = Stores().check(manifest(URI, revision, FILES, **changed), PATH)
    return [finding.code for finding in found]


def test_an_object_that_is_what_the_manifest_says_passes(s3: Any) -> None:
    assert check(put(s3, ChecksumAlgorithm="SHA256")) == []


def test_the_version_of_the_manifest_counts_not_the_newest(s3: Any) -> None:
    first = put(s3, ChecksumAlgorithm="SHA256")
    second = put(s3, b"other" * 140, ChecksumAlgorithm="SHA256")
    assert check(first) == []
    assert check(second) == [codes.FILE_DIGEST]


def test_an_object_without_a_sha256_is_refused_with_the_command_that_gives_it_one(s3: Any) -> None:
    revision = put(s3, ChecksumAlgorithm="CRC32")
    (found,) = Stores().check(manifest(URI, revision, FILES), PATH)
    assert found.code == codes.NO_DIGEST
    assert "--checksum-algorithm SHA256" in found.fix


def test_an_object_of_another_size_is_a_finding(s3: Any) -> None:
    assert check(put(s3, b"short", ChecksumAlgorithm="SHA256")) == [codes.FILE_SIZE]


@pytest.mark.parametrize("revision", ["null", "latest", "00000000-0000-0000-0000-000000000000"])
def test_a_version_that_does_not_exist_is_a_finding(s3: Any, revision: str) -> None:
    put(s3, ChecksumAlgorithm="SHA256")
    assert check(revision) == [codes.NOT_FOUND]


@pytest.mark.usefixtures("s3")
def test_a_bucket_that_does_not_exist_is_a_finding() -> None:
    found = Stores().check(manifest("s3://acme-none/x", "v", FILES), PATH)
    assert [finding.code for finding in found] == [codes.NOT_FOUND]


def test_an_artifact_of_several_objects_has_no_single_version(s3: Any) -> None:
    shipped = manifest(URI, put(s3), {**FILES, "config.json": b"{}"})
    assert [finding.code for finding in Stores().check(shipped, PATH)] == [codes.NOT_FOUND]


def test_a_store_that_cannot_be_reached_is_an_error_never_a_pass(
    s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision = put(s3, ChecksumAlgorithm="SHA256")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{port}")
    with pytest.raises(RemoteError) as raised:
        check(revision)
    assert raised.value.fix
