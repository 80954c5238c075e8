"""S3 artifacts against a real boto3 and a real S3 server (moto)."""

import shlex
import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from typing import Any

import pytest

from fedfuse.adapters import kept_items
from fedfuse.adapters.artifacts import Stores
from fedfuse.adapters.stores import s3 as s3_store
from fedfuse.adapters.stores.store import Access
from fedfuse.errors import RemoteError, UsageError
from tests.support.artifacts import PATH, manifest

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


def test_items_of_a_sealed_suite_are_read_as_they_are_now(s3: Any) -> None:
    old = put(s3, b"old items\n")
    put(s3, b"items\n")
    assert kept_items.read(URI, "model.tar.gz", endpoint="") == b"items\n"
    assert s3_store.read("acme-models/runtime", old, "model.tar.gz", Access()) == b"old items\n"
    with pytest.raises(RemoteError, match="NoSuchKey"):
        kept_items.read(URI, "more.jsonl", endpoint="")
    with pytest.raises(UsageError, match="no address"):
        kept_items.read("s3://acme models", "more.jsonl", endpoint="")


def test_the_version_of_the_manifest_counts_not_the_newest(s3: Any) -> None:
    first = put(s3, ChecksumAlgorithm="SHA256")
    second = put(s3, b"other" * 140, ChecksumAlgorithm="SHA256")
    assert check(first) == []
    assert check(second) == ["E505"]


def test_an_object_without_a_sha256_is_refused_with_the_command_that_gives_it_one(s3: Any) -> None:
    revision = put(s3, ChecksumAlgorithm="CRC32")
    (found,) = Stores().check(manifest(URI, revision, FILES), PATH)
    assert found.code == "E506"
    assert found.fix == (
        "aws s3api copy-object --bucket acme-models --key runtime/model.tar.gz "
        f"--copy-source 'acme-models/runtime/model.tar.gz?versionId={revision}' "
        "--checksum-algorithm SHA256 "
        "(this makes a new version: write its VersionId as artifact.revision)"
    )


def test_the_command_of_the_fix_makes_a_version_that_passes(s3: Any) -> None:
    (found,) = Stores().check(manifest(URI, put(s3), FILES), PATH)
    words = shlex.split(found.fix.partition(" (")[0])
    assert words[:3] == ["aws", "s3api", "copy-object"]
    said = dict(zip(words[3::2], words[4::2], strict=True))
    copied = s3.copy_object(
        Bucket=said["--bucket"],
        Key=said["--key"],
        CopySource=said["--copy-source"],
        ChecksumAlgorithm=said["--checksum-algorithm"],
    )
    assert check(copied["VersionId"]) == []


@pytest.mark.parametrize(("kind", "found"), [("FULL_OBJECT", []), ("COMPOSITE", ["E506"])])
def test_a_checksum_of_parts_is_no_sha256_of_the_file(
    monkeypatch: pytest.MonkeyPatch, kind: str, found: list[str]
) -> None:
    """Whatever it looks like: a store that leaves out the number of parts says it by its type."""
    body = FILES["model.tar.gz"]

    class Bucket(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Silent."""

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("x-amz-version-id", "version-1")
            self.send_header("x-amz-checksum-sha256", b64encode(sha256(body).digest()).decode())
            self.send_header("x-amz-checksum-type", kind)
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    try:
        assert check("version-1") == found
    finally:
        server.shutdown()
        server.server_close()


def test_an_object_of_another_size_is_a_finding(s3: Any) -> None:
    assert check(put(s3, b"short", ChecksumAlgorithm="SHA256")) == ["E504"]


@pytest.mark.parametrize("revision", ["null", "latest", "00000000-0000-0000-0000-000000000000"])
def test_a_version_that_does_not_exist_is_a_finding(s3: Any, revision: str) -> None:
    put(s3, ChecksumAlgorithm="SHA256")
    assert check(revision) == ["E502"]


@pytest.mark.usefixtures("s3")
def test_a_bucket_that_does_not_exist_is_a_finding() -> None:
    found = Stores().check(manifest("s3://acme-none/x", "v", FILES), PATH)
    assert [finding.code for finding in found] == ["E502"]


def test_an_artifact_of_several_objects_has_no_single_version(s3: Any) -> None:
    shipped = manifest(URI, put(s3), {**FILES, "config.json": b"{}"})
    assert [finding.code for finding in Stores().check(shipped, PATH)] == ["E502"]


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
