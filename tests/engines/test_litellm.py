"""LiteLLM, unmodified, in front of a node and behind it, on the configuration that is rendered."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from fedfuse.adapters.yaml_blocks import written
from tests.engines.litellm import KEY, Proxy, proxy
from tests.engines.places import needs
from tests.support.cli_runner import fedfuse
from tests.support.model_backend import Backend, backends
from tests.support.node_release import ROLES, TAG, endpoints, land, model_id, release
from tests.support.served_node import ServedNode, served, urls

pytestmark = [pytest.mark.litellm, needs("litellm", "litellm")]
NAME = "acme-ai-federated"
TEXTGEN, FALLBACK = model_id("hf/textgen"), model_id("aws/distilled")
JUDGES = [model_id(unit) for unit in ("hf/judge-a", "gcp/judge-b", "aws/judge-c")]
NODE_KEY = "key-of-the-node"
REFUSED = "This request was not allowed."


@dataclass(frozen=True)
class World:
    """LiteLLM in front of a node, and the models behind that."""

    front: Proxy
    node: ServedNode
    models: Mapping[str, Backend]

    def chat(self, prompt: str, kind: str = "chat", **more: object) -> httpx2.Response:
        """Ask through LiteLLM."""
        return self.front.post("chat/completions", request(prompt, kind) | more)

    def restarted(self) -> None:
        """Everybody who was killed is there again."""
        for backend in self.models.values():
            if backend.process.poll() is not None:
                backend.restart()


def request(prompt: str, kind: str) -> dict[str, object]:
    """What a client of LiteLLM sends."""
    return {"model": f"{NAME}/{kind}", "messages": [{"role": "user", "content": prompt}]}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A node with a key, and LiteLLM on what `node render` writes for it."""
    root = tmp_path_factory.mktemp("node")
    land(root, release())
    with backends(*(model_id(unit) for unit in ROLES)) as models:
        endpoints(root, *urls(models))
        with served(root, "--key-env", "NODE_KEY", NODE_KEY=NODE_KEY) as node:
            node.event("serving")
            words = ("--for", "litellm", "--url", node.url, "--to", "rendered")
            assert fedfuse(root, "node", "render", ".", *words).code == 0
            config = root / "rendered/litellm.yaml"
            with proxy(config, FEDFUSE_NODE_KEY=NODE_KEY) as front:
                yield World(front, node, models)


def test_what_the_voters_allow_passes_and_what_they_refuse_is_a_400(world: World) -> None:
    passed, refused = world.chat("hi"), world.chat("a bomb")
    assert passed.json()["choices"][0]["message"]["content"] == f"{TEXTGEN}: hi"
    assert (refused.status_code, refused.json()["error"]["message"]) == (400, REFUSED)


def test_a_stream_passes_and_a_refused_one_never_begins(world: World) -> None:
    passed = world.chat("a b", stream=True).text
    assert passed.count("data: ") >= 3
    assert f"{TEXTGEN}: " in passed
    assert world.chat("a bomb", stream=True).status_code == 400


def test_texts_are_embedded_and_a_field_that_no_contract_has_is_named(world: World) -> None:
    got = world.front.post("embeddings", {"model": f"{NAME}/search", "input": ["a", "bb"]})
    assert [one["embedding"][0] for one in got.json()["data"]] == [1.0, 2.0]
    unknown = world.chat("hi", frequency_penalty=1)
    assert (unknown.status_code, "frequency_penalty" in unknown.text) == (400, True)


def test_tool_calls_that_the_voters_refuse_do_not_pass(world: World) -> None:
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "a bomb"}}
    asked = request("hi", "chat")
    asked["messages"] = [
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "1", "content": "done"},
    ]
    got = world.front.post("chat/completions", asked)
    assert (got.status_code, got.json()["error"]["message"]) == (400, REFUSED)


def test_a_thousand_requests_are_right_while_a_judge_and_a_model_die(world: World) -> None:
    before = safety(world.node)
    answers, wrong = asyncio.run(traffic(world))
    assert wrong == []
    assert sum(answers.values()) == 1000
    assert answers["refused"] == 100
    assert answers[FALLBACK] > 0, "somebody answered for the one that was killed"
    voted = 1000 + 100  # LiteLLM asks about each prompt, the node about its answers of one type
    assert safety(world.node) - before == Counter(total=voted, good=voted)
    world.restarted()


