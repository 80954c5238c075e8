"""The loopback Hub as a server: starts on a free port, counts requests, fails when told to."""

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from fedfuse_demo.hub.routes import Answer, Request, as_json, handle
from fedfuse_demo.hub.store import RefusedRequest, Store

TOKEN = "hf_test"  # noqa: S105 - the loopback Hub's only, public, token
"""The token that may write."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One request the Hub received."""

    number: int
    """1 for the first."""
    method: str
    path: str
    """Without the query."""


@dataclass(frozen=True, slots=True)
class Fault:
    """How a request goes wrong."""

    status: int
    """The status answered; 0 closes the connection without an answer."""
    done: bool
    """Whether the request is carried out all the same, before its answer is lost."""


class LoopbackHub:
    """A Hub for the unmodified huggingface_hub client, on 127.0.0.1. A context manager.

    Start clients with HF_HUB_DISABLE_XET=1: large files are taken by git-lfs only. `faults` is
    asked about every request and may let it fail; None lets it pass. `clock` gives the seconds of
    commits: a constant makes the same uploads give the same commit ids.
    """

    def __init__(
        self,
        root: Path,
        *,
        token: str = TOKEN,
        clock: Callable[[], int] = lambda: int(time.time()),
        faults: Callable[[Seen], Fault | None] = lambda _: None,
    ) -> None:
        self.store = Store(root, clock)
        self.seen: list[Seen] = []
        """Every request so far, in the order of arrival."""
        self.token = token
        self._faults = faults
        self._count_lock = threading.Lock()
        self._server: _Server | None = None

    def start(self, port: int = 0) -> str:
        """Serve in the background and return the endpoint; port 0 takes a free one."""
        self._server = _Server(port, self)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self.endpoint

    def stop(self) -> None:
        """Stop serving; what was stored stays."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def endpoint(self) -> str:
        """Where the started Hub answers, without a trailing slash; empty when it is stopped."""
        return f"http://127.0.0.1:{self._server.server_port}" if self._server else ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def answer(self, request: Request) -> Answer | None:
        """The answer to a request; None to hang up. Counts it and applies the fault plan."""
        with self._count_lock:
            seen = Seen(len(self.seen) + 1, request.method, request.path)
            self.seen.append(seen)
        fault = self._faults(seen)
        if fault is None:
            return self._carry_out(request)
        if fault.done:
            self._carry_out(request)
        return as_json({"error": "injected fault"}, fault.status) if fault.status else None

    def _carry_out(self, request: Request) -> Answer:
        try:
            return handle(self.store, request, self.token)
        except RefusedRequest as refusal:
            answer = as_json({"error": str(refusal)}, refusal.status)
            headers = {**answer.headers, "X-Error-Message": str(refusal)}
            if refusal.code:
                headers["X-Error-Code"] = refusal.code
            return Answer(answer.body, answer.status, headers)
        except (ValueError, KeyError, TypeError) as err:
            return as_json({"error": f"malformed request: {err!r}"}, 400)


class _Server(ThreadingHTTPServer):
    def __init__(self, port: int, hub: LoopbackHub) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.hub = hub

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no event; anything else is a bug to be seen."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def handle_one_request(self) -> None:
        """Answer one request; a client that was killed ends the connection."""
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """The hub keeps its own log."""

    def _serve(self) -> None:
        url = urlsplit(self.path)
        endpoint = f"http://127.0.0.1:{self.server.server_port}"
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.hub.answer(
            Request(self.command, url.path, parse_qs(url.query), headers, body, endpoint)
        )
        if answer is None:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - http.server's own names
