"""The OpenAI-compatible protocol towards clients: requests are read, answers are written."""

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NoReturn

from fedfuse.model.quoting import quoted
from fedfuse.node.node import Answer, Decision
from fedfuse.node.reply import Problem

REFUSED = "This request was not allowed."
"""The same words for a refusal and for a vote without a quorum."""


class BadRequestError(Exception):
    """A request that no release could answer."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def _bad(message: str, status: int = 400) -> NoReturn:
    raise BadRequestError(Problem(status, message))


def read(body: bytes) -> dict[str, Any]:
    """The object in a body, strictly. Raises BadRequestError."""
    try:
        value = json.loads(body, object_pairs_hook=_once, parse_constant=_no_number)
        if b"\\ud" in body.lower():  # half a character is no text, and no model could read it
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        _bad("the body is no JSON object with unique keys, finite numbers and whole characters")
    if not isinstance(value, dict):
        _bad("the body is no JSON object")
    return value


def contract_form(raw: Mapping[str, Any], *, model: str, path: str) -> tuple[dict[str, Any], bool]:
    """The request in its contract's form, and whether it asks for a stream.

    `model` is the release's name: a client asks for it, or for NAME/TYPE to name the prompt type.
    What is neither of the protocol nor of the contract stays, for the contract to refuse it by
    name. Raises BadRequestError.
    """
    request = dict(raw)
    asked, is_stream = request.pop("model", model), request.pop("stream", False)
    if not isinstance(is_stream, bool):
        _bad("stream has the wrong type; expected true or false")
    _choose_type(request, asked, model)
    if path == "embeddings":
        texts = request.pop("input", None)
        request["texts"] = [texts] if isinstance(texts, str) else texts
        if request.pop("encoding_format", "float") != "float":
            _bad("encoding_format has a value that is not allowed; expected float")
        if is_stream:
            _bad("stream is no known field of embeddings")
    elif "messages" not in request:
        _bad("messages is missing")
    if isinstance(request.get("stop"), str):
        request["stop"] = [request["stop"]]
    return request, is_stream


def guarded(raw: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    """What LiteLLM's generic guardrail asks about: texts of a request, or those of an answer.

    Tools and their calls are texts too. Raises BadRequestError for anything else, such as images,
    which no voter could see, and where nothing is left to judge.
    """
    texts = raw.get("texts") or []
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        _bad("texts has the wrong type; expected a list of texts")
    texts = [*texts, *(json.dumps(raw[key]) for key in ("tools", "tool_calls") if raw.get(key))]
    if not texts:
        _bad("texts is empty, and there are no tools and no tool_calls")
    if raw.get("images"):
        _bad("images are not judged")
    if raw.get("input_type") == "response":
        return {"texts": []}, "\n".join(texts)
    return {"texts": texts}, None


def _choose_type(request: dict[str, Any], asked: object, model: str) -> None:
    """Put the prompt type where the contract has it."""
    named, slash, kind = asked.partition("/") if isinstance(asked, str) else ("", "", "")
    if named != model:
        _bad(f"there is no model {quoted(asked)}; ask for {model} or {model}/PROMPT_TYPE", 404)
    metadata = request.pop("metadata", {})
    if not isinstance(metadata, dict) or set(metadata) - {"prompt_type"}:
        _bad("metadata has a value that is not allowed; expected prompt_type and nothing else")
    request |= metadata
    if slash:
        request["prompt_type"] = kind


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key occurs twice")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


def as_spoken(problem: Problem, path: str) -> Problem:
    """A problem of the contract in the client's words: its `texts` are the protocol's `input`."""
    name = problem.message.removeprefix("texts")
    if path != "embeddings" or name == problem.message:
        return problem
    return replace(problem, message=f"input{name}")


def error(problem: Problem) -> bytes:
    """A problem as the protocol has it."""
    kind = "invalid_request_error" if problem.status < 500 else "unavailable"
    said = {"message": problem.message, "type": kind, "param": None, "code": problem.status}
    return json.dumps({"error": said}).encode()


def headers(decision: Decision, answer: Answer | None = None) -> dict[str, str]:
    """What became of a request, for people and for tests."""
    found = {
        "x-fedfuse-release": decision.release,
        "x-fedfuse-type": decision.route.prompt_type,
        "x-fedfuse-score": f"{decision.score:.4f}",
    }
    if answer and answer.attempt:
        found["x-fedfuse-attempt"] = str(answer.attempt)
    if answer and answer.member and answer.reply:
        found["x-fedfuse-unit"] = answer.member.id
    if answer and answer.held:
        found["x-fedfuse-vote"] = answer.held.verdict.outcome
    return found


def refusal(model: str) -> dict[str, Any]:
    """The completion that says no."""
    message = {"role": "assistant", "content": None, "refusal": REFUSED}
    return {
        "id": "fedfuse-vote",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": "content_filter"}],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    }


def one_piece(completion: Mapping[str, Any]) -> bytes:
    """A finished completion as a stream of one event."""
    choices = [
        {
            "index": choice.get("index", 0),
            "delta": choice["message"],
            "finish_reason": choice.get("finish_reason"),
        }
        for choice in completion["choices"]
    ]
    chunk = {**completion, "object": "chat.completion.chunk", "choices": choices}
    return b"data: " + json.dumps(chunk).encode() + b"\n\ndata: [DONE]\n\n"


def decided(decision: Decision) -> dict[str, Any]:
    """A decision without an answer, for `/v1/route`."""
    return {
        "release": decision.release,
        "prompt_type": decision.route.prompt_type,
        "score": decision.score,
        "contract": decision.route.contract,
        "targets": [member.id for member in decision.route.targets],
        "is_voted": decision.voting is not None,
    }
