"""GitHub's way of speaking HTTP: authentication, pages, rate limits, and when to ask again."""

import importlib
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, Self
from urllib.parse import urlsplit

from fedfuse import __version__
from fedfuse.adapters.github_refusal import TOKEN_FIX, already_exists, refusal
from fedfuse.errors import RemoteError
from fedfuse.model.github import Written

PUBLIC_API = "https://api.github.com"
_TOKEN = re.compile(r"[!-~]{4,}")
_ATTEMPTS = 5
_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 120.0
_UNNAMED_LIMIT_SECONDS = 60.0
"""GitHub asks for at least a minute when a secondary limit names no time."""
_TIMEOUT_SECONDS = 60.0
_MAX_PAGES = 100
_LOOK = frozenset({409})
"""Statuses by which a create may have lost a race: what is there now decides."""


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    url: str
    repeatable: bool
    """Whether doing it twice is the same as doing it once."""
    query: Mapping[str, Any]
    json: Any = None
    data: bytes | None = None

    @property
    def what(self) -> str:
        """How messages call it."""
        return f"{self.method} {urlsplit(self.url).path}"


@dataclass(frozen=True, slots=True)
class _Setback:
    """One attempt that brought no answer."""

    reason: str
    in_doubt: bool
    """Whether it may have been carried out all the same."""
    pause_seconds: float = 0.0


