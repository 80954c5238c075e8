"""The node behind HTTP: what a client may send, and what it gets."""

import json
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from fedfuse.model.slo.objective import of_registry
from fedfuse.model.slo.selectors import selectors
from fedfuse.node.serving.app import MAX_BODY_BYTES, MAX_IN_FLIGHT
from tests.support.model_backend import backends
from tests.support.node_release import ROLES, SLO, TAG, endpoints, land, model_id, release
from tests.support.served_node import ServedNode, served, urls

NAME = "acme-ai-federated"
TEXTGEN = model_id("hf/textgen")
KEY = "key-of-the-clients"
HI = {"messages": [{"role": "user", "content": "hi there"}], "prompt_type": "chat"}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedNode]:
    root = tmp_path_factory.mktemp("served")
    land(root, release())
    with backends(*(model_id(unit) for unit in ROLES)) as running:
        endpoints(root, *urls(running))
        with served(root) as node:
            assert node.event("serving")["release"] == TAG
            yield node


def post(node: ServedNode, path: str, body: Any, **headers: str | bytes) -> httpx2.Response:
    """Send a body as it is, or a value as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-").encode(): value for name, value in headers.items()}
    said = {b"content-type": "application/json", **named}
    return httpx2.post(f"{node.url}/v1/{path}", content=content, headers=_bytes(said), timeout=30)


def _bytes(headers: Mapping[bytes, str | bytes]) -> dict[bytes, bytes]:
    return {k: v if isinstance(v, bytes) else v.encode() for k, v in headers.items()}


def ours(got: httpx2.Response) -> dict[str, str]:
    """The headers that say what became of a request."""
    prefix = "x-fedfuse-"
    return {k.removeprefix(prefix): v for k, v in got.headers.items() if k.startswith(prefix)}


def test_an_answer_says_who_gave_it_and_by_which_release(node: ServedNode) -> None:
    got = node.chat("hi")
    assert got.json()["choices"][0]["message"]["content"] == f"{TEXTGEN}: hi"
    expected = {"release": TAG, "type": "chat", "score": "1.0000", "attempt": "1", "unit": TEXTGEN}
    assert ours(got) == expected


def test_a_character_may_be_spelled_in_two_halves(node: ServedNode) -> None:
    body = b'{"prompt_type": "chat", "messages": [{"role": "user", "content": "\\ud83d\\ude00"}]}'
    said = post(node, "chat/completions", body).json()["choices"][0]["message"]["content"]
    assert said == f"{TEXTGEN}: \U0001f600"


def test_a_vote_lets_an_answer_pass_or_keeps_it_back_and_leaves_a_trace(node: ServedNode) -> None:
    passed, kept = node.chat("hi", "sensitive"), node.chat("a bomb", "sensitive")
    traces = [node.event("vote"), node.event("vote")]
    assert passed.json()["choices"][0]["message"]["content"] == f"{TEXTGEN}: hi"
    (choice,) = kept.json()["choices"]
    assert (choice["finish_reason"], choice["message"]["content"]) == ("content_filter", None)
    assert choice["message"]["refusal"]
    assert [ours(got)["vote"] for got in (passed, kept)] == ["allow", "refuse"]
    assert [trace["outcome"] for trace in traces] == ["allow", "refuse"]
    assert traces[0]["release"] == TAG
    assert "bomb" not in json.dumps(traces)


def test_a_stream_comes_in_pieces_and_a_voted_one_in_one(node: ServedNode) -> None:
    plain = node.chat("a b c", stream=True).text.split("\n\n")
    voted = node.chat("a b c", "sensitive", stream=True).text.split("\n\n")
    kept = node.chat("a bomb", "sensitive", stream=True).text.split("\n\n")
    assert (len(plain), len(voted), len(kept)) == (6, 3, 3)
    assert {got[-2] for got in (plain, voted, kept)} == {"data: [DONE]"}
    (choice,) = json.loads(voted[0].removeprefix("data: "))["choices"]
    assert choice["delta"]["content"] == f"{TEXTGEN}: a b c"
    (choice,) = json.loads(kept[0].removeprefix("data: "))["choices"]
    assert (choice["delta"]["content"], choice["finish_reason"]) == (None, "content_filter")


def test_texts_are_embedded_one_or_many(node: ServedNode) -> None:
    for texts, count in (("a", 1), (["a", "bb"], 2)):
        got = post(node, "embeddings", {"input": texts, "model": NAME, "encoding_format": "float"})
        assert (got.status_code, len(got.json()["data"])) == (200, count)


def test_the_models_are_the_release_and_its_prompt_types(node: ServedNode) -> None:
    ids = [model["id"] for model in node.get("/v1/models").json()["data"]]
    assert ids == [NAME, f"{NAME}/chat", f"{NAME}/search", f"{NAME}/sensitive"]
    by_model = {"messages": HI["messages"], "model": f"{NAME}/sensitive"}
    assert ours(post(node, "chat/completions", by_model))["type"] == "sensitive"
    by_metadata = {"messages": HI["messages"], "metadata": {"prompt_type": "chat"}}
    assert ours(post(node, "chat/completions", by_metadata))["type"] == "chat"


def test_a_route_is_told_without_asking_anybody(node: ServedNode) -> None:
    assert post(node, "route", HI).json() == {
        "release": TAG,
        "prompt_type": "chat",
        "score": 1.0,
        "contract": "textgen/v1",
        "targets": [TEXTGEN, model_id("aws/distilled")],
        "is_voted": False,
    }
    assert post(node, "route", {"input": "a"}).json()["prompt_type"] == "search"


@pytest.mark.parametrize(
    ("path", "body", "status", "named"),
    [
        ("chat/completions", HI | {"frequency_penalty": 1}, 400, "frequency_penalty"),
        ("chat/completions", HI | {"tools": []}, 400, "tools"),
        ("chat/completions", HI | {"n": 2}, 400, "n "),
        ("chat/completions", HI | {"stream": "yes"}, 400, "stream"),
        ("chat/completions", HI | {"metadata": {"user": "x"}}, 400, "metadata"),
        ("chat/completions", HI | {"prompt_type": "search"}, 400, "prompt_type"),
        ("chat/completions", HI | {"model": "gpt-4"}, 404, "gpt-4"),
        ("chat/completions", HI | {"model": 7}, 404, "7"),
        ("chat/completions", {"prompt_type": "chat"}, 400, "messages"),
        ("chat/completions", HI | {"temperature": float("nan")}, 400, "JSON"),
        ("chat/completions", b'{"messages": [], "messages": []}', 400, "JSON"),
        ("chat/completions", b"[" * 100_000, 400, "JSON"),
        ("chat/completions", b'{"seed": ' + b"9" * 5000 + b"}", 400, "JSON"),
        ("chat/completions", b"\xff\xfe", 400, "JSON"),
        (
            "chat/completions",
            b'{"messages": [{"role": "user", "content": "\\uD800"}]}',
            400,
            "JSON",
        ),
        ("chat/completions", b"[]", 400, "JSON"),
        ("chat/completions", b"", 400, "JSON"),
        ("chat/completions", b" " * (MAX_BODY_BYTES + 1), 413, "larger"),
        ("embeddings", {}, 400, "input"),
        ("embeddings", {"input": [1]}, 400, "input[0]"),
        ("embeddings", {"input": "a", "encoding_format": "base64"}, 400, "encoding_format"),
        ("embeddings", {"input": "a", "stream": True}, 400, "stream"),
        ("embeddings", {"input": "a", "dimensions": 8}, 400, "dimensions"),
    ],
)
def test_a_request_that_no_contract_has_is_refused_by_name(
    node: ServedNode, path: str, body: Any, status: int, named: str
) -> None:
    got = post(node, path, body)
    assert got.status_code == status
    error = got.json()["error"]
    assert (error["type"], error["code"]) == ("invalid_request_error", status)
    assert named in error["message"]
    assert node.chat("hi").status_code == 200


@pytest.mark.parametrize("kind", ["request", "response"])
def test_another_gateway_may_ask_for_the_vote_alone(node: ServedNode, kind: str) -> None:
    before = counted(node)
    asked = {"texts": ["hello"], "input_type": kind, "request_data": {}, "litellm_call_id": "1"}
    assert guarded(node, asked).json() == {"action": "NONE"}
    blocked = guarded(node, {**asked, "texts": ["hello", "a bomb"]}).json()
    assert (blocked["action"], bool(blocked["blocked_reason"])) == ("BLOCKED", True)
    for called in ("tools", "tool_calls"):
        hidden = {**asked, called: [{"function": {"name": "a bomb"}}]}
        assert guarded(node, hidden).json()["action"] == "BLOCKED"
    wrong: list[dict[str, Any]] = [{"texts": "hello"}, {"texts": []}, {"texts": [1]}]
    for body in (*wrong, {**asked, "images": ["x"]}):
        assert guarded(node, body).status_code == 400
    safety = f'fedfuse_slo_good_requests_total{{objective="safety",release="{TAG}"}}'
    assert counted(node)[safety] - before[safety] == 4


def guarded(node: ServedNode, body: Any) -> httpx2.Response:
    """Ask as LiteLLM's generic guardrail does."""
    return post(node, "../beta/litellm_basic_guardrail_api", body)


