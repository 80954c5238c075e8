"""Asking the members of a release through real servers, without a node process."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from fedfuse.adapters import endpoints_file
from fedfuse.node.backends import Backends
from fedfuse.node.node import Node
from fedfuse.node.reply import Failure, Reply
from tests.support.model_server import Answer, ModelServer, chat, listing, model_server
from tests.support.node_release import land, model_id, release

TEXTGEN = model_id("hf/textgen")
HI = {"messages": [{"role": "user", "content": "hi"}]}
T = TypeVar("T")


@contextmanager
def serving(*names: str, answer: Answer | None = None) -> Iterator[ModelServer]:
    """A server that lists these models and says the same to everybody."""
    with model_server(lambda _: answer or chat("hello")) as server:
        server.models = listing(*names)
        yield server


def node_at(root: Path, **facts: Any) -> Node:
    """A node of the release with these facts, landed in a folder."""
    return Node.load(land(root, release(**facts)))


def looked(root: Path, then: Callable[[Backends], Awaitable[T]]) -> T:
    """What comes of something, after one look at the servers of endpoints.yaml."""

    async def run() -> T:
        async with Backends(endpoints_file.read(root / "endpoints.yaml")) as backends:
            await backends.look()
            return await then(backends)

    return asyncio.run(run())


def asked(
    root: Path, node: Node, request: Mapping[str, Any] = HI, *, times: int = 1, stream: bool = False
) -> Reply | Failure:
    """What the target of the route `chat` (or `search`) answers, the last time."""
    kind = "search" if "texts" in request else "chat"

    async def call(backends: Backends) -> Reply | Failure:
        member = node.release.routes[kind].targets[0]
        replies = [await backends.call(member, request, stream) for _ in range(times)]
        if isinstance(replies[-1], Reply) and replies[-1].chunks:
            return Reply(b"".join([chunk async for chunk in replies[-1].chunks]))
        return replies[-1]

    return looked(root, call)
