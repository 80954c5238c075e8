import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from fedfuse.adapters.openai import Client, Embedded, Endpoint, Failure, Reply
from fedfuse.errors import RemoteError
from tests.support.model_server import Answer, ModelServer, chat, model_server, ok, status, vectors

HELLO = [{"role": "user", "content": "hello"}]


def script(*answers: Answer) -> Callable[[Mapping[str, Any]], Answer]:
    """Answers one after the other; the last one for ever."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server(script(chat("hi"))) as running:
        yield running


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def client(server: ModelServer, pauses: list[float]) -> Iterator[Client]:
    with Client(Endpoint(server.url, "tiny", timeout_seconds=5), pause=pauses.append) as opened:
        yield opened


def test_a_reply_holds_text_tokens_and_the_time_it_took(
    client: Client, server: ModelServer
) -> None:
    reply = client.chat(HELLO, options={"temperature": 0})
    assert isinstance(reply, Reply)
    assert (reply.text, reply.input_tokens, reply.output_tokens) == ("hi", 9, 3)
    assert reply.latency_ms > 0
    assert server.asked == [
        {
            "path": "/v1/chat/completions",
            "authorization": None,
            "model": "tiny",
            "messages": HELLO,
            "temperature": 0,
        }
    ]


@pytest.mark.parametrize("suffix", ["", "/", "/v1", "/v1/"])
def test_an_address_may_end_in_v1_or_not(server: ModelServer, suffix: str) -> None:
    with Client(Endpoint(server.url + suffix, "tiny")) as client:
        assert isinstance(client.chat(HELLO, options={}), Reply)


def test_the_key_is_sent_as_a_bearer(server: ModelServer) -> None:
    with Client(Endpoint(server.url, "tiny", "sesame")) as client:
        client.chat(HELLO, options={})
    assert server.asked[0]["authorization"] == "Bearer sesame"


@pytest.mark.parametrize("refusal", [status(429), status(500), status(503), (200, {}, b"<html>")])
def test_a_passing_refusal_is_asked_again_after_growing_pauses(
    client: Client, server: ModelServer, pauses: list[float], refusal: Answer
) -> None:
    server.answer = script(refusal, refusal, refusal, chat("hi"))
    assert isinstance(client.chat(HELLO, options={}), Reply)
    assert pauses == [0.5, 1.0, 2.0]


def test_a_pause_is_as_long_as_the_server_asks_for_but_bounded(
    client: Client, server: ModelServer, pauses: list[float]
) -> None:
    server.answer = script(
        status(429, Retry_After="7"),
        status(429, Retry_After="86400"),
        status(429, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"),
        chat("hi"),
    )
    assert isinstance(client.chat(HELLO, options={}), Reply)
    assert pauses == [7.0, 30.0, 2.0]


def test_a_refusal_that_stays_is_a_failure_after_five_attempts(
    client: Client, server: ModelServer
) -> None:
    server.answer = script(status(500))
    failure = client.chat(HELLO, options={})
    assert isinstance(failure, Failure)
    assert failure.reason == "HTTP 500"
    assert len(server.asked) == 5


def test_a_request_the_server_calls_bad_is_not_sent_again(
    client: Client, server: ModelServer, pauses: list[float]
) -> None:
    server.answer = script(status(400))
    assert isinstance(client.chat(HELLO, options={}), Failure)
    assert pauses == []


@pytest.mark.parametrize(
    ("code", "words"),
    [(401, "FEDFUSE_API_KEY"), (403, "FEDFUSE_API_KEY"), (404, "--model")],
)
def test_a_refusal_that_every_request_would_meet_ends_the_run_with_a_fix(
    server: ModelServer, code: int, words: str
) -> None:
    server.answer = script(status(code))
    with (
        Client(Endpoint(server.url, "tiny", "sesame")) as client,
        pytest.raises(RemoteError) as refused,
    ):
        client.chat(HELLO, options={})
    assert words in refused.value.fix
    assert "sesame" not in refused.value.what + refused.value.fix


def test_a_server_that_cannot_be_reached_ends_the_run_with_the_way_to_resume(
    pauses: list[float],
) -> None:
    with model_server(script(chat("hi"))) as gone:
        pass
    with (
        Client(Endpoint(gone.url, "tiny"), pause=pauses.append) as client,
        pytest.raises(RemoteError) as refused,
    ):
        client.chat(HELLO, options={})
    assert "cannot be reached" in refused.value.what
    assert "run the same command again" in refused.value.fix
    assert pauses == [0.5, 1.0, 2.0, 4.0]


@pytest.mark.parametrize("url", ["http://", "nonsense", "http://[::1", "ftp://127.0.0.1"])
def test_an_address_that_is_none_is_reported_and_not_a_crash(url: str) -> None:
    with (
        Client(Endpoint(url, "tiny"), pause=lambda _: None) as client,
        pytest.raises(RemoteError, match="cannot be reached"),
    ):
        client.chat(HELLO, options={})


def test_a_request_that_times_out_each_time_is_a_failure(server: ModelServer) -> None:
    release = threading.Event()
    server.answer = lambda _: (release.wait(5), chat("late"))[1]
    endpoint = Endpoint(server.url, "tiny", timeout_seconds=0.05)
    with Client(endpoint, pause=lambda _: None) as client:
        failure = client.chat(HELLO, options={})
    release.set()
    assert isinstance(failure, Failure)
    assert failure.reason == "timeout"


@pytest.mark.parametrize(
    "body",
    [{}, {"choices": []}, {"choices": [{"message": {"content": 5}}]}, {"choices": "none"}],
)
def test_an_answer_without_a_message_is_a_failure(
    client: Client, server: ModelServer, body: object
) -> None:
    server.answer = script(ok(body))
    assert isinstance(client.chat(HELLO, options={}), Failure)


def test_a_server_without_token_usage_is_refused(client: Client, server: ModelServer) -> None:
    server.answer = script(ok({"choices": [{"message": {"content": "hi"}}]}))
    with pytest.raises(RemoteError, match="no token usage"):
        client.chat(HELLO, options={})


def test_embeddings_come_back_in_the_order_of_the_texts(
    client: Client, server: ModelServer
) -> None:
    server.answer = script(vectors((1.0, 0.0), (0.0, 2.0)))
    embedded = client.embed(["a", "b"], options={"encoding_format": "float"})
    assert isinstance(embedded, Embedded)
    assert embedded.vectors == ((1.0, 0.0), (0.0, 2.0))
    assert embedded.input_tokens == 20
    assert server.asked[0]["input"] == ["a", "b"]


@pytest.mark.parametrize(
    "answer",
    [
        vectors((1.0, 0.0)),
        vectors((1.0, 0.0), (1.0,)),
        vectors((1.0, 0.0), (float("nan"), 1.0)),
        ok({"data": None}),
        ok({"data": [{"index": "x", "embedding": [1]}]}),
    ],
)
def test_embeddings_that_do_not_fit_the_texts_are_a_failure(
    client: Client, server: ModelServer, answer: Answer
) -> None:
    server.answer = script(answer)
    assert isinstance(client.embed(["a", "b"], options={}), Failure)
