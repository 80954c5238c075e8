"""Asking real servers: which of them is asked, under which name, and what counts as an answer."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from fedfuse.node.backends import Backends
from fedfuse.node.breaker import FAILURES
from fedfuse.node.reply import Failure, Reply
from tests.support.asked_members import TEXTGEN, asked, looked, node_at, serving
from tests.support.model_server import Answer, chat, listing, model_server, ok, status
from tests.support.node_release import ROLES, endpoints, model_id

EMBEDDER = model_id("gcp/embedder")


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
        ok({"choices": [{"message": {"content": "\ud800"}}]}),
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
