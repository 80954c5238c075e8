"""The one speaker of huggingface_hub: no vendor exception leaves it, no redirect leads it away."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters.hub import Hub
from fedfuse.errors import RemoteError
from fedfuse.model.mirror import Attempt
from fedfuse_demo.hub.server import TOKEN, Fault
from tests.support.mirrors import REPO, hub_rig


@contextmanager
def server(status: int, headers: dict[str, str], body: bytes = b"") -> Iterator[str]:
    """A server that gives every request the same answer."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Silent."""

        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - http.server's own names

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=made.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{made.server_port}"
    finally:
        made.shutdown()
        made.server_close()


def speaker(endpoint: str) -> Hub:
    return Hub(REPO, endpoint=endpoint, token=TOKEN)


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/", "https://evil.test/x", "https://huggingface.co.evil.test/"],
)
def test_a_redirect_to_another_host_is_not_followed(target: str) -> None:
    with server(307, {"Location": target}) as endpoint:
        for ask in (speaker(endpoint).refs, lambda: speaker(endpoint).read("main", "x", limit=9)):
            with pytest.raises(RemoteError, match="not followed"):
                ask()


def test_endless_redirects_on_the_same_host_are_an_error() -> None:
    with server(307, {"Location": "/again"}) as endpoint, pytest.raises(RemoteError):
        speaker(endpoint).refs()


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"branches": 1, "tags": 2}'])
def test_an_answer_that_makes_no_sense_is_an_error_not_a_traceback(body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    with server(200, headers, body) as endpoint, pytest.raises(RemoteError):
        speaker(endpoint).refs()


def test_a_file_longer_than_the_limit_is_not_read_to_its_end(tmp_path: Path) -> None:
    with hub_rig(tmp_path) as rig:
        rig.target().create()
        rig.edit({"big.txt": b"x" * 100_000})
        with pytest.raises(RemoteError, match="longer than 10 bytes"):
            rig.target().read("main", "big.txt", limit=10)


def test_a_tag_that_exists_is_a_doubtful_attempt_not_a_success(tmp_path: Path) -> None:
    with hub_rig(tmp_path) as rig:
        rig.target().create()
        commit = rig.edit({"a.txt": b"a"})
        assert rig.target().tag("v1", commit) == Attempt(commit)
        assert rig.target().tag("v1", commit).problem


def test_a_repository_that_does_not_exist_has_no_refs_and_no_files(tmp_path: Path) -> None:
    with hub_rig(tmp_path) as rig:
        assert rig.target().refs() is None
        assert rig.hub is not None
        assert speaker(rig.hub.endpoint).files("a" * 40, ["x"]) is None
        with pytest.raises(RemoteError, match="no such repository"):
            rig.target().read("main", "x", limit=9)


def test_creating_a_repository_twice_is_fine(tmp_path: Path) -> None:
    with hub_rig(tmp_path) as rig:
        rig.target().create()
        rig.target().create()
        refs = rig.target().refs()
    assert refs is not None
    assert refs.tags == {}


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_hub_in_trouble_is_an_error_when_reading(tmp_path: Path, status: int) -> None:
    with (
        hub_rig(tmp_path, lambda _: Fault(status, done=False)) as rig,
        pytest.raises(RemoteError, match=str(status)) as raised,
    ):
        rig.target().refs()
    assert raised.value.fix


def test_offline_mode_is_honoured_without_a_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hub_rig(tmp_path) as rig:
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
        with pytest.raises(RemoteError, match="HF_HUB_OFFLINE"):
            rig.target().refs()
        assert rig.hub is not None
        assert rig.hub.seen == []


def test_a_proxy_of_the_environment_is_not_asked_for_loopback(tmp_path: Path) -> None:
    code = (
        "import sys; from fedfuse.adapters.hub import Hub;"
        "print(Hub('acme/none', endpoint=sys.argv[1], token='hf_test').refs())"
    )
    with hub_rig(tmp_path) as rig:
        assert rig.hub is not None
        done = subprocess.run(
            [sys.executable, "-c", code, rig.hub.endpoint],
            env={
                "PYTHONPATH": str(Path(__file__).parents[2] / "scripts"),
                "HTTP_PROXY": "http://127.0.0.1:9",
                "ALL_PROXY": "http://127.0.0.1:9",
            },
            capture_output=True,
            check=False,
            text=True,
        )
    assert done.stdout.strip() == "None", done.stderr


def test_the_flows_do_not_load_the_client() -> None:
    code = (
        "import sys, fedfuse.flows.releasing.mirror, fedfuse.flows.releasing.mirror_audit;"
        "import fedfuse.flows.node.pull,"
        " fedfuse.adapters.artifacts, fedfuse.adapters.folder;"
        "sys.exit('huggingface_hub' in sys.modules or 'httpx2' in sys.modules)"
    )
    path = str(Path(__file__).parents[2] / "scripts")
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": path}, check=False)
    assert done.returncode == 0
