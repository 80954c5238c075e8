"""Speaks the OpenAI-compatible protocol for a node: many requests at once, streams, no retries."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx2

from fedfuse.adapters.bearer import Bearer
from fedfuse.adapters.endpoints_file import Endpoint

MAX_ANSWER_BYTES = 32 * 1024 * 1024
_CLIENT_ERRORS = frozenset({400, 413, 422})
_EVENT_END = re.compile(rb"\r?\n\r?\n")
_FIRST_EVENT_BYTES = 64 * 1024
_IDLE_SECONDS = 2.0
"""A connection that was idle for longer may be about to be closed by the server."""


class TroubleError(Exception):
    """The server did not answer; the text says why, in our own words only."""

    def __init__(self, reason: str, *, status: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        """HTTP status by which the server says that the request itself is wrong; else 0."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A finished answer."""

    raw: bytes
    body: Mapping[str, Any]


class AsyncServer:
    """Connections to one endpoint, for one event loop; an asynchronous context manager."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._bearer = Bearer(endpoint.token) if endpoint.token else None
        direct = {"all://": None} if endpoint.is_loopback else {}
        self._client = httpx2.AsyncClient(
            timeout=httpx2.Timeout(endpoint.timeout_seconds, connect=2.0),
            limits=httpx2.Limits(
                max_connections=None, max_keepalive_connections=64, keepalive_expiry=_IDLE_SECONDS
            ),
            mounts=direct,  # a proxy of the environment is not for loopback
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, err: BaseException | None, at: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def models(self) -> frozenset[str] | None:
        """The names it lists; None when it cannot be reached, empty when it lists nothing."""
        try:
            async with asyncio.timeout(5):
                response = await self._open("GET", "models", None)
                raw = await _read(response)
        except (TroubleError, TimeoutError) as err:
            unlisted = isinstance(err, TroubleError) and err.status in {404, 405}
            return frozenset() if unlisted else None
        try:
            return frozenset(str(model["id"]) for model in json.loads(raw)["data"])
        except (LookupError, TypeError, ValueError, RecursionError):
            return frozenset()

    async def post(self, path: str, body: Mapping[str, Any]) -> Whole:
        """A whole answer. Raises TroubleError."""
        async with _in_time(self.endpoint.timeout_seconds):
            response = await self._open("POST", path, body)
            raw = await _read(response)
        try:
            answer = json.loads(raw)
            if b"\\ud" in raw.lower():  # half a character is no text; no voter could read it
                json.dumps(answer, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as err:
            raise TroubleError("its answer is no JSON") from err
        if not isinstance(answer, dict):
            raise TroubleError("its answer is no JSON object")
        return Whole(raw, answer)

    async def stream(
        self, path: str, body: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], AsyncGenerator[bytes]]:
        """The first event, and all bytes with it. Raises TroubleError, also while they come."""
        async with _in_time(self.endpoint.timeout_seconds):
            response = await self._open("POST", path, body)
            if not response.headers.get("content-type", "").startswith("text/event-stream"):
                await response.aclose()
                raise TroubleError("it does not stream")
            chunks, begun = _chunks(response), b""
            while not _EVENT_END.search(begun) and len(begun) < _FIRST_EVENT_BYTES:
                chunk = await anext(chunks, b"")
                begun += chunk
                if not chunk:
                    break
        if not begun:
            raise TroubleError("its stream is empty")
        return _event(begun), _rest(begun, chunks)

    async def _open(
        self, method: str, path: str, body: Mapping[str, Any] | None
    ) -> httpx2.Response:
        headers = {"Accept-Encoding": "identity"}
        if self._bearer:
            token = await self._bearer.value()
            if not token:
                raise TroubleError("its token cannot be read")
            headers["Authorization"] = f"Bearer {token}"
        request = self._client.build_request(
            method, f"{self.endpoint.base}/{path}", json=body, headers=headers
        )
        try:
            response = await self._client.send(request, stream=True)
        except (httpx2.HTTPError, httpx2.InvalidURL) as err:
            raise TroubleError(type(err).__name__) from err
        status = response.status_code
        if status == 200 and response.headers.get("content-encoding", "identity") == "identity":
            return response
        await response.aclose()
        if status == 401 and self._bearer:
            self._bearer.forget()
        wrong = status in _CLIENT_ERRORS or method == "GET"
        raise TroubleError(f"HTTP {status}", status=status if wrong else 0)


@asynccontextmanager
async def _in_time(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as err:
        raise TroubleError("timeout") from err


async def _chunks(response: httpx2.Response) -> AsyncGenerator[bytes]:
    """The answer as it comes in; however that ends, the connection is free afterwards."""
    size = 0
    try:
        async for chunk in response.aiter_raw():
            size += len(chunk)
            if size > MAX_ANSWER_BYTES:
                raise TroubleError(f"it answers more than {MAX_ANSWER_BYTES} bytes")
            yield chunk
    except httpx2.HTTPError as err:
        raise TroubleError(type(err).__name__) from err
    finally:
        await response.aclose()


async def _read(response: httpx2.Response) -> bytes:
    return b"".join([chunk async for chunk in _chunks(response)])


def _event(begun: bytes) -> Mapping[str, Any]:
    """The object in the first event; empty for anything else, such as a comment."""
    try:
        value = json.loads(_EVENT_END.split(begun)[0].removeprefix(b"data:"))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


async def _rest(first: bytes, chunks: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    async with aclosing(chunks):
        yield first
        async for chunk in chunks:
            yield chunk
