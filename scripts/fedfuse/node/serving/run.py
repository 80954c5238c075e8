"""Runs a node: binds its address, follows what is to serve, and drains when it is told to stop."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from fedfuse.adapters.endpoints_file import Endpoints
from fedfuse.errors import FedfuseError
from fedfuse.node.backends import Backends
from fedfuse.node.serving import DRAIN_SECONDS
from fedfuse.node.serving.app import Gateway, app
from fedfuse.node.serving.metrics import Metrics
from fedfuse.node.serving.standing import Standing

_FOLLOW_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Service:
    """What is to be run."""

    root: Path
    """The folder that `fedfuse pull` fills."""
    endpoints: Endpoints
    say: Callable[[Mapping[str, Any]], None]
    """Gets each event as one value without any text of clients or models."""
    key: str = ""
    follow: Callable[[], tuple[str, ...]] | None = None
    """Pulls what a channel names and moves `current`; says what was refused."""

    def run(self, listening: socket.socket) -> None:
        """Serve until SIGTERM or SIGINT; requests that have begun then still end."""
        gc.freeze()  # what is loaded lives until the end; what requests leave behind must not
        gc.set_threshold(700, 10, 10)
        before = signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn raises it again
        try:
            asyncio.run(self._run(listening))
        finally:
            signal.signal(signal.SIGTERM, before)

    async def looked(self) -> Standing:
        """What would serve now, after one look at the backends."""
        async with self._standing(Metrics()) as standing:
            await standing.look()
            return standing

    async def _run(self, listening: socket.socket) -> None:
        metrics = Metrics()
        async with self._standing(metrics) as standing:
            gateway = Gateway(standing, standing.backends, metrics, self.say, self.key)
            server = uvicorn.Server(_config(gateway))
            tasks = [asyncio.create_task(standing.watch())]
            if self.follow:
                tasks.append(asyncio.create_task(self._follow(self.follow)))
            try:
                await server.serve(sockets=[listening])
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    @contextlib.asynccontextmanager
    async def _standing(self, metrics: Metrics) -> AsyncIterator[Standing]:
        async with Backends(self.endpoints) as backends:
            yield Standing(self.root, backends, begin=metrics.begin, say=self.say)

    async def _follow(self, follow: Callable[[], tuple[str, ...]]) -> None:
        """Pull for ever; what goes wrong is said once, and what serves goes on."""
        said: tuple[str, ...] = ()
        while True:
            try:
                problems = await asyncio.to_thread(follow)
            except FedfuseError as err:
                problems = (err.what,)
            if problems not in {(), said}:
                self.say({"event": "follow", "problems": list(problems)})
            said = problems
            await asyncio.sleep(_FOLLOW_SECONDS)


def _config(gateway: Gateway) -> uvicorn.Config:
    return uvicorn.Config(
        app(gateway),
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )


@contextlib.contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens. Raises FedfuseError where that is not possible.

    It names its protocol: without that asyncio leaves Nagle's algorithm on, and an answer waits
    40 ms for an acknowledgement.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((host, port))
            listening.listen(1024)
        except (OSError, OverflowError) as err:
            raise FedfuseError(
                f"cannot listen on {host} port {port}: {err}", fix="name another --host or --port"
            ) from err
        yield listening
