"""Deciding, asking and voting, with models that are functions."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.support.node_release import ROUTES, VOTING, land, release

from fedfuse.model.voting import Vote
from fedfuse.node.ballot import read
from fedfuse.node.node import Answer, Decision, Node
from fedfuse.node.release import Member
from fedfuse.node.reply import Failure, Problem, Reply

JUDGES = ("hf/judge-a", "gcp/judge-b", "aws/judge-c")
HI = {"messages": [{"role": "user", "content": "hi"}], "prompt_type": "chat"}
SENSITIVE = {**HI, "prompt_type": "sensitive"}


def completion(text: object, reason: str = "stop", **message: Any) -> Reply:
    """A finished answer."""
    choice = {"message": {"role": "assistant", "content": text, **message}, "finish_reason": reason}
    body = {"choices": [choice]}
    return Reply(json.dumps(body).encode(), body)


def vote(decision: str) -> Reply:
    """A voter's answer."""
    return completion(json.dumps({"decision": decision}))


@dataclass
class Models:
    """Answers by unit; everything that was asked."""

    replies: Mapping[str, Reply | Failure | Callable[[], Awaitable[Reply | Failure]]]
    asked: list[tuple[str, Mapping[str, Any], bool]] = field(default_factory=list)

    async def call(self, member: Member, request: Mapping[str, Any], is_stream: bool) -> Any:  # noqa: FBT001 - `Call`
        """Answer as the test says."""
        self.asked.append((member.unit, request, is_stream))
        reply = self.replies[member.unit]
        return await reply() if callable(reply) else reply

    @property
    def units(self) -> list[str]:
        """Who was asked, in order."""
        return [unit for unit, _, _ in self.asked]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Node:
    return Node.load(land(tmp_path_factory.mktemp("node"), release()))


def prompt_judging(folder: Path) -> Node:
    return Node.load(land(folder, release(voting={**VOTING, "judge": "prompt"})))


def answered(node: Node, models: Models, request: Mapping[str, Any], **more: bool) -> Answer:
    answer = asyncio.run(node.answer(request, models.call, **more))
    assert isinstance(answer, Answer)
    return answer


def voters(*decisions: str) -> dict[str, Reply]:
    return dict(zip(JUDGES, map(vote, decisions), strict=True))


def test_the_first_target_answers_and_is_not_told_the_prompt_type(node: Node) -> None:
    models = Models({"hf/textgen": completion("yes")})
    answer = answered(node, models, HI, is_stream=True)
    assert (answer.attempt, answer.member and answer.member.unit) == (1, "hf/textgen")
    assert models.asked == [("hf/textgen", {"messages": HI["messages"]}, True)]


def test_a_fallback_answers_for_a_target_that_does_not(node: Node) -> None:
    models = Models({"hf/textgen": Failure("gone"), "aws/distilled": completion("yes")})
    answer = answered(node, models, HI)
    assert (answer.attempt, answer.member and answer.member.unit) == (2, "aws/distilled")


def test_when_nobody_answers_the_problem_is_the_nodes(node: Node) -> None:
    models = Models(dict.fromkeys(("hf/textgen", "aws/distilled"), Failure("gone")))
    problem = answered(node, models, HI).problem
    assert problem == Problem(503, "nobody who answers chat can be reached")


def test_what_a_model_refuses_as_wrong_is_not_asked_of_the_next(node: Node) -> None:
    wrong = Problem(400, "too long")
    models = Models({"hf/textgen": Failure("HTTP 400", wrong)})
    assert answered(node, models, HI).problem == wrong
    assert models.units == ["hf/textgen"]


@pytest.mark.parametrize(
    ("decisions", "outcome"),
    [
        (("allow", "allow", "refuse"), "allow"),
        (("refuse", "allow", "refuse"), "refuse"),
        (("allow", "maybe", "refuse"), "escalate"),
    ],
)
def test_only_an_allowed_answer_leaves_the_node(
    node: Node, decisions: tuple[str, str, str], outcome: str
) -> None:
    models = Models({"hf/textgen": completion("secret"), **voters(*decisions)})
    answer = answered(node, models, SENSITIVE, is_stream=True)
    assert answer.held is not None
    assert answer.held.verdict.outcome == outcome
    assert (answer.reply is not None) == (outcome == "allow")
    assert models.units == ["hf/textgen", *JUDGES]
    assert not any(is_stream for _, _, is_stream in models.asked)


def test_voters_are_shown_the_answer_and_the_conversation_as_data(node: Node) -> None:
    models = Models(
        {"hf/textgen": completion("secret", tool_calls=["x"]), **voters(*["allow"] * 3)}
    )
    answered(node, models, SENSITIVE)
    _, ballot, _ = models.asked[-1]
    system, user = ballot["messages"]
    shown = json.loads(user["content"])
    assert (system["role"], shown["conversation"]) == ("system", HI["messages"])
    assert "secret" in shown["answer"]
    assert "tool_calls" in shown["answer"]
    assert ballot["response_format"]["json_schema"]["strict"] is True


def test_a_vote_on_the_prompt_alone_comes_before_any_answer(tmp_path: Path) -> None:
    node = prompt_judging(tmp_path)
    refused = Models(voters("refuse", "refuse", "allow"))
    assert answered(node, refused, SENSITIVE).reply is None
    assert sorted(refused.units) == sorted(JUDGES)
    allowed = Models({"hf/textgen": completion("yes"), **voters(*["allow"] * 3)})
    assert answered(node, allowed, SENSITIVE, is_stream=True).reply is not None
    assert allowed.asked[-1][0] == "hf/textgen"
    assert allowed.asked[-1][2] is True
    assert "answer" not in json.loads(allowed.asked[0][1]["messages"][1]["content"])


