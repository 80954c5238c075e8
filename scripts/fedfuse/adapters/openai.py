"""The only speaker of the OpenAI-compatible protocol: chat completions and embeddings."""

import importlib
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

from fedfuse.errors import RemoteError

_ATTEMPTS = 5
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
_REFUSED = frozenset({401, 403})
_RETRIED = frozenset({408, 409, 429, *range(500, 600)})
_Answer: TypeAlias = tuple[Mapping[str, Any], float]


@dataclass(frozen=True, slots=True)
class Reply:
    """A finished chat completion."""

    text: str
    latency_ms: float
    """Wall time of the request that succeeded; earlier attempts and pauses do not count."""
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class Embedded:
    """Vectors in the order of the texts."""

    vectors: tuple[tuple[float, ...], ...]
    latency_ms: float
    input_tokens: int


@dataclass(frozen=True, slots=True)
class Failure:
    """The server is there but did not answer this request, also when asked again."""

    reason: str
    latency_ms: float
    """Wall time of the last attempt."""


@dataclass(frozen=True, slots=True)
class _Setback:
    """One attempt that brought no answer."""

    reason: str
    latency_ms: float
    unreachable: bool = False
    final: bool = False
    """Asking again would change nothing."""
    retry_after_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is served."""

    url: str
    """Base address, with or without the final `/v1`."""
    model: str
    api_key: str = ""
    key_variable: str = "FEDFUSE_API_KEY"
    """Environment variable that the key came from, for messages only."""
    timeout_seconds: float = 120.0

    @property
    def base(self) -> str:
        """The address up to and including `/v1`."""
        return f"{self.url.rstrip('/').removesuffix('/v1')}/v1"


class Client:
    """Connections to one endpoint; safe to share between threads.

    A request that meets 408, 409, 429, 5xx or a broken connection is sent again after a pause that
    doubles from half a second (or what `Retry-After` asks for, at most 30 seconds), five times in
    all. What then still fails is a `Failure`, except that a server which cannot be reached, refuses
    the key or does not know the address or model is a RemoteError.
    """

    def __init__(self, endpoint: Endpoint, *, pause: Callable[[float], None] = time.sleep) -> None:
        self._http = importlib.import_module("httpx2")  # 60 ms that only evaluation pays
        self._endpoint = endpoint
        self._pause = pause
        key = endpoint.api_key
        self._client = self._http.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=endpoint.timeout_seconds,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def chat(
        self, messages: Sequence[Mapping[str, str]], *, options: Mapping[str, Any]
    ) -> Reply | Failure:
        """Complete a conversation. Raises RemoteError as the class says."""
        answer = self._post("chat/completions", {"messages": list(messages), **options})
        if isinstance(answer, Failure):
            return answer
        body, latency_ms = answer
        try:
            text = body["choices"][0]["message"]["content"] or ""
        except (LookupError, TypeError):
            return Failure("the answer holds no message", latency_ms)
        if not isinstance(text, str):
            return Failure("the answer's message is no text", latency_ms)
        return Reply(text, latency_ms, self._usage(body, "prompt"), self._usage(body, "completion"))

    def embed(self, texts: Sequence[str], *, options: Mapping[str, Any]) -> Embedded | Failure:
        """Embed the texts in one request. Raises RemoteError as the class says."""
        answer = self._post("embeddings", {"input": list(texts), **options})
        if isinstance(answer, Failure):
            return answer
        body, latency_ms = answer
        try:
            ordered = sorted(body["data"], key=lambda entry: int(entry["index"]))
            vectors = tuple(tuple(map(float, entry["embedding"])) for entry in ordered)
        except (LookupError, TypeError, ValueError):
            return Failure("the answer holds no embeddings", latency_ms)
        if len(vectors) != len(texts) or len({len(vector) for vector in vectors}) != 1:
            return Failure("the answer does not hold one embedding per text", latency_ms)
        if not all(math.isfinite(number) for vector in vectors for number in vector):
            return Failure("an embedding holds a number that is not finite", latency_ms)
        return Embedded(vectors, latency_ms, self._usage(body, "prompt"))

    def _post(self, path: str, body: Mapping[str, Any]) -> _Answer | Failure:
        """The JSON object that the server answers, and how long it took in milliseconds."""
        said = self._attempt(path, body)
        attempts, pause = 1, _FIRST_PAUSE_SECONDS
        while isinstance(said, _Setback) and not said.final and attempts < _ATTEMPTS:
            self._pause(max(pause, said.retry_after_seconds))
            said = self._attempt(path, body)
            attempts, pause = attempts + 1, pause * 2
        return self._given_up(said) if isinstance(said, _Setback) else said

    def _given_up(self, setback: _Setback) -> Failure:
        if setback.unreachable:
            raise RemoteError(
                f"{self._endpoint.base} cannot be reached ({setback.reason})",
                fix="start the server, then run the same command again: it resumes",
            )
        return Failure(setback.reason, setback.latency_ms)

    def _attempt(self, path: str, body: Mapping[str, Any]) -> _Answer | _Setback:
        url = f"{self._endpoint.base}/{path}"
        started = time.perf_counter()
        try:
            response = self._client.post(url, json={"model": self._endpoint.model, **body})
        except self._http.ReadTimeout:
            return _Setback("timeout", _since(started))
        except (self._http.TransportError, self._http.InvalidURL) as err:
            return _Setback(f"{type(err).__name__}: {err}", _since(started), unreachable=True)
        latency_ms = _since(started)
        if response.status_code != 200:
            self._refuse_hopeless(response.status_code)
            return _Setback(
                f"HTTP {response.status_code}",
                latency_ms,
                final=response.status_code not in _RETRIED,
                retry_after_seconds=_retry_after(response.headers.get("Retry-After", "")),
            )
        try:
            answer = response.json()
        except (ValueError, RecursionError):
            return _Setback("the answer is no JSON", latency_ms)
        if not isinstance(answer, dict):
            return _Setback("the answer is no JSON object", latency_ms)
        return answer, latency_ms

    def _refuse_hopeless(self, status: int) -> None:
        base, model = self._endpoint.base, self._endpoint.model
        if status in _REFUSED:
            raise RemoteError(
                f"{base} refuses the key (HTTP {status})",
                fix=f"export {self._endpoint.key_variable}=... with a key this server accepts",
            )
        if status == 404:
            raise RemoteError(
                f"{base} does not know this address or the model {model!r} (HTTP 404)",
                fix="correct --endpoint and --model",
            )

    def _usage(self, body: Mapping[str, Any], what: str) -> int:
        usage = body.get("usage")
        tokens = usage.get(f"{what}_tokens") if isinstance(usage, dict) else None
        if not isinstance(tokens, int) or tokens < 0:
            raise RemoteError(
                f"{self._endpoint.base} reports no token usage, so no cost can be computed",
                fix="use a server that fills `usage` in its answers",
            )
        return tokens


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def _retry_after(header: str) -> float:
    """The pause a server asks for in seconds; 0 for the date form, bounded for all."""
    return min(float(header), _LONGEST_PAUSE_SECONDS) if header.isdecimal() else 0.0
