"""git over smart HTTP on 127.0.0.1: git's own http-backend behind accounts."""

import base64
import gzip
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.support.loopback import Loopback

_SETTINGS = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_HTTP_EXPORT_ALL": "1",
}


class GitServer(Loopback):
    """Serves the bare repositories below a folder; a context manager.

    `accounts` maps a password to the account it belongs to; without one nothing is even read. The
    account reaches the hooks of a repository as REMOTE_USER.
    """

    def __init__(self, root: Path, accounts: Mapping[str, str]) -> None:
        self.pushed: Callable[[str], None] = lambda _: None
        """Hears of every push before whoever pushed does, with the account."""
        super().__init__(_handler(self, root, accounts))
        self.url = f"{self.origin}/"


def _handler(
    server: GitServer, root: Path, accounts: Mapping[str, str]
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """HTTP/1.0: a connection per request."""

        def _serve(self) -> None:
            account = accounts.get(_password(self.headers.get("Authorization", "")))
            if account is None:
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="git"')
                self.end_headers()
                return
            head, _, body = self._backend(account).partition(b"\r\n\r\n")
            if urlsplit(self.path).path.endswith("/git-receive-pack"):
                server.pushed(account)
            fields = dict(_fields(head))
            self.send_response(int(fields.pop("Status", "200").split()[0]))
            for name, value in fields.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _serve  # noqa: N815 - the library's

        def _backend(self, account: str) -> bytes:
            sent = _sent(self)
            return subprocess.run(
                ["git", "http-backend"],
                input=sent,
                stdout=subprocess.PIPE,
                check=True,
                env={
                    **_SETTINGS,
                    "GIT_PROJECT_ROOT": str(root),
                    **_of_request(self, account, sent),
                },
            ).stdout

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler


def _of_request(request: BaseHTTPRequestHandler, account: str, sent: bytes) -> Mapping[str, str]:
    url = urlsplit(request.path)
    return {
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        "REQUEST_METHOD": request.command,
        "PATH_INFO": url.path,
        "QUERY_STRING": url.query,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(sent)),
        "REMOTE_USER": account,
        "REMOTE_ADDR": "127.0.0.1",
    }


def _sent(request: BaseHTTPRequestHandler) -> bytes:
    body = b""
    if request.headers.get("Transfer-Encoding") == "chunked":
        while size := int(request.rfile.readline(), 16):
            body += request.rfile.read(size)
            request.rfile.readline()
        request.rfile.readline()
    else:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
    return gzip.decompress(body) if request.headers.get("Content-Encoding") == "gzip" else body


def _password(authorization: str) -> str:
    kind, _, encoded = authorization.partition(" ")
    return base64.b64decode(encoded).decode().partition(":")[2] if kind == "Basic" else ""


def _fields(head: bytes) -> Iterator[tuple[str, str]]:
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(": ")
        yield name, value
