"""A node under traffic: backends die, releases are switched, and every answer is right."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.bundles import tag_of
from tests.support.model_backend import Backend, backends
from tests.support.node_release import ROLES, endpoints, land, model_id, release
from tests.support.served_node import ServedNode, served, urls

ONE, TWO = tag_of("1.0.0"), tag_of("1.1.0")
TARGET = {ONE: model_id("hf/textgen", 1), TWO: model_id("hf/textgen", 2)}
FALLBACK, JUDGE = model_id("aws/distilled"), model_id("gcp/judge-b")
AT_ONCE = 8
Labels = frozenset[tuple[str, str]]


@dataclass
class Driver:
    """Sends requests, eight at once, and judges each answer as it comes."""

    node: ServedNode
    client: httpx2.AsyncClient
    sent: int = 0
    answered: Counter[str] = field(default_factory=Counter)
    """By release."""
    voted: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    async def traffic(self, until: int, step: Callable[[], Awaitable[None]]) -> None:
        """Requests up to a number, while something happens to the node."""
        await asyncio.gather(step(), *(self._work(until) for _ in range(AT_ONCE)))

    async def _work(self, until: int) -> None:
        while self.sent < until:
            number, self.sent = self.sent, self.sent + 1
            is_voted = number % 5 == 0
            words = "bomb" if is_voted and number % 10 == 0 else "hello"
            body = {
                "messages": [{"role": "user", "content": f"{words} {number}"}],
                "prompt_type": "sensitive" if is_voted else "chat",
            }
            got = await self.client.post(f"{self.node.url}/v1/chat/completions", json=body)
            self._judge(got, f"{words} {number}", is_voted=is_voted)

    def _judge(self, got: httpx2.Response, prompt: str, *, is_voted: bool) -> None:
        tag, unit = got.headers["x-fedfuse-release"], got.headers.get("x-fedfuse-unit", "")
        vote = got.headers.get("x-fedfuse-vote", "")
        self.answered[tag] += 1
        self.voted[tag] += is_voted
        self.units[unit] += 1
        choice = got.json()["choices"][0]
        if prompt.startswith("bomb"):
            kept_back = choice["message"]["content"] is None
            is_right = kept_back and (vote, choice["finish_reason"]) == ("refuse", "content_filter")
        else:
            is_right = choice["message"]["content"] == f"{unit}: {prompt}"
            is_right &= unit in {TARGET[tag], FALLBACK} and vote == ("allow" if is_voted else "")
        if got.status_code != 200 or not is_right:
            self.wrong.append(f"{got.status_code} {dict(got.headers)} {got.text}")


@pytest.mark.slow
def test_a_thousand_requests_are_right_while_backends_die_and_releases_are_switched(
    tmp_path: Path,
) -> None:
    land(tmp_path, release("1.1.0", textgen=2))
    land(tmp_path, release("1.0.0"))
    names = [*(model_id(unit) for unit in ROLES), TARGET[TWO]]
    with backends(*names) as running:
        endpoints(tmp_path, *urls(running))
        with served(tmp_path) as node:
            assert node.event("serving")["release"] == ONE
            driver = asyncio.run(_scenario(node, tmp_path, running))
            counted = _counters(node)
    assert driver.wrong == []
    assert sum(driver.answered.values()) == 1000
    assert driver.answered[TWO] > 600, "the first switch came before the kill"
    assert driver.units[FALLBACK] > 0, "somebody answered for the one that was killed"
    for tag in (ONE, TWO):
        for objective, count in (("availability", driver.answered), ("safety", driver.voted)):
            labels = frozenset({("release", tag), ("objective", objective)})
            assert counted["fedfuse_slo_requests_total"][labels] == count[tag]
            assert counted["fedfuse_slo_good_requests_total"][labels] == count[tag]
        timed = counted["fedfuse_request_duration_seconds_count"]
        assert timed[frozenset({("release", tag)})] == driver.answered[tag]


async def _scenario(node: ServedNode, root: Path, running: Mapping[str, Backend]) -> Driver:
    async def nothing() -> None:
        """Plain traffic."""

    async def switch(version: str, textgen: int) -> None:
        await asyncio.to_thread(land, root, release(version, textgen=textgen))
        said = await asyncio.to_thread(node.event, "serving")
        assert said["release"] == tag_of(version)

    async def kill() -> None:
        await asyncio.gather(*(asyncio.to_thread(running[n].kill) for n in (TARGET[TWO], JUDGE)))

    async def restart() -> None:
        for name in (TARGET[TWO], JUDGE):
            await asyncio.to_thread(running[name].restart)

    async with httpx2.AsyncClient(timeout=30) as client:
        driver = Driver(node, client)
        await driver.traffic(100, nothing)
        await driver.traffic(250, lambda: switch("1.1.0", 2))
        await driver.traffic(600, kill)
        await driver.traffic(900, restart)
        await driver.traffic(950, lambda: switch("1.0.0", 1))
        await driver.traffic(1000, nothing)
    return driver


def _counters(node: ServedNode) -> dict[str, dict[Labels, float]]:
    found: dict[str, dict[Labels, float]] = {}
    for family in text_string_to_metric_families(node.get("/metrics").text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[frozenset(sample.labels.items())] = sample.value
    return found
