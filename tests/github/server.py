"""A small GitHub on 127.0.0.1 that compares all it hears and says with GitHub's own description."""

import json
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from werkzeug.datastructures import Headers

from tests.github import routes, routes_pulls, routes_refs, routes_releases, routes_settings
from tests.github.description import Answered, Description
from tests.github.routes import Answer, Request, refused
from tests.github.store import TOKENS, Account, Store, account_of
from tests.support.loopback import Loopback

HANDLERS = {
    **routes.HANDLERS,
    **routes_pulls.HANDLERS,
    **routes_refs.HANDLERS,
    **routes_releases.HANDLERS,
    **routes_settings.HANDLERS,
}


@dataclass(frozen=True)
class Seen:
    """One request that arrived."""

    number: int
    """1 for the first."""
    method: str
    path: str
    """Without the query."""

    @property
    def writes(self) -> bool:
        """Whether it may change anything."""
        return self.method != "GET"


@dataclass(frozen=True)
class Fault:
    """How a request goes wrong."""

    status: int
    """The status answered; 0 closes the connection without an answer."""
    done: bool = False
    """Whether the request is carried out all the same, before its answer is lost."""
    headers: Mapping[str, str] | None = None
    body: bytes = b'{"message": "Server Error"}'


@cache
def description() -> Description:
    """Read once for all servers."""
    return Description(HANDLERS)


class LoopbackGitHub(Loopback):
    """One repository of a GitHub; a context manager.

    `faults` is asked about every request and may let it fail; None lets it pass. It may also
    change the store first, as the rest of the world does between two requests. Leaving the block
    fails when anything departed from GitHub's description.
    """

    def __init__(
        self, store: Store | None = None, faults: Callable[[Seen], Fault | None] = lambda _: None
    ) -> None:
        self.store = store or Store()
        self.faults = faults
        self.seen: list[Seen] = []
        """Every request so far, in the order of arrival."""
        self.departures: list[str] = []
        """Everything heard or said that GitHub's description does not allow."""
        self._lock = threading.Lock()
        super().__init__(_handler(self))
        self.url = self.origin
        """What GITHUB_API_URL must be."""

    def __enter__(self) -> Self:
        description()
        return super().__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None, at: TracebackType | None
    ) -> None:
        super().__exit__(kind, err, at)
        assert self.departures == []

    @property
    def writes(self) -> list[str]:
        """Method and path of every request so far that may have changed something."""
        return [f"{one.method} {one.path}" for one in self.seen if one.writes]

    def pushed(self, login: str) -> None:
        """Hear that an account pushed to the store's git repository."""
        with self._lock:
            self.store.pushed(account_of(login))

    def answer(self, heard: "Heard") -> Answer | Fault:
        """What a request comes to."""
        with self._lock:
            seen = Seen(len(self.seen) + 1, heard.method, heard.path)
            self.seen.append(seen)
        fault = self.faults(seen)  # without the lock: it may push, or ask this server
        with self._lock:
            if fault is None:
                return self._carry_out(heard)
            if fault.done:
                self._carry_out(heard)
            return fault

    def _carry_out(self, heard: "Heard") -> Answer:
        account = TOKENS.get(heard.token)
        if account is None:
            return refused(401, "Bad credentials")
        found = description().operation(heard.method, heard.path)
        if found is None:
            return self._departed(heard, ["no such operation here"])
        operation, arguments = found
        if f"{arguments['owner']}/{arguments['repo']}" != self.store.name:
            return refused(404, "Not Found")
        problems = description().problems_of_request(
            operation, heard.path, heard.query, heard.content_type, heard.body
        )
        if problems:
            return self._departed(heard, problems)
        answer = HANDLERS[operation.id](self.store, self._request(heard, arguments, account))
        said = Answered(answer.status, _encoded(answer.body), Headers(answer.headers or {}))
        problems = description().problems_of_answer(operation, heard.path, said)
        return self._departed(heard, problems) if problems else answer

    def _departed(self, heard: "Heard", problems: list[str]) -> Answer:
        self.departures += [f"{heard.method} {heard.path}: {problem}" for problem in problems]
        return refused(422, "; ".join(problems))

    def _request(self, heard: "Heard", arguments: Mapping[str, str], account: Account) -> Request:
        is_json = heard.content_type == "application/json" and heard.body
        body = json.loads(heard.body) if is_json else {}
        return Request(arguments, dict(parse_qsl(heard.query)), body, heard.body, account, self.url)


@dataclass(frozen=True)
class Heard:
    """A request as it came over the wire."""

    method: str
    path: str
    query: str
    token: str
    content_type: str
    body: bytes


def _handler(github: LoopbackGitHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """HTTP/1.0: a connection per request."""

        def _serve(self) -> None:
            url = urlsplit(self.path)
            heard = Heard(
                self.command,
                url.path,
                url.query,
                self.headers.get("Authorization", "").removeprefix("Bearer "),
                self.headers.get("Content-Type", ""),
                self.rfile.read(int(self.headers.get("Content-Length", 0))),
            )
            said = github.answer(heard)
            with suppress(ConnectionError):
                self._say(said)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815 - the library's

        def _say(self, said: Answer | Fault) -> None:
            if said.status == 0:
                self.connection.close()
                return
            body = said.body if isinstance(said, Fault) else _encoded(said.body)
            self.send_response(said.status)
            for name, value in (said.headers or {}).items():
                self.send_header(name, value)
            if body:
                self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


def _encoded(body: Any) -> bytes:
    return b"" if body is None else json.dumps(body).encode()