def test_a_page_in_a_browser_cannot_send_a_prompt(node: ServedNode) -> None:
    assert post(node, "chat/completions", HI, content_type="text/plain").status_code == 415
    for host in ("evil.example", "127.0.0.1.evil.example"):
        assert post(node, "chat/completions", HI, host=host).status_code == 400


def test_the_counters_are_exactly_those_that_the_objectives_are_judged_by(node: ServedNode) -> None:
    before = counted(node)
    node.chat("hi")
    node.chat("a bomb", "sensitive")
    node.chat("hi", frequency_penalty=1)
    after = counted(node)
    grown = {key: after[key] - before[key] for key in after if after[key] != before[key]}
    families = {
        "fedfuse_slo_requests",
        "fedfuse_slo_good_requests",
        "fedfuse_request_duration_seconds",
    }
    page = text_string_to_metric_families(node.get("/metrics").text)
    assert {family.name for family in page} == families
    for objective in of_registry(SLO):
        chosen = selectors(objective, release=TAG)
        expected = {"availability": 2, "latency": 2, "cost": 1, "safety": 1}[objective.name]
        assert (grown[chosen.total], grown[chosen.good]) == (expected, expected)


def counted(node: ServedNode) -> dict[str, float]:
    """Every series of the node, spelled as `selectors` spells it."""
    found = {}
    for line in node.get("/metrics").text.splitlines():
        if not line.startswith("#"):
            series, _, value = line.rpartition(" ")
            name, _, labels = series.rstrip("}").partition("{")
            ordered = ",".join(sorted(labels.split(","), key=_order))
            found[f"{name}{{{ordered}}}"] = float(value)
    return found


