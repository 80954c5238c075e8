"""The web application of a node: one function a path, and what holds for all of them."""

import asyncio
import hmac
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from fedfuse.adapters.endpoints_file import is_loopback
from fedfuse.adapters.openai_async import TroubleError
from fedfuse.model.voting import Outcome
from fedfuse.node.backends import Backends
from fedfuse.node.ballot import Held, ballot, hold
from fedfuse.node.node import Answer, Node
from fedfuse.node.release import Voting
from fedfuse.node.reply import Problem
from fedfuse.node.serving import protocol
from fedfuse.node.serving.metrics import Metrics
from fedfuse.node.serving.protocol import BadRequestError
from fedfuse.node.serving.standing import Standing

MAX_BODY_BYTES = 4 * 1024 * 1024
MAX_IN_FLIGHT = 256
_BODY_SECONDS = 30.0
_JSON = "application/json"
Trace: TypeAlias = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a client sent."""

    path: str
    """Below `/v1/`."""
    raw: Mapping[str, Any]


_Act: TypeAlias = Callable[[_Asked, Node], Awaitable[Response]]


@dataclass(slots=True)
class Gateway:
    """Answers requests with the release that stands when they come in."""

    standing: Standing
    backends: Backends
    metrics: Metrics
    trace: Trace
    """Gets one value for each vote, without any text."""
    key: str = ""
    """What a client has to show; empty for nothing."""
    in_flight: int = 0

    async def chat(self, request: Request) -> Response:
        """`POST /v1/chat/completions`."""
        return await self._guarded(request, self._answered)

    async def embeddings(self, request: Request) -> Response:
        """`POST /v1/embeddings`."""
        return await self._guarded(request, self._answered)

    async def route(self, request: Request) -> Response:
        """`POST /v1/route`: the decision and no answer."""
        return await self._guarded(request, self._routed)

    async def guardrail(self, request: Request) -> Response:
        """`POST /beta/litellm_basic_guardrail_api`: the release's vote for another gateway."""
        return await self._guarded(request, self._judged)

    async def models(self, request: Request) -> Response:
        """`GET /v1/models`: the release's name, alone and with each prompt type."""
        return await self._guarded(request, self._listed)

    async def health(self, _: Request) -> Response:
        """`GET /healthz`: the process is there."""
        return JSONResponse({"status": "ok"})

    async def ready(self, _: Request) -> Response:
        """`GET /readyz`: 200 while a release serves; what the wanted one lacks, in any case."""
        standing = self.standing
        serving = standing.node.release.tag if standing.node else None
        body = {"release": serving, "wanted": standing.wanted, "missing": list(standing.missing)}
        return JSONResponse(body, 200 if standing.is_ready else 503)

    async def counters(self, _: Request) -> Response:
        """`GET /metrics`."""
        page = self.metrics.page()
        return Response(page, media_type="text/plain; version=0.0.4; charset=utf-8")

    async def _guarded(self, request: Request, act: _Act) -> Response:
        """What holds for every request of a client: the key, a release, and its limits."""
        try:
            if problem := self._stranger(request):
                return _problem(problem)
            asked = _Asked(request.url.path.rpartition("/v1/")[2], await _read(request))
            return await self._limited(asked, act)
        except BadRequestError as err:
            return _problem(err.problem)
        except ClientDisconnect:
            return Response(status_code=400)

    async def _limited(self, asked: _Asked, act: _Act) -> Response:
        """Only so many at once; who is slow to send a body is not among them yet."""
        node = self.standing.node
        if node is None:
            return _problem(Problem(503, "no release can be served yet; GET /readyz says why"))
        if self.in_flight >= MAX_IN_FLIGHT:
            self.metrics.count(node.release.tag, "availability", is_good=False)
            return _problem(Problem(503, f"{MAX_IN_FLIGHT} requests are being answered"))
        self.in_flight += 1
        try:
            return await act(asked, node)
        finally:
            self.in_flight -= 1

    def _stranger(self, request: Request) -> Problem | None:
        """Why this client is not answered, whatever it asks."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        given = given or request.headers.get("x-api-key", "")
        if self.key and not hmac.compare_digest(given.encode(), self.key.encode()):
            return Problem(401, "the key is missing or wrong")
        if not self.key and not is_loopback(request.url.hostname or ""):
            return Problem(400, "without a key only this machine is answered, by its name")
        return None

    async def _listed(self, _: _Asked, node: Node) -> Response:
        name = node.release.name
        ids = [name, *(f"{name}/{kind}" for kind in node.release.routes)]
        data = [{"id": one, "object": "model", "created": 0, "owned_by": "fedfuse"} for one in ids]
        return JSONResponse({"object": "list", "data": data})

    async def _routed(self, asked: _Asked, node: Node) -> Response:
        path = "embeddings" if "input" in asked.raw else "chat"
        request, _ = protocol.contract_form(asked.raw, model=node.release.name, path=path)
        decision = node.decide(request)
        if isinstance(decision, Problem):
            return _problem(decision)
        return JSONResponse(protocol.decided(decision), headers=protocol.headers(decision))

    async def _judged(self, asked: _Asked, node: Node) -> Response:
        """Texts of a request, or of an answer, by the voting rule; whatever is no allow blocks."""
        voting = node.release.voting
        if voting is None:
            return _problem(Problem(503, "this release has no voting rule"))
        held = await hold(voting, ballot(*protocol.guarded(asked.raw)), self.backends.call)
        self._voted(node.release.tag, voting, held)
        if held.verdict.outcome is Outcome.ALLOW:
            return JSONResponse({"action": "NONE"})
        return JSONResponse({"action": "BLOCKED", "blocked_reason": protocol.REFUSED})

    def _voted(self, tag: str, voting: Voting, held: Held) -> None:
        """Count a vote and leave its trace."""
        is_decided = held.verdict.outcome is not Outcome.ESCALATE
        self.metrics.count(tag, "safety", is_good=is_decided)
        self.trace({"event": "vote"} | held.trace(tag, voting.digest))

    async def _answered(self, asked: _Asked, node: Node) -> Response:
        started, name, path = time.perf_counter(), node.release.name, asked.path
        request, is_stream = protocol.contract_form(asked.raw, model=name, path=path)
        answer = await node.answer(request, self.backends.call, is_stream=is_stream)
        if isinstance(answer, Problem):
            return _problem(protocol.as_spoken(answer, path))
        return self._sent(node, answer, started, is_stream=is_stream)

    def _sent(self, node: Node, answer: Answer, started: float, *, is_stream: bool) -> Response:
        tag, headers = answer.decision.release, protocol.headers(answer.decision, answer)
        if answer.held and answer.decision.voting:
            self._voted(tag, answer.decision.voting, answer.held)
        if answer.problem:
            if answer.problem.status >= 500:
                self.metrics.count(tag, "availability", is_good=False)
            return _problem(answer.problem, headers)
        reply = answer.reply
        if reply and reply.chunks:
            chunks = self._streamed(reply.chunks, answer, started)
            return StreamingResponse(chunks, headers=headers, media_type="text/event-stream")
        self.metrics.answered(tag, time.perf_counter() - started, answer.member if reply else None)
        if reply is None and node.contracts[answer.decision.route.contract].takes == "texts":
            return _problem(Problem(403, protocol.REFUSED), headers)
        body = reply.body if reply else None
        if is_stream:
            piece = protocol.one_piece(body or protocol.refusal(node.release.name))
            return Response(piece, headers=headers, media_type="text/event-stream")
        refused = json.dumps(protocol.refusal(node.release.name)).encode()
        return Response(reply.raw if reply else refused, headers=headers, media_type=_JSON)

    async def _streamed(
        self, chunks: AsyncIterator[bytes], answer: Answer, started: float
    ) -> AsyncIterator[bytes]:
        """The chunks as they come; a stream that breaks says so and is not good."""
        self.in_flight += 1
        try:
            async for chunk in chunks:
                yield chunk
        except TroubleError as err:
            self.metrics.count(answer.decision.release, "availability", is_good=False)
            said = protocol.error(Problem(503, f"the answer broke off ({err.reason})"))
            yield b"\n\ndata: " + said + b"\n\n"
        else:
            seconds = time.perf_counter() - started
            self.metrics.answered(answer.decision.release, seconds, answer.member)
        finally:
            self.in_flight -= 1


async def _read(request: Request) -> Mapping[str, Any]:
    """What was posted, within its limits; nothing of a GET. Raises BadRequestError."""
    if request.method != "POST":
        return {}
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _JSON:
        raise BadRequestError(Problem(415, f"content-type must be {_JSON}"))
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    message = f"the body is larger than {MAX_BODY_BYTES} bytes"
                    raise BadRequestError(Problem(413, message))
    except TimeoutError as err:
        message = f"the body did not come within {_BODY_SECONDS:.0f} s"
        raise BadRequestError(Problem(408, message)) from err
    return protocol.read(bytes(body))


def _problem(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    more = {"retry-after": "2"} if problem.status == 503 else {}
    more |= {"connection": "close"} if problem.status in {408, 413} else {}
    return Response(
        protocol.error(problem), problem.status, {**(headers or {}), **more}, media_type=_JSON
    )


def app(gateway: Gateway) -> Starlette:
    """All paths of a node."""
    return Starlette(
        routes=[
            Route("/v1/chat/completions", gateway.chat, methods=["POST"]),
            Route("/v1/embeddings", gateway.embeddings, methods=["POST"]),
            Route("/v1/route", gateway.route, methods=["POST"]),
            Route("/beta/litellm_basic_guardrail_api", gateway.guardrail, methods=["POST"]),
            Route("/v1/models", gateway.models),
            Route("/healthz", gateway.health),
            Route("/readyz", gateway.ready),
            Route("/metrics", gateway.counters),
        ]
    )
