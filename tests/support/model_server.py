"""A loopback server that speaks the OpenAI-compatible protocol and answers as a test says."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias

Answer: TypeAlias = tuple[int, Mapping[str, str], bytes]
"""Status, headers, body."""


def chat(text: str) -> Answer:
    """A finished completion."""
    usage = {"prompt_tokens": 9, "completion_tokens": 3}
    return ok({"choices": [{"message": {"role": "assistant", "content": text}}], "usage": usage})


def vectors(*values: tuple[float, ...]) -> Answer:
    """Embeddings, sent in reverse: only `index` says which is which."""
    data = [{"index": at, "embedding": list(value)} for at, value in enumerate(values)]
    return ok({"data": data[::-1], "usage": {"prompt_tokens": 20}})


def ok(body: object) -> Answer:
    """A JSON answer."""
    return 200, {}, json.dumps(body).encode()


def listing(*names: str) -> Answer:
    """A list of models."""
    return ok({"object": "list", "data": [{"id": name} for name in names]})


def status(code: int, **headers: str) -> Answer:
    """A refusal; `Retry_After` becomes the header `Retry-After`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return code, named, b'{"error": {"message": "no"}}'


@dataclass
class ModelServer:
    """The running server: its address, and everything it was asked."""

    url: str
    answer: Callable[[Mapping[str, Any]], Answer]
    models: Answer = (404, {}, b"")
    """What it says of its models."""
    asked: list[Mapping[str, Any]] = field(default_factory=list)
    """Request bodies with `path` and `authorization`, in order of arrival."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    stop: Callable[[], None] = lambda: None
    """Ends the server before its block does; requests in flight are still answered."""
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def prompts(self) -> list[str]:
        """The last message of every chat request."""
        return [request["messages"][-1]["content"] for request in self.asked]


@contextmanager
def model_server(
    answer: Callable[[Mapping[str, Any]], Answer], port: int = 0
) -> Iterator[ModelServer]:
    """Serve until the block ends; `answer` gets a request body and may block or be replaced."""

    class Handler(BaseHTTPRequestHandler):
        """HTTP/1.0: a connection per request, so that a stopped server is really gone."""

        def do_GET(self) -> None:
            self._send(*running.models)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            heard = {"path": self.path, "authorization": self.headers["Authorization"], **body}
            with running.lock:
                running.asked.append(heard)
            with suppress(ConnectionError):  # a client that timed out has hung up
                self._send(*running.answer(heard))

        def _send(self, code: int, headers: Mapping[str, str], data: bytes) -> None:
            self.send_response(code)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    running = ModelServer(f"http://127.0.0.1:{server.server_port}", answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def stop() -> None:
        server.shutdown()
        server.server_close()
        running.stopped.set()

    running.stop = stop
    try:
        yield running
    finally:
        stop()
        thread.join()