def _order(label: str) -> int:
    return ["objective", "release", "le"].index(label.partition("=")[0])


def test_clients_that_hang_or_leave_stop_nobody(node: ServedNode) -> None:
    host, _, port = node.url.removeprefix("http://").partition(":")
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 99\r\n"
    head += b"content-type: application/json\r\n\r\n{"
    hanging = [socket.create_connection((host, int(port))) for _ in range(MAX_IN_FLIGHT + 10)]
    for one in hanging:
        one.sendall(head)
    asked = f"{node.url}/v1/chat/completions", HI | {"stream": True}
    with httpx2.Client() as client:
        for _ in range(MAX_IN_FLIGHT):
            with client.stream("POST", asked[0], json=asked[1]):
                """Leave before the first piece."""
    assert node.chat("hi").status_code == 200
    for one in hanging:
        one.close()
    assert node.chat("hi").status_code == 200


def test_the_node_is_ready_and_alive(node: ServedNode) -> None:
    assert node.get("/healthz").status_code == 200
    ready = node.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"release": TAG, "wanted": TAG, "missing": []}


def test_with_a_key_only_those_who_know_it_are_answered(tmp_path: Path) -> None:
    land(tmp_path, release())
    with backends(*(model_id(unit) for unit in ROLES)) as running:
        endpoints(tmp_path, *urls(running))
        with served(tmp_path, "--key-env", "NODE_KEY", NODE_KEY=KEY) as node:
            node.event("serving")
            for given in (b"", b"Bearer", b"Bearer other", KEY.upper().encode(), b"Bearer \xe9"):
                got = post(node, "chat/completions", HI, authorization=given)
                assert got.status_code == 401
            assert node.get("/v1/models").status_code == 401
            right = post(node, "chat/completions", HI, authorization=f"Bearer {KEY}")
            assert right.status_code == 200
            assert node.get("/readyz").status_code == 200
