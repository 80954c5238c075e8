"""What Prometheus, or something else at its address, may answer."""

import json
import threading
from collections.abc import Callable, Iterator
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
T = NOW.timestamp() - 600
AVAILABILITY = Objective("availability", 0.999)
FAKE_TOKEN = "not-a-real-token"  # noqa: S105 - obviously


class Address:
    """A loopback server that answers every question, and remembers them."""

    def __init__(self, status: int, said: bytes | Callable[[int], bytes]) -> None:
        self.asked: list[tuple[str, str]] = []
        """Path and Authorization header of every request."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = said(len(outer.asked)) if callable(said) else said
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
def answering(status: int, said: bytes | Callable[[int], bytes]) -> Iterator[Address]:
    address = Address(status, said)
    thread = threading.Thread(target=address.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield address
    finally:
        address.server.shutdown()
        address.server.server_close()
        thread.join()


def matrix(*values: tuple[object, object], metric: dict[str, str] | None = None) -> bytes:
    series = {"metric": metric or {"instance": "node-1"}, "values": [list(v) for v in values]}
    data = {"resultType": "matrix", "result": [series]}
    return json.dumps({"status": "success", "data": data}).encode()


def read(url: str, *, token: str = "") -> tuple[Sample, ...]:
    source = Prometheus(url, token)
    return source.read(RELEASE, [AVAILABILITY], start=NOW - timedelta(hours=1), end=NOW)


def test_both_counters_are_asked_for_the_window_of_the_release() -> None:
    with answering(200, matrix((T, "7"), (T + 15.5, "9"))) as address:
        found = read(address.url + "/metrics-store/", token=FAKE_TOKEN)
    assert [(one.at, one.good, one.total, one.release) for one in found] == [
        (T, 7, 7, RELEASE),
        (T + 15.5, 9, 9, RELEASE),
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
        (200, matrix((T, "1.5")), '"1.5", which is no count'),
        (200, matrix((T, "NaN")), '"NaN", which is no count'),
        (200, matrix((T, "-1")), '"-1", which is no count'),
        (200, matrix((T, "\u0661")), "which is no count"),
        (200, matrix((T, "1" * 5000)), "which is no count"),
        (200, matrix((float("nan"), "1")), "no time series"),
        (200, matrix((float("inf"), "1")), "no time series"),
        (200, matrix((10**400, "1")), "no time series"),
        (200, matrix((T, "1")).replace(str(T).encode(), b"1" * 5000), "no answer of Prometheus"),
        (200, matrix((-T, "1")), "no time series"),
        (200, matrix((T + 86_400, "1")), "no time series"),
        (200, matrix((True, "1")), "no time series"),
        (200, matrix((str(T), "1")), "no time series"),
        (200, matrix((T, 1)), "no time series"),
        (200, matrix((T, "+Inf")), '"+Inf", which is no count'),
        (200, matrix((T, "1e3")), '"1e3", which is no count'),
        (200, matrix((T, "1"), (T, "2")), "two series of"),
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


SECOND = {"instance": "node-1", "le": "1.0"}


def replies(*bodies: bytes) -> Callable[[int], bytes]:
    """One body for each question in turn."""
    return lambda asked: bodies[min(asked, len(bodies) - 1)]


@pytest.mark.parametrize(
    ("totals", "goods", "words"),
    [
        ([(T, "9")], [(T, "10")], "counts more good requests than requests"),
        ([(T, "9"), (T + 15, "9")], [(T + 15, "9")], "has no fedfuse_slo_good_requests_total"),
        ([(T + 15, "9")], [(T, "9"), (T + 15, "9")], "has no fedfuse_slo_requests_total"),
        ([], [(T, "9")], "has no fedfuse_slo_requests_total"),
        ([(T, "9")], [], "has no fedfuse_slo_good_requests_total"),
    ],
)
def test_two_counters_that_do_not_belong_together_are_no_source(
    totals: list[tuple[float, str]], goods: list[tuple[float, str]], words: str
) -> None:
    both = replies(matrix(*totals), matrix(*goods))
    with answering(200, both) as address, pytest.raises(RemoteError, match=words) as caught:
        read(address.url)
    assert caught.value.fix


def test_a_scrape_between_the_two_questions_is_left_out() -> None:
    totals, goods = matrix((T, "9")), matrix((T, "8"), (T + 15, "9"))
    with answering(200, replies(totals, goods)) as address:
        assert [(one.at, one.good, one.total) for one in read(address.url)] == [(T, 8, 9)]


def test_a_client_that_spells_a_bucket_anew_goes_on_with_its_series() -> None:
    """An upgraded client writes `1.0` where it wrote `1`: two series of one process in turn."""
    first = json.loads(matrix((T, "1"), metric={"instance": "node-1", "le": "1"}))
    second = json.loads(matrix((T + 15, "2"), metric=SECOND))
    first["data"]["result"] += second["data"]["result"]
    with answering(200, json.dumps(first).encode()) as address:
        assert [(one.at, one.good) for one in read(address.url)] == [(T, 1), (T + 15, 2)]


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prometheus, "MAX_ANSWER_BYTES", 1000)
    with (
        answering(200, matrix(*((T + n, "1") for n in range(500)))) as address,
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
