"""The models that this node can reach, each asked under the name of a released version only."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from fedfuse.adapters.endpoints_file import Endpoints
from fedfuse.adapters.openai_async import AsyncServer, TroubleError
from fedfuse.errors import FedfuseError
from fedfuse.node import prompting
from fedfuse.node.breaker import Breaker
from fedfuse.node.contract import takes
from fedfuse.node.release import Member, Release
from fedfuse.node.reply import Failure, Problem, Reply
from fedfuse.suite.config import Config


@dataclass(slots=True)
class _Backend:
    server: AsyncServer
    breaker: Breaker = field(default_factory=Breaker)
    listed: frozenset[str] = frozenset()
    """What it listed when it was looked at last."""
    is_there: bool = False

    def name_of(self, member: Member) -> str:
        """What it calls a member; empty when it does not serve it."""
        serves = self.server.endpoint.serves
        if serves is not None:
            return serves.get(member.id, "")
        return member.id if member.id in self.listed else ""

    def check_name(self, answer: Mapping[str, Any], name: str) -> None:
        """Raises TroubleError for the answer of another version, where names are ours."""
        if self.server.endpoint.serves is None and answer.get("model", name) != name:
            raise TroubleError("it answers with another version")


class Backends:
    """All endpoints of a node; an asynchronous context manager."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._backends = [_Backend(AsyncServer(endpoint)) for endpoint in endpoints.servers]
        self._folders = endpoints.configs
        self._configs: dict[str, Config] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        for backend in self._backends:
            await self._stack.enter_async_context(backend.server)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, err: BaseException | None, at: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def look(self) -> None:
        """Ask every server which models it has now."""
        found = await asyncio.gather(*(backend.server.models() for backend in self._backends))
        for backend, listed in zip(self._backends, found, strict=True):
            backend.is_there = listed is not None
            if listed is not None:
                backend.listed = listed
                backend.breaker.answered()

    def missing(self, release: Release) -> tuple[str, ...]:
        """What keeps a release from being served, as of the last look; empty for nothing."""
        return (*self._routes_missing(release), *self._quorum_missing(release))

    def _routes_missing(self, release: Release) -> Iterator[str]:
        for name, route in release.routes.items():
            if problem := self._problem(route.targets[0]):
                yield f"{name}: {problem}"

    def _quorum_missing(self, release: Release) -> Iterator[str]:
        if release.voting is None:
            return
        problems = {voter.unit: self._problem(voter) for voter in release.voters}
        rule = release.voting.rule
        silent = {rule.voters[unit] for unit, problem in problems.items() if problem}
        if len(set(rule.voters.values()) - silent) < rule.quorum:
            yield from (f"vote: {problem}" for problem in problems.values() if problem)

    def is_answered(self, release: Release) -> bool:
        """Whether each route has somebody left who answers it."""
        routes = release.routes.values()
        return all(any(not self._problem(one) for one in route.targets) for route in routes)

    def _problem(self, member: Member) -> str:
        named = [backend for backend in self._backends if backend.name_of(member)]
        if not named:
            return f"no endpoint serves {member.id}"
        if not any(backend.is_there for backend in named):
            return f"{named[0].server.endpoint.base} serves {member.id} and cannot be reached"
        return self._config_problem(member)

    def _config_problem(self, member: Member) -> str:
        if member.format != prompting.FORMAT or member.id in self._configs:
            return ""
        if member.id not in self._folders:
            return f"`configs` in endpoints.yaml has no folder of {member.id}"
        try:
            self._configs[member.id] = prompting.read(member, self._folders[member.id])
        except FedfuseError as err:
            return err.what
        return ""

    async def call(
        self,
        member: Member,
        request: Mapping[str, Any],
        is_stream: bool,  # noqa: FBT001 - `fedfuse.node.reply.Call`
    ) -> Reply | Failure:
        """Ask a member wherever it is served; a Failure when no such place answers."""
        if self._config_problem(member):
            return Failure("no config")
        config = self._configs.get(member.id)
        asked = prompting.wrapped(config, request) if config else request
        failure = Failure("not served")
        for backend in self._backends:
            name = backend.name_of(member)
            if not name or backend.breaker.is_open:
                continue
            reply = await self._try(backend, name, asked, is_stream=is_stream)
            if isinstance(reply, Reply) or reply.problem:
                return reply
            failure = reply
        return failure

    async def _try(
        self, backend: _Backend, name: str, request: Mapping[str, Any], *, is_stream: bool
    ) -> Reply | Failure:
        path, body = _spoken(request, name)
        try:
            if is_stream:
                first, chunks = await backend.server.stream(path, {**body, "stream": True})
                backend.check_name(first, name)
                reply = Reply(chunks=_watched(backend.breaker, chunks))
            else:
                whole = await backend.server.post(path, body)
                backend.check_name(whole.body, name)
                _check(whole.body, request)
                reply = Reply(whole.raw, whole.body)
        except TroubleError as err:
            if err.status:
                problem = Problem(400, f"{name} refuses this request (HTTP {err.status})")
                return Failure(err.reason, problem)
            backend.breaker.failed()
            return Failure(err.reason)
        backend.breaker.answered()
        return reply


def _spoken(request: Mapping[str, Any], name: str) -> tuple[str, Mapping[str, Any]]:
    """Path and body of a request in the contract's form, as the protocol has it."""
    if takes(request) == "messages":
        return "chat/completions", {"model": name, **request}
    options = {key: request[key] for key in request if key not in {"texts", "input_type"}}
    return "embeddings", {"model": name, "input": request["texts"], **options}


def _check(body: Mapping[str, Any], request: Mapping[str, Any]) -> None:
    """Raises TroubleError for an answer of no use."""
    if takes(request) == "messages":
        choices = body.get("choices")
        is_sound = _is_list(choices, of=1) and isinstance(body["choices"][0].get("message"), dict)
    else:
        is_sound = _is_list(body.get("data"), of=len(request["texts"]))
    if not is_sound:
        raise TroubleError("its answer has another form")


def _is_list(value: Any, *, of: int) -> bool:
    """Whether it is a list of so many objects."""
    is_list = isinstance(value, list) and len(value) == of
    return is_list and all(isinstance(one, dict) for one in value)


async def _watched(breaker: Breaker, chunks: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    """The chunks; a stream that breaks counts against its server."""
    try:
        async for chunk in chunks:
            yield chunk
    except TroubleError:
        breaker.failed()
        raise
    finally:
        await chunks.aclose()
