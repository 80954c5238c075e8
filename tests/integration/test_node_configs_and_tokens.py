"""Config units are asked as they were measured, and tokens come from where endpoints.yaml says."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fedfuse.node.backends import Backends
from fedfuse.node.node import Node
from fedfuse.node.reply import Failure, Reply
from tests.support.asked_members import TEXTGEN, asked, looked, node_at, serving
from tests.support.model_server import Answer, chat, listing, model_server, status
from tests.support.node_release import VOTING, endpoints

CONFIG = {
    "prompt.json": json.dumps(
        {"system": "Be brief. {rules}", "examples": [{"user": "q", "assistant": "a"}]}
        | {"note": "Now:", "user": "Q: {prompt}"}
    ).encode(),
    "decoding.json": b'{"max_tokens": 16, "temperature": 0.5, "stop": ["x"]}',
}


def config_node(root: Path, **changed: bytes) -> Node:
    folder = root / "artifact"
    folder.mkdir()
    for name, body in {**CONFIG, **changed}.items():
        (folder / name).write_bytes(body)
    return node_at(root, config_files=CONFIG, voting=VOTING)


def test_a_config_unit_is_asked_as_it_was_measured(tmp_path: Path) -> None:
    node = config_node(tmp_path)
    turns = [("system", "Rule."), ("user", "one"), ("assistant", "two"), ("user", "{rules}?")]
    request = {"messages": [{"role": role, "content": text} for role, text in turns]}
    with serving(TEXTGEN) as server:
        endpoints(tmp_path, server.url, configs={TEXTGEN: "artifact"})
        more = {"temperature": 2, "max_tokens": 9, "seed": 7, "stop": ["y"]}
        assert isinstance(asked(tmp_path, node, {**request, **more}), Reply)
    (heard,) = server.asked
    assert [(turn["role"], turn["content"]) for turn in heard["messages"]] == [
        ("system", "Be brief. Rule."),
        ("user", "q"),
        ("assistant", "a"),
        ("user", "one"),
        ("assistant", "two"),
        ("system", "Now:"),
        ("user", "Q: {rules}?"),
    ]
    assert (heard["temperature"], heard["max_tokens"], heard["seed"]) == (0.5, 9, 7)
    assert heard["stop"] == ["x", "y"]


@pytest.mark.parametrize(
    ("configs", "changed", "said"),
    [
        ({}, {}, "has no folder of"),
        ({TEXTGEN: "gone"}, {}, "No such file"),
        ({TEXTGEN: "artifact"}, {"decoding.json": b"{}"}, "is not the file of"),
    ],
)
def test_a_config_that_is_not_what_was_released_keeps_its_release_back(
    tmp_path: Path, configs: Mapping[str, str], changed: Mapping[str, bytes], said: str
) -> None:
    node = config_node(tmp_path, **changed)

    async def missing(backends: Backends) -> tuple[str, ...]:
        return backends.missing(node.release)

    with serving(TEXTGEN) as server:
        endpoints(tmp_path, server.url, **({"configs": configs} if configs else {}))
        assert said in looked(tmp_path, missing)[0]
        assert isinstance(asked(tmp_path, node), Failure)
    assert server.asked == []


COMMAND = [sys.executable, "-c", "print('from-command')"]


@pytest.mark.parametrize(
    ("source", "sent"),
    [
        ({"env": "NODE_TOKEN"}, "Bearer from-env"),
        ({"file": "token"}, "Bearer from-file"),
        ({"command": COMMAND}, "Bearer from-command"),
        ({"command": [sys.executable, "-c", "print('x'); exit(1)"]}, None),
        ({"command": [sys.executable, "-c", "print('two words')"]}, None),
        ({"command": ["no-such-program"]}, None),
        ({"file": "gone"}, None),
        ({"env": "NO_SUCH_VARIABLE"}, None),
    ],
    ids=str,
)
def test_a_token_comes_from_where_the_file_says_and_without_it_nobody_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: Mapping[str, Any], sent: str | None
) -> None:
    monkeypatch.setitem(os.environ, "NODE_TOKEN", "from-env\n")
    (tmp_path / "token").write_text("from-file\n")
    node = node_at(tmp_path)
    with serving() as server:
        serves = {TEXTGEN: "m"}
        entry = {"url": server.url, "token": source, "serves": serves}
        endpoints(tmp_path, endpoints=[entry])
        asked(tmp_path, node)
    assert [one["authorization"] for one in server.asked] == ([sent] if sent else [])


def test_a_token_that_was_refused_is_read_again(tmp_path: Path) -> None:
    node, token = node_at(tmp_path), tmp_path / "token"
    token.write_text("old")

    def answer(heard: Mapping[str, Any]) -> Answer:
        token.write_text("new")
        return chat("hello") if heard["authorization"] == "Bearer new" else status(401)

    with model_server(answer) as server:
        server.models = listing(TEXTGEN)
        endpoints(tmp_path, endpoints=[{"url": server.url, "token": {"file": "token"}}])
        assert isinstance(asked(tmp_path, node, times=2), Reply)
    assert [one["authorization"] for one in server.asked] == ["Bearer old", "Bearer new"]
