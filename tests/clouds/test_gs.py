"""Cloud Storage artifacts against a real google-auth and a loopback server of its JSON API."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from fedfuse.adapters import kept_items
from fedfuse.adapters.artifacts import Stores
from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.stores import gs
from fedfuse.adapters.stores.store import Access
from fedfuse.errors import RemoteError
from fedfuse.flows.checking.check import check_pull_request
from fedfuse.model.canonical import sha256
from fedfuse.report import pull_request, pull_request_json
from fedfuse.report import text as as_text
from tests.support.artifacts import PATH, manifest
from tests.support.registry import ACTORS, RegistrySandbox

URI = "gs://acme-models/embedder"
FILES = {"model.tar.gz": b"weights" * 100}
OBJECT = "/storage/v1/b/acme-models/o/embedder%2Fmodel.tar.gz"
DIGEST = sha256(FILES["model.tar.gz"])


@dataclass
class Cloud:
    """A loopback Cloud Storage: generation to what it says, and what it was asked."""

    endpoint: str = ""
    path: str = OBJECT
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)

    def has(self, generation: str, **about: Any) -> None:
        """Store the object's metadata under a generation."""
        said = {"generation": generation, "size": str(len(FILES["model.tar.gz"]))}
        self.objects[generation] = {**said, "metadata": {"sha256": DIGEST}, **about}


