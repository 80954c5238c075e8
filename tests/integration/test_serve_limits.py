"""A gateway at its limits, in this process: too many at once, and streams that break."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from fedfuse.adapters import endpoints_file
from fedfuse.node.backends import Backends
from fedfuse.node.breaker import FAILURES
from fedfuse.node.serving.app import MAX_IN_FLIGHT, Gateway, app
from fedfuse.node.serving.metrics import Metrics
from fedfuse.node.serving.standing import Standing
from tests.support.asked_members import TEXTGEN, serving
from tests.support.model_server import Answer, status
from tests.support.node_release import ROUTES, TAG, endpoints, land, release

HI: dict[str, Any] = {"messages": [{"role": "user", "content": "hi"}]}
EVENT = b'data: {"choices": []}\n\n'
T = TypeVar("T")
Act = Callable[[httpx2.AsyncClient, Gateway], Awaitable[T]]


def within(root: Path, url: str, act: Act[T]) -> T:
    """What comes of something, with a gateway before one server."""
    routes = {"chat": {**ROUTES["chat"], "fallback": []}}
    land(root, release(routes=routes, voting=None))
    endpoints(root, url)

    async def run() -> T:
        metrics = Metrics()
        async with Backends(endpoints_file.read(root / "endpoints.yaml")) as backends:
            standing = Standing(
                root, backends, routers=None, begin=metrics.begin, say=lambda _: None
            )
            await standing.look()
            gateway = Gateway(standing, backends, metrics, lambda _: None)
            transport = httpx2.ASGITransport(app(gateway))
            async with httpx2.AsyncClient(transport=transport, base_url="http://[::1]") as client:
                return await act(client, gateway)

    return asyncio.run(run())


def availability(page: str) -> tuple[float, float]:
    """Good and all requests."""
    end = f'{{objective="availability",release="{TAG}"}} '
    found = {line.partition(end)[0]: line.partition(end)[2] for line in page.splitlines()}
    good, total = found["fedfuse_slo_good_requests_total"], found["fedfuse_slo_requests_total"]
    return float(good), float(total)


def test_who_comes_when_all_places_are_taken_is_told_so_and_counted(tmp_path: Path) -> None:
    async def act(client: httpx2.AsyncClient, gateway: Gateway) -> list[int]:
        gateway.in_flight = MAX_IN_FLIGHT
        full = await client.post("/v1/chat/completions", json=HI)
        gateway.in_flight -= 1
        free = await client.post("/v1/chat/completions", json=HI)
        assert gateway.in_flight == MAX_IN_FLIGHT - 1
        assert availability((await client.get("/metrics")).text) == (1, 2)
        return [full.status_code, free.status_code]

    with serving(TEXTGEN) as server:
        assert within(tmp_path, server.url, act) == [503, 200]


def test_a_stream_that_breaks_says_so_at_its_end_and_is_not_good(tmp_path: Path) -> None:
    kind = {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"}
    broken: Answer = (200, kind, b"%x\r\n%s\r\nff\r\n" % (len(EVENT), EVENT))

    async def act(client: httpx2.AsyncClient, gateway: Gateway) -> str:
        got = await client.post("/v1/chat/completions", json={**HI, "stream": True})
        assert (got.status_code, gateway.in_flight) == (200, 0)
        assert availability((await client.get("/metrics")).text) == (0, 1)
        return got.text

    with serving(TEXTGEN, answer=broken) as server:
        text = within(tmp_path, server.url, act)
    assert text.startswith(EVENT.decode())
    assert "the answer broke off" in text
    assert "[DONE]" not in text


def test_a_single_target_that_keeps_failing_is_left_alone_and_clients_hear_at_once(
    tmp_path: Path,
) -> None:
    async def act(client: httpx2.AsyncClient, _: Gateway) -> set[int]:
        got = [await client.post("/v1/chat/completions", json=HI) for _ in range(FAILURES + 4)]
        assert availability((await client.get("/metrics")).text) == (0, FAILURES + 4)
        return {one.status_code for one in got}

    with serving(TEXTGEN, answer=status(500)) as server:
        assert within(tmp_path, server.url, act) == {503}
    assert len(server.asked) == FAILURES
