"""What Prometheus, or something else at its address, may answer."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from fedfuse.adapters import prometheus
from fedfuse.adapters.prometheus import Prometheus
from fedfuse.errors import RemoteError, UsageError
from fedfuse.model.slo.counters import Sample
from fedfuse.model.slo.objective import Objective

RELEASE = "acme-ai-federated-v1.2.0"
NOW = datetime(2026, 11, 24, 14, tzinfo=UTC)
AVAILABILITY = Objective("availability", 0.999)
FAKE_TOKEN = "not-a-real-token"  # noqa: S105 - obviously


class Address:
    """A loopback server that gives every question the same answer, and remembers them."""

    def __init__(self, status: int, body: bytes) -> None:
        self.asked: list[tuple[str, str]] = []
        """Path and Authorization header of every request."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append((self.path, self.headers.get("Authorization", "")))
                self.send_response(status)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@contextmanager
def answering(status: int, body: bytes) -> Iterator[Address]:
    address = Address(status, body)
    thread = threading.Thread(target=address.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield address
    finally:
        address.server.shutdown()
        address.server.server_close()
        thread.join()


def matrix(*values: tuple[float, str], metric: dict[str, str] | None = None) -> bytes:
    series = {"metric": metric or {"instance": "node-1"}, "values": [list(v) for v in values]}
    data = {"resultType": "matrix", "result": [series]}
    return json.dumps({"status": "success", "data": data}).encode()


def read(url: str, *, token: str = "") -> tuple[Sample, ...]:
    source = Prometheus(url, token)
    return source.read(RELEASE, [AVAILABILITY], start=NOW - timedelta(hours=1), end=NOW)


def test_both_counters_are_asked_for_the_window_of_the_release() -> None:
    with answering(200, matrix((1.5, "7"), (16.5, "9"))) as address:
        found = read(address.url + "/metrics-store/", token=FAKE_TOKEN)
    assert [(one.at, one.good, one.total, one.release) for one in found] == [
        (1.5, 7, 7, RELEASE),
        (16.5, 9, 9, RELEASE),
    ]
    paths = [urlsplit(path) for path, _ in address.asked]
    assert {path.path for path in paths} == {"/metrics-store/api/v1/query"}
    labels = f'{{objective="availability",release="{RELEASE}"}}[3601s]'
    assert [parse_qs(path.query) for path in paths] == [
        {"query": [f"fedfuse_slo_{name}requests_total{labels}"], "time": ["1795528800.000"]}
        for name in ("", "good_")
    ]
    assert {token for _, token in address.asked} == {f"Bearer {FAKE_TOKEN}"}


def test_no_series_are_no_samples() -> None:
    empty = {"status": "success", "data": {"resultType": "matrix", "result": []}}
    with answering(200, json.dumps(empty).encode()) as address:
        assert read(address.url) == ()


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, b"<html>welcome</html>", "which is no answer of Prometheus"),
        (200, b"[]", "which is no answer of Prometheus"),
        (200, b"[" * 100_000, "which is no answer of Prometheus"),
        (200, b'{"status": "success"}', "no time series"),
        (200, b'{"status": "success", "data": []}', "no time series"),
        (200, b'{"status":"success","data":{"resultType":"vector","result":[]}}', "no matrix"),
        (200, matrix((1.0, "1.5")), '"1.5", which is no count'),
        (200, matrix((1.0, "NaN")), '"NaN", which is no count'),
        (200, matrix((1.0, "-1")), '"-1", which is no count'),
        (200, matrix((1.0, "\u0661")), "which is no count"),
        (200, matrix((1.0, "1" * 5000)), "which is no count"),
        (400, b'{"status":"error","error":"bad \\u001b[2J"}', r'HTTP 400, "bad \u001b[2J"'),
        (401, b"", "refuses the token (HTTP 401)"),
        (403, b"", "refuses the token (HTTP 403)"),
        (302, b"", "HTTP 302"),
        (404, b"not here", "HTTP 404"),
        (503, b"busy", "HTTP 503"),
    ],
)
def test_an_answer_that_cannot_be_used_is_an_error_with_a_fix(
    status: int, body: bytes, words: str
) -> None:
    with answering(status, body) as address, pytest.raises(RemoteError) as caught:
        read(address.url, token=FAKE_TOKEN)
    assert words in caught.value.what
    assert caught.value.fix
    assert FAKE_TOKEN not in caught.value.what + caught.value.fix


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prometheus, "MAX_ANSWER_BYTES", 1000)
    with (
        answering(200, matrix(*((float(n), "1") for n in range(500)))) as address,
        pytest.raises(RemoteError, match="more than 1000 bytes"),
    ):
        read(address.url)


def test_a_server_that_is_not_there_is_named() -> None:
    with answering(200, b"") as address:
        gone = address.url
    with pytest.raises(RemoteError, match=r"127\.0\.0\.1:\d+ cannot be reached \(ConnectError\)"):
        read(gone)


@pytest.mark.parametrize(
    "url", ["", "localhost:9090", "ftp://127.0.0.1", "http://", "http://h/?a=1", "http://[::1"]
)
def test_an_address_that_is_none_is_a_usage_error(url: str) -> None:
    with pytest.raises(UsageError, match="the address of Prometheus is none"):
        Prometheus(url)


def test_credentials_in_an_address_are_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        Prometheus("http://alice:secret@127.0.0.1:9090")
    assert "secret" not in caught.value.what + caught.value.fix


def test_a_token_with_a_line_break_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        Prometheus("http://127.0.0.1:9090", f"{FAKE_TOKEN}\nX-Other: 1")
    assert FAKE_TOKEN not in caught.value.what + caught.value.fix
