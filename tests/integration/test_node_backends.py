"""Asking real servers: which of them is asked, under which name, and what counts as an answer."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

from fedfuse.adapters import endpoints_file
from fedfuse.node.backends import Backends
from fedfuse.node.breaker import FAILURES
from fedfuse.node.node import Node
from fedfuse.node.reply import Failure, Reply
from tests.support.model_server import Answer, ModelServer, chat, listing, model_server, ok, status
from tests.support.node_release import ROLES, VOTING, endpoints, land, model_id, release

TEXTGEN, EMBEDDER = model_id("hf/textgen"), model_id("gcp/embedder")
HI = {"messages": [{"role": "user", "content": "hi"}]}
T = TypeVar("T")


@contextmanager
def serving(*names: str, answer: Answer | None = None) -> Iterator[ModelServer]:
    """A server that lists these models and says the same to everybody."""
    with model_server(lambda _: answer or chat("hello")) as server:
        server.models = listing(*names)
        yield server


def node_at(root: Path, **facts: Any) -> Node:
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


def test_a_member_is_asked_only_where_its_released_version_is_served(tmp_path: Path) -> None:
    node = node_at(tmp_path, textgen=2)
    with serving(TEXTGEN) as old, serving(model_id("hf/textgen", 2)) as new:
        endpoints(tmp_path, old.url, new.url)
        assert isinstance(asked(tmp_path, node), Reply)
    assert (len(old.asked), new.asked[0]["model"]) == (0, model_id("hf/textgen", 2))


def test_a_server_that_cannot_list_ids_is_asked_by_its_own_name(tmp_path: Path) -> None:
    node = node_at(tmp_path)
    with model_server(lambda _: chat("hello")) as server:
        entry = {"url": f"{server.url}/v1/", "serves": {TEXTGEN: "tgi"}}
        endpoints(tmp_path, endpoints=[entry])
        assert isinstance(asked(tmp_path, node), Reply)
    assert (server.asked[0]["model"], server.asked[0]["path"]) == ("tgi", "/v1/chat/completions")


def test_texts_are_spoken_as_the_protocol_has_them(tmp_path: Path) -> None:
    node, data = node_at(tmp_path), ok({"data": [{"embedding": [1.0]}, {"embedding": [2.0]}]})
    with serving(EMBEDDER, answer=data) as server:
        endpoints(tmp_path, server.url)
        reply = asked(tmp_path, node, {"texts": ["a", "b"], "input_type": "query"})
    assert isinstance(reply, Reply)
    assert server.asked[0]["path"] == "/v1/embeddings"
    assert server.asked[0]["input"] == ["a", "b"]
    assert "input_type" not in server.asked[0]


@pytest.mark.parametrize(
    "answer",
    [
        status(500),
        status(401),
        status(404),
        status(429),
        status(302, Location="http://127.0.0.1:9/"),
        (200, {}, b"no json"),
        (200, {}, b"[" * 200_000),
        (200, {}, b"\xff"),
        (200, {"Content-Encoding": "gzip"}, b"{}"),
        ok([1]),
        ok({}),
        ok({"choices": []}),
        ok({"choices": [None]}),
        ok({"choices": [{"message": "hello"}]}),
        ok({"choices": [{"message": {}}, {"message": {}}]}),
        ok({"model": "acme/textgen-v2", "choices": [{"message": {"content": "x"}}]}),
    ],
    ids=str,
)
def test_what_is_no_answer_of_this_version_is_a_failure(tmp_path: Path, answer: Answer) -> None:
    node = node_at(tmp_path)
    with serving(TEXTGEN, answer=answer) as server:
        endpoints(tmp_path, server.url)
        failure = asked(tmp_path, node)
    assert isinstance(failure, Failure)
    assert failure.problem is None


@pytest.mark.parametrize("code", [400, 413, 422])
def test_a_request_that_a_model_cannot_take_is_the_clients_problem(
    tmp_path: Path, code: int
) -> None:
    node = node_at(tmp_path)
    with serving(TEXTGEN, answer=status(code)) as server:
        endpoints(tmp_path, server.url)
        failure = asked(tmp_path, node)
    assert isinstance(failure, Failure)
    assert failure.problem is not None
    assert failure.problem.message == f"{TEXTGEN} refuses this request (HTTP {code})"


EVENT = b'data: {"model": "%s", "choices": []}\n\ndata: [DONE]\n\n' % TEXTGEN.encode()
STREAM = {"Content-Type": "text/event-stream"}


@pytest.mark.parametrize("body", [EVENT, b": begin\n\n" + EVENT, b"data: [DONE]\r\n\r\n"])
def test_a_stream_comes_through_byte_for_byte(tmp_path: Path, body: bytes) -> None:
    node = node_at(tmp_path)
    with serving(TEXTGEN, answer=(200, STREAM, body)) as server:
        endpoints(tmp_path, server.url)
        assert asked(tmp_path, node, stream=True) == Reply(body)
    assert server.asked[0]["stream"] is True


@pytest.mark.parametrize(
    "answer",
    [(200, STREAM, b""), (200, STREAM, EVENT.replace(b"v1", b"v2")), (200, {}, EVENT), status(500)],
    ids=str,
)
def test_a_stream_that_does_not_begin_as_one_is_a_failure(tmp_path: Path, answer: Answer) -> None:
    node = node_at(tmp_path)
    with serving(TEXTGEN, answer=answer) as server:
        endpoints(tmp_path, server.url)
        assert isinstance(asked(tmp_path, node, stream=True), Failure)


def test_a_server_that_keeps_failing_is_left_alone_for_a_while(tmp_path: Path) -> None:
    node = node_at(tmp_path)
    with serving(TEXTGEN, answer=status(500)) as server:
        endpoints(tmp_path, server.url)
        assert isinstance(asked(tmp_path, node, times=FAILURES + 5), Failure)
    assert len(server.asked) == FAILURES


def test_a_second_server_of_the_same_version_answers_for_the_first(tmp_path: Path) -> None:
    node = node_at(tmp_path)
    with serving(TEXTGEN, answer=status(500)) as one, serving(TEXTGEN) as two:
        endpoints(tmp_path, one.url, two.url)
        assert isinstance(asked(tmp_path, node), Reply)
    assert (len(one.asked), len(two.asked)) == (1, 1)


def test_nothing_is_missing_when_every_target_and_the_quorum_answer(tmp_path: Path) -> None:
    node = node_at(tmp_path)
    with ExitStack() as stack:
        units = [unit for unit in ROLES if unit not in {"aws/distilled", "aws/judge-c"}]
        made = [stack.enter_context(serving(model_id(unit))) for unit in units]
        endpoints(tmp_path, *(server.url for server in made))

        async def missing(backends: Backends) -> tuple[str, ...]:
            return backends.missing(node.release)

        assert looked(tmp_path, missing) == ()
        made[units.index("gcp/judge-b")].models = listing("other")
        made[units.index("gcp/embedder")].stop()
        assert looked(tmp_path, missing) == (
            f"search: no endpoint serves {EMBEDDER}",
            f"vote: no endpoint serves {model_id('gcp/judge-b')}",
            f"vote: no endpoint serves {model_id('aws/judge-c')}",
        )


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