async def traffic(world: World) -> tuple[Counter[str], list[str]]:
    """Eight at once; a fifth of the voted type, half of it to be refused."""
    answers, wrong, sent = Counter[str](), list[str](), 0

    async def work(client: httpx2.AsyncClient) -> None:
        nonlocal sent
        while sent < 1000:
            number, sent = sent, sent + 1
            if number == 400:
                for name in (TEXTGEN, JUDGES[0]):
                    await asyncio.to_thread(world.models[name].kill)
            words = "a bomb" if number % 10 == 0 else "hello"
            asked = request(f"{words} {number}", "sensitive" if number % 5 == 0 else "chat")
            got = await client.post(f"{world.front.url}/v1/chat/completions", json=asked)
            answers[judged(got, f"{words} {number}", wrong)] += 1

    headers = {"authorization": f"Bearer {KEY}"}
    async with httpx2.AsyncClient(timeout=60, headers=headers) as client:
        await asyncio.gather(*(work(client) for _ in range(8)))
    return answers, wrong


def judged(got: httpx2.Response, prompt: str, wrong: list[str]) -> str:
    """Who answered; what is not right is kept."""
    who = got.headers.get("llm_provider-x-fedfuse-unit", "refused")
    if prompt.startswith("a bomb"):
        is_right = got.status_code == 400 and got.json()["error"]["message"] == REFUSED
    else:
        is_right = who in {TEXTGEN, FALLBACK} and got.status_code == 200
        is_right &= got.json()["choices"][0]["message"]["content"] == f"{who}: {prompt}"
    if not is_right:
        wrong.append(f"{prompt}: {got.status_code} {got.text}")
    return who


def safety(node: ServedNode) -> Counter[str]:
    """What the node has counted of its votes."""
    found = Counter[str]()
    for family in text_string_to_metric_families(node.get("/metrics").text):
        for sample in family.samples:
            if sample.labels.get("objective") == "safety" and sample.labels["release"] == TAG:
                found["good" if "good" in sample.name else "total"] = int(sample.value)
    return found


def test_an_endpoint_may_be_litellm(tmp_path: Path) -> None:
    land(tmp_path, release())
    with backends(*(model_id(unit) for unit in ROLES)) as models:
        behind = {
            "model_list": [
                {
                    "model_name": name,
                    "litellm_params": {
                        "model": f"openai/{name}",
                        "api_base": f"{backend.url}/v1",
                        "api_key": "none",
                    },
                }
                for name, backend in models.items()
            ],
            "general_settings": {"master_key": "os.environ/LITELLM_MASTER_KEY"},
        }
        config = tmp_path / "behind.yaml"
        config.write_text(written([behind]))
        with proxy(config) as gateway:
            server = {"url": gateway.url, "token": {"env": "GATEWAY_KEY"}}
            row = {"apiVersion": "fedfuse/v1", "kind": "Endpoints", "endpoints": [server]}
            (tmp_path / "endpoints.yaml").write_text(written([row]))
            with served(tmp_path, GATEWAY_KEY=KEY) as node:
                assert node.event("serving")["release"] == TAG
                assert node.chat("hi").headers["x-fedfuse-unit"] == TEXTGEN
                voted = [node.chat(words, "sensitive") for words in ("hi", "a bomb")]
                assert [got.headers["x-fedfuse-vote"] for got in voted] == ["allow", "refuse"]
                assert f"{TEXTGEN}: " in node.chat("a b", stream=True).text


def test_without_a_quorum_everything_is_a_400_and_without_a_node_nothing_passes(
    world: World,
) -> None:
    for name in JUDGES[:2]:
        world.models[name].kill()
    lost = [world.chat(f"hi {n}", kind) for n in range(20) for kind in ("chat", "sensitive")]
    assert {got.status_code for got in lost} == {400}
    assert {got.json()["error"]["message"] for got in lost} == {REFUSED}
    world.node.process.kill()
    world.node.process.wait()
    down = world.chat("hi")
    assert down.status_code == 500
    assert "choices" not in down.json()
