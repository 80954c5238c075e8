"""The node as a library: a pulled release that answers prompts through whatever calls models."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, Self

from fedfuse.adapters import trained_router
from fedfuse.model.router import folder_of
from fedfuse.model.voting import Outcome
from fedfuse.node import loading
from fedfuse.node.ballot import Held, ballot, hold, text_of
from fedfuse.node.contract import Contract, takes
from fedfuse.node.release import Member, Release, Route, Voting
from fedfuse.node.reply import Call, Problem, Reply


class Choice(Protocol):
    """What a router says of a text."""

    @property
    def prompt_type(self) -> str:
        """One of the release's prompt types."""

    @property
    def score(self) -> float:
        """How sure the router is, 0 to 1."""


class Router(Protocol):
    """Chooses a prompt type: the trained router of the release, or one of the caller's own."""

    def route(self, text: str) -> Choice:
        """The prompt type of a text; never raises."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who is to answer a request, before anybody was asked."""

    release: str
    route: Route
    score: float
    """The router's; 1 where nothing was left to choose."""
    voting: Voting | None
    """The rule to vote by; None where this prompt type needs no vote."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How a request ended: with a reply, a vote against it, or a problem."""

    decision: Decision
    reply: Reply | None = None
    member: Member | None = None
    """Who answered."""
    attempt: int = 0
    """How many members were asked for the answer."""
    held: Held | None = None
    """The vote, where one was held."""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """One release, ready to answer. It never changes: another release is another node."""

    release: Release
    contracts: Mapping[str, Contract]
    """By `role/vN`."""
    router: Router | None = None
    """None where the caller names every prompt type."""

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The release in a folder as `fedfuse pull` left it, every byte proven once more.

        Raises RefusedError for a folder that holds anything else, FedfuseError for a trained router
        without the libraries that it needs.
        """
        release, contracts = loading.load(folder)
        version = release.router.get("version")
        router = trained_router.load(folder / folder_of(version)) if version else None
        return cls(release, contracts, router)

    def decide(self, request: Mapping[str, Any]) -> Decision | Problem:
        """Who answers a request in the contract's form; a Problem names what is wrong with it.

        Its prompt type is its own, else the only one there is, else what the router says of its
        last user message.
        """
        form = takes(request)
        routes = self.release.routes
        known = [n for n, route in routes.items() if self.contracts[route.contract].takes == form]
        kind, score = self._chosen(request, known)
        if kind not in known:
            listed = ", ".join(sorted(known)) or f"none: no route takes {form}"
            return Problem(400, f"prompt_type is not allowed; expected one of {listed}")
        problem = self.contracts[routes[kind].contract].problem(request)
        if problem:
            return problem
        return Decision(self.release.tag, routes[kind], score, self._voting(request, kind))

    def _voting(self, request: Mapping[str, Any], kind: str) -> Voting | None:
        """The rule to vote by: for a voted type, and for a text that the router takes for one.

        So no caller escapes a vote by naming another type.
        """
        voting, text = self.release.voting, _last_of_user(request.get("messages"))
        if voting is None or kind in voting.prompt_types:
            return voting
        seen = self.router.route(text).prompt_type if self.router and text else ""
        return voting if seen in voting.prompt_types else None

    def _chosen(self, request: Mapping[str, Any], known: list[str]) -> tuple[str, float]:
        if "prompt_type" in request:
            return str(request["prompt_type"]), 1.0
        if len(known) == 1:
            return known[0], 1.0
        text = _last_of_user(request.get("messages"))
        if self.router is None or not text:
            return "", 0.0
        choice = self.router.route(text)
        return choice.prompt_type, choice.score

    async def answer(
        self, request: Mapping[str, Any], call: Call, *, is_stream: bool = False
    ) -> Answer | Problem:
        """Decide, ask, and vote where the release says so; nothing leaves before the verdict.

        An answer that voters judge comes in one piece, whatever `is_stream` asks for.
        """
        decision = self.decide(request)
        if isinstance(decision, Problem):
            return decision
        voting = decision.voting
        if voting is None:
            return await _asked(decision, request, call, is_stream=is_stream)
        if voting.judges_answer and takes(request) == "messages":
            answer = await _asked(decision, request, call, is_stream=False)
            if answer.reply is None:
                return answer
            held = await hold(voting, ballot(request, text_of(answer.reply)), call)
            allowed = held.verdict.outcome is Outcome.ALLOW
            return replace(answer, held=held, reply=answer.reply if allowed else None)
        held = await hold(voting, ballot(request, None), call)
        if held.verdict.outcome is not Outcome.ALLOW:
            return Answer(decision, held=held)
        answer = await _asked(decision, request, call, is_stream=is_stream)
        return replace(answer, held=held)


async def _asked(
    decision: Decision, request: Mapping[str, Any], call: Call, *, is_stream: bool
) -> Answer:
    """The answer of the first target that gives one."""
    asked = {name: value for name, value in request.items() if name != "prompt_type"}
    problem, attempt = None, 0
    for attempt, member in enumerate(decision.route.targets, 1):
        reply = await call(member, asked, is_stream)
        if isinstance(reply, Reply):
            return Answer(decision, reply, member, attempt)
        problem = reply.problem
        if problem:
            break
    nobody = Problem(503, f"nobody who answers {decision.route.prompt_type} can be reached")
    return Answer(decision, attempt=attempt, problem=problem or nobody)


def _last_of_user(messages: object) -> str:
    """The last user message of a conversation that may have any form; empty for none."""
    for message in reversed(messages if isinstance(messages, list) else []):
        if isinstance(message, dict) and message.get("role") == "user":
            content = message.get("content")
            return content if isinstance(content, str) else ""
    return ""