def test_a_voter_that_never_answers_is_timed_out_and_named(tmp_path: Path) -> None:
    node = Node.load(land(tmp_path, release(voting={**VOTING, "timeout_ms": 20})))

    async def never() -> Reply:
        await asyncio.Event().wait()
        raise AssertionError

    silent = Models({"hf/textgen": completion("secret"), **dict.fromkeys(JUDGES, never)})
    held = answered(node, silent, SENSITIVE).held
    assert held is not None
    assert held.verdict.outcome == "escalate"
    assert {cast for cast, _ in held.votes.values()} == {Vote.TIMEOUT}
    trace = held.trace("v1", "digest")
    assert trace.keys() == {"release", "rule", "votes", "outcome", "reason"}
    assert "secret" not in json.dumps(trace)


def test_a_decided_vote_waits_for_nobody_and_leaves_nobody_behind(node: Node) -> None:
    cancelled = []

    async def slow() -> Reply:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append("aws/judge-c")
        raise AssertionError

    models = Models(
        {
            "hf/textgen": completion("yes"),
            "hf/judge-a": vote("allow"),
            "gcp/judge-b": vote("allow"),
            "aws/judge-c": slow,
        }
    )
    held = answered(node, models, SENSITIVE).held
    assert held is not None
    assert (held.verdict.outcome, sorted(held.votes)) == ("allow", ["gcp/judge-b", "hf/judge-a"])
    assert cancelled == ["aws/judge-c"]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"", {}),
        Reply(b"", None),
        Reply(b"", {"choices": []}),
        Reply(b"", {"choices": [1]}),
        Reply(b"", {"choices": [{"message": {"content": '{"decision": "allow"}'}}] * 2}),
        completion('{"decision": "allow"}', "length"),
        completion(None),
        completion(["allow"]),
        completion("allow"),
        completion('"allow"'),
        completion('{"decision": "ALLOW"}'),
        completion('{"decision": ["allow"]}'),
        completion('{"decision": {"allow": 1}}'),
        completion('{"decision": "refuse", "decision": "allow"}'),
        completion('{"decision": "allow"} and more'),
        completion("[" * 100_000),
        completion('{"decision": "error"}'),
    ],
    ids=str,
)
def test_what_is_not_plainly_a_vote_is_none(reply: Reply) -> None:
    assert read(reply) is Vote.INVALID


def test_a_vote_may_say_more_as_the_policy_contract_allows() -> None:
    assert read(completion('{"decision": "refuse", "text": "no", "labels": []}')) is Vote.REFUSE


@dataclass(frozen=True)
class Always:
    """A router with one opinion; also what it says."""

    prompt_type: str
    score: float = 0.7

    def route(self, text: str) -> "Always":
        """The same of every text, and the text itself must be the last of the user."""
        assert text == "last"
        return self


CONVERSATION = [
    {"role": "user", "content": "first"},
    {"role": "user", "content": "last"},
    {"role": "assistant", "content": "and?"},
]


def test_a_router_chooses_where_the_caller_does_not(node: Node) -> None:
    routed = Node(node.release, node.contracts, Always("sensitive"))
    decision = routed.decide({"messages": CONVERSATION})
    assert isinstance(decision, Decision)
    assert (decision.route.prompt_type, decision.score) == ("sensitive", 0.7)
    assert decision.voting is not None
    named = Node(node.release, node.contracts, Always("chat")).decide(
        {"messages": CONVERSATION, "prompt_type": "chat"}
    )
    assert isinstance(named, Decision)
    assert (named.route.prompt_type, named.score, named.voting) == ("chat", 1.0, None)


def test_a_caller_escapes_no_vote_by_naming_another_type(node: Node) -> None:
    routed = Node(node.release, node.contracts, Always("sensitive"))
    named = routed.decide({"messages": CONVERSATION, "prompt_type": "chat"})
    assert isinstance(named, Decision)
    assert (named.route.prompt_type, named.voting) == ("chat", node.release.voting)


def test_texts_go_to_the_only_route_that_takes_them(node: Node) -> None:
    decision = node.decide({"texts": ["a"]})
    assert isinstance(decision, Decision)
    assert decision.route.targets[0].unit == "gcp/embedder"


@pytest.mark.parametrize(
    ("request_", "named"),
    [
        ({"messages": HI["messages"]}, "prompt_type"),
        ({**HI, "prompt_type": "search"}, "prompt_type"),
        ({**HI, "prompt_type": ["chat"]}, "prompt_type"),
        ({**HI, "prompt_type": "chat\n"}, "prompt_type"),
        ({**HI, "frequency_penalty": 1}, "frequency_penalty"),
        ({**HI, "max_tokens": 0}, "max_tokens"),
        ({**HI, "temperature": True}, "temperature"),
        ({**HI, "messages": []}, "messages"),
        ({**HI, "messages": "hi"}, "messages"),
        ({**HI, "messages": [{"role": "tool", "content": "x"}]}, "messages[0].role"),
        ({**HI, "messages": [{"role": "user", "content": [{}]}]}, "messages[0].content"),
        ({"texts": []}, "texts"),
        ({"texts": [1]}, "texts[0]"),
    ],
)
def test_a_request_outside_its_contract_is_a_problem_that_names_the_field(
    node: Node, request_: Mapping[str, Any], named: str
) -> None:
    problem = node.decide(request_)
    assert isinstance(problem, Problem)
    assert problem.status == 400
    assert problem.message.startswith(f"{named} ")


def test_a_release_without_a_route_for_texts_says_so(tmp_path: Path) -> None:
    routes = {name: route for name, route in ROUTES.items() if name != "search"}
    problem = Node.load(land(tmp_path, release(routes=routes))).decide({"texts": ["a"]})
    assert isinstance(problem, Problem)
    assert "no route takes texts" in problem.message