class Session:
    """An authenticated connection to one GitHub; a context manager.

    A request that GitHub refuses for its rate is sent again after the time GitHub names, at most
    two minutes. One that meets 5xx or a broken connection is sent again, after a pause that
    doubles from a second, if that cannot do anything twice. Five times in all. Every other trouble
    is a RemoteError with its fix; no exception of the client, and never the token, leaves here.
    """

    def __init__(
        self,
        api: str,
        token: str,
        *,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`clock` gives seconds since the epoch. Raises RemoteError for what can be no token."""
        if not _TOKEN.fullmatch(token):
            state = "holds what no token is" if token else "is not set"
            raise RemoteError(f"GITHUB_TOKEN {state}", fix=TOKEN_FIX)
        self._http = importlib.import_module("httpx2")  # 60 ms that only GitHub commands pay
        self._api = api.rstrip("/")
        self._pause, self._clock = pause, clock
        self._client = self._http.Client(
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {token}",
                "User-Agent": f"fedfuse/{__version__}",
                "X-GitHub-Api-Version": "2022-11-28",
            },
            timeout=_TIMEOUT_SECONDS,
            mounts={"all://127.0.0.1": None},  # a proxy of the environment is not for loopback
        )

    @classmethod
    def of_environment(cls) -> "Session":
        """The GitHub that GITHUB_API_URL names (default: github.com), with GITHUB_TOKEN."""
        api = os.environ.get("GITHUB_API_URL", "") or PUBLIC_API
        return cls(api, os.environ.get("GITHUB_TOKEN", "").strip())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    @property
    def host(self) -> str:
        """The API's host, for messages."""
        return urlsplit(self._api).hostname or self._api

    def get(self, path: str, **query: str | int) -> Any:
        """What a path holds."""
        return self._done(_Request("GET", self._api + path, repeatable=True, query=query))

    def find(self, path: str) -> Any | None:
        """What a path holds; None when there is nothing, or nothing that the token may see."""
        request = _Request("GET", self._api + path, repeatable=True, query={})
        response = self._answered(request)
        return None if response.status_code == 404 else self._body(request, response)

    def pages(self, path: str, *, key: str = "", **query: str | int) -> Iterator[Any]:
        """Every item of a list, or of the list under a key, from all its pages.

        Pages are counted, links never followed: a token goes only where it was sent. Raises
        RemoteError beyond 10,000 items.
        """
        for page in range(1, _MAX_PAGES + 1):
            asked = {**query, "per_page": 100, "page": page}
            request = _Request("GET", self._api + path, repeatable=True, query=asked)
            response = self._answered(request)
            body = self._body(request, response)
            yield from body[key] if key else body
            if 'rel="next"' not in response.headers.get("link", ""):
                return
        raise RemoteError(f"{self.host} lists more than {_MAX_PAGES * 100:,} items at {path}")

    def change(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """A write that leaves the same behind however often it is sent."""
        return self._done(_Request(method, self._api + path, repeatable=True, query={}, json=body))

    def delete(self, path: str) -> None:
        """Make sure there is nothing at a path."""
        request = _Request("DELETE", self._api + path, repeatable=True, query={})
        response = self._answered(request)
        if response.status_code != 404:
            self._body(request, response)

    def once(self, method: str, path: str, body: Mapping[str, Any]) -> Written[Any]:
        """A write that must not happen twice: what came of it, or that nobody knows."""
        return self._once(_Request(method, self._api + path, repeatable=False, query={}, json=body))

    def upload(self, url: str, name: str, data: bytes) -> Written[Any]:
        """Upload a file to the address a release names (a template, whose braces are left out).

        Raises RemoteError when the address leads to another host than GitHub's own.
        """
        place = url.partition("{")[0]
        own, there = urlsplit(self._api), urlsplit(place)
        uploads = f"uploads.{own.netloc.removeprefix('api.')}"
        if there.scheme != own.scheme or there.netloc not in {own.netloc, uploads}:
            raise RemoteError(f"{self.host} wants uploads at another host: not sent there")
        return self._once(
            _Request("POST", place, repeatable=False, query={"name": name}, data=data)
        )

    def _done(self, request: _Request) -> Any:
        return self._body(request, self._answered(request))

    def _once(self, request: _Request) -> Written[Any]:
        said = self._send(request)
        if isinstance(said, _Setback):
            if said.in_doubt:
                return Written(None, said.reason)
            self._unreachable(said.reason)
        if said.status_code in _LOOK or already_exists(said):
            return Written(None, f"HTTP {said.status_code}")
        return Written(self._body(request, said))

    def _answered(self, request: _Request) -> Any:
        said = self._send(request)
        return self._unreachable(said.reason) if isinstance(said, _Setback) else said

    def _send(self, request: _Request) -> Any:
        """The response, or the last of the setbacks."""
        said = self._attempt(request)
        for number in range(_ATTEMPTS - 1):
            if not isinstance(said, _Setback) or (said.in_doubt and not request.repeatable):
                break
            self._pause(said.pause_seconds or _FIRST_PAUSE_SECONDS * 2**number)
            said = self._attempt(request)
        return said

    def _attempt(self, request: _Request) -> Any:
        content = {"Content-Type": "application/octet-stream"} if request.data is not None else {}
        try:
            response = self._client.request(
                request.method,
                request.url,
                params=dict(request.query) or None,
                json=request.json,
                content=request.data,
                headers=content,
            )
        except (self._http.ConnectError, self._http.ConnectTimeout) as err:
            return _Setback(type(err).__name__, in_doubt=False)
        except (self._http.HTTPError, self._http.InvalidURL) as err:
            return _Setback(type(err).__name__, in_doubt=True)
        if (seconds := self._limited(response)) is not None:
            self._refuse_long_pause(seconds)
            return _Setback("its rate limit", in_doubt=False, pause_seconds=seconds)
        if response.status_code >= 500:
            return _Setback(f"HTTP {response.status_code}", in_doubt=True)
        return response

    def _limited(self, response: Any) -> float | None:
        """How many seconds to wait before asking again; None when no limit was met."""
        if response.status_code not in {403, 429}:
            return None
        headers = response.headers
        if headers.get("retry-after", "").isdecimal():
            return float(headers["retry-after"])
        if headers.get("x-ratelimit-remaining") == "0":
            reset = headers.get("x-ratelimit-reset", "")
            return max(0.0, float(reset) - self._clock()) + 1 if reset.isdecimal() else None
        unnamed = response.status_code == 429 or "secondary rate limit" in response.text
        return _UNNAMED_LIMIT_SECONDS if unnamed else None

    def _refuse_long_pause(self, seconds: float) -> None:
        if seconds > _LONGEST_PAUSE_SECONDS:
            minutes = f"{seconds / 60:,.0f} minutes"
            raise RemoteError(
                f"the rate limit of {self.host} is used up for {minutes}",
                fix=f"run the same command in {minutes}",
            )

    def _body(self, request: _Request, response: Any) -> Any:
        if not response.is_success:
            raise refusal(self.host, request.what, response)
        if response.status_code == 204:
            return None
        try:
            return response.json()
        except (ValueError, RecursionError) as err:
            raise RemoteError(f"{self.host} answers {request.what} with no JSON") from err

    def _unreachable(self, reason: str) -> NoReturn:
        raise RemoteError(
            f"{self.host} cannot be reached ({reason})", fix="run the same command again later"
        )