def handler_of(cloud: Cloud) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Silent."""

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.say(200, {"access_token": "loopback", "expires_in": 3600, "token_type": "Bearer"})

        def do_GET(self) -> None:
            cloud.tokens.append(self.headers.get("Authorization", ""))
            url = urlsplit(self.path)
            asked = parse_qs(url.query)
            newest = max(cloud.objects, default="")
            about = cloud.objects.get(asked.get("generation", [newest])[0])
            known = url.path == cloud.path and about is not None
            media = FILES["model.tar.gz"] if asked.get("alt") == ["media"] else b""
            self.say(cloud.status if known else 404, about or {}, media)

        def say(self, status: int, value: Any, body: bytes = b"") -> None:
            body = body or json.dumps(value).encode()
            self.send_response(status)
            for name, text in {**cloud.headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(body)

    return Handler


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service_key: str) -> Iterator[Cloud]:
    made = Cloud()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(made))
    made.endpoint = f"http://127.0.0.1:{server.server_port}"
    account = {
        "type": "service_account",
        "project_id": "acme",
        "private_key_id": "1",
        "private_key": service_key,
        "client_email": "checker@acme.example",
        "client_id": "1",
        "token_uri": f"{made.endpoint}/token",
    }
    (tmp_path / "account.json").write_text(json.dumps(account))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "account.json"))
    monkeypatch.setattr(gs, "PUBLIC", made.endpoint)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def service_key() -> str:
    rsa = import_module("cryptography.hazmat.primitives.asymmetric.rsa")
    forms = import_module("cryptography.hazmat.primitives.serialization")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    text: bytes = key.private_bytes(
        forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption()
    )
    return text.decode()


def test_items_of_a_sealed_suite_are_read_as_they_are_now(cloud: Cloud) -> None:
    cloud.has("7")
    assert kept_items.read(URI, "model.tar.gz", endpoint="") == FILES["model.tar.gz"]
    assert gs.read("acme-models/embedder", "7", "model.tar.gz", Access()) == FILES["model.tar.gz"]
    with pytest.raises(RemoteError, match="there is no such object"):
        kept_items.read(URI, "more.jsonl", endpoint="")


def check(revision: str) -> list[str]:
    found = Stores().check(manifest(URI, revision, FILES), PATH)
    return [finding.code for finding in found]


def test_an_object_that_is_what_the_manifest_says_passes_with_a_token(cloud: Cloud) -> None:
    cloud.has("1790000000000001")
    assert check("1790000000000001") == []
    assert cloud.tokens == ["Bearer loopback"]


@pytest.mark.parametrize(
    ("metadata", "status", "said"),
    [
        ({"sha256": DIGEST}, "ok", "1 artifact compared, 1 by a provider-declared sha256"),
        ({}, "refused", "1 artifact compared"),
    ],
)
def test_the_report_says_that_the_provider_declared_the_sha256(
    cloud: Cloud, tmp_path: Path, metadata: dict[str, str], status: str, said: str
) -> None:
    box = RegistrySandbox.create(tmp_path / "registry")
    box.branch("first")

    def in_the_cloud(document: dict[str, Any]) -> None:
        body = FILES["model.tar.gz"]
        listed = {"path": "model.safetensors", "size": len(body), "sha256": DIGEST}
        document["artifact"] |= {"uri": "gs://acme/embedder", "revision": "1", "files": [listed]}

    box.land("gcp/embedder", edit=in_the_cloud)
    cloud.has("1", metadata=metadata)
    cloud.path = OBJECT.replace("acme-models", "acme").replace("tar.gz", "safetensors")
    with Repository(box.root) as repository:
        report = check_pull_request(
            repository,
            base="main",
            head="HEAD",
            actor_id=ACTORS["gcp"],
            artifact_check=Stores().check,
        )
    assert (report.remote.status, report.remote.message) == (status, said)
    assert f"remote: {status} ({said})" in as_text.render(pull_request.terminal(report))
    in_markdown = said.replace("sha256", "`sha256`")
    assert f"remote: {status} ({in_markdown})" in pull_request.comment(report)
    assert json.loads(pull_request_json.render(report))["remote"]["message"] == said


def test_the_generation_of_the_manifest_counts_not_the_newest(cloud: Cloud) -> None:
    cloud.has("1")
    cloud.has("2", metadata={"sha256": "1" * 64})
    assert check("1") == []
    assert check("2") == ["E505"]


@pytest.mark.parametrize("about", [{"metadata": {}}, {"metadata": {"other": "x"}}])
def test_an_object_without_a_sha256_is_refused_with_the_command_that_gives_it_one(
    cloud: Cloud, about: dict[str, Any]
) -> None:
    cloud.has("1", **about)
    (found,) = Stores().check(manifest(URI, "1", FILES), PATH)
    assert found.code == "E506"
    assert found.fix == (
        "gcloud storage objects update gs://acme-models/embedder/model.tar.gz "
        f"--custom-metadata=sha256={DIGEST}"
    )


def test_an_object_of_another_size_is_a_finding(cloud: Cloud) -> None:
    cloud.has("1", size="5")
    assert check("1") == ["E504"]


@pytest.mark.parametrize("revision", ["2", "latest", "", "-1", "\u0661"])
def test_a_generation_that_does_not_exist_is_a_finding(cloud: Cloud, revision: str) -> None:
    cloud.has("1")
    assert check(revision) == ["E502"]


def test_an_artifact_of_several_objects_has_no_single_generation(cloud: Cloud) -> None:
    cloud.has("1")
    shipped = manifest(URI, "1", {**FILES, "config.json": b"{}"})
    assert [finding.code for finding in Stores().check(shipped, PATH)] == ["E502"]


@pytest.mark.parametrize("status", [302, 401, 403, 429, 500])
def test_trouble_with_the_store_is_an_error_and_a_redirect_is_not_followed(
    cloud: Cloud, status: int
) -> None:
    cloud.has("1")
    cloud.status = status
    cloud.headers["Location"] = f"{cloud.endpoint}{OBJECT}?generation=1"
    with pytest.raises(RemoteError) as raised:
        check("1")
    assert raised.value.fix


def test_an_answer_that_makes_no_sense_is_an_error(cloud: Cloud) -> None:
    cloud.has("1", size="many")
    with pytest.raises(RemoteError):
        check("1")


def test_a_public_object_needs_no_credentials(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cloud.has("1")
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS")
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    assert check("1") == []
    assert cloud.tokens == [""]
