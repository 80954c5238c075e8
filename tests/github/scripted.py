"""A server on 127.0.0.1 that answers request after request as a test says."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """One answer; status 0 closes the connection instead."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Script:
    """What will be answered (the last one for ever), and what was asked."""

    url: str
    replies: list[Reply]
    asked: list[str] = field(default_factory=list)
    """Method and path with query."""
    headers: list[Mapping[str, str]] = field(default_factory=list)
    """Of each request, with names in lower case."""


@contextmanager
def scripted(*replies: Reply) -> Iterator[Script]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            script.asked.append(f"{self.command} {self.path}")
            script.headers.append({k.lower(): v for k, v in self.headers.items()})
            reply = script.replies[0]
            if len(script.replies) > 1:
                script.replies.pop(0)
            if reply.status == 0:
                self.connection.close()
                return
            is_text = isinstance(reply.body, str)
            body = reply.body.encode() if is_text else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    script = Script(f"http://127.0.0.1:{server.server_port}", list(replies))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
