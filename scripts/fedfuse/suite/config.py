r"""The `config` artifact: a prompt template and decoding settings on a pinned base model.

A folder with two JSON files. For generation:

    prompt.json    {"system": "...", "examples": [{"user": "...", "assistant": "..."}],
                    "note": "...", "user": "..."}
    decoding.json  {"max_tokens": 16, "temperature": 0, "top_p": 1, "stop": ["\n"]}

`user` holds `{prompt}` once; `{rules}` (the operator's words) stands once in `system`, `note` or
`user`. `note` is a second system message, after the examples: what stands before it is the same for
every item, so that a server can keep it in its cache. All but `user`, `max_tokens` and
`temperature` may be absent; an empty system message is not sent.
For embeddings:

    prompt.json    {"query": "...", "passage": "..."}, each with `{text}` at least once
    decoding.json  {"encoding_format": "float"}
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from fedfuse.model import canonical
from fedfuse.suite.task import Task

PROMPT, DECODING = "prompt.json", "decoding.json"
_SLOT = re.compile(r"\{(prompt|rules|text)\}")
_MAX_TEXT = 8192
_MAX_EXAMPLES = 32


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule of the format that one key of a file breaks."""

    file: str
    key: str
    expected: str


@dataclass(frozen=True, slots=True)
class GenerationConfig:
    """How a chat model is asked."""

    system: str
    examples: tuple[tuple[str, str], ...]
    """(user, assistant) turns before the question."""
    note: str
    """A second system message, after the examples."""
    user: str
    options: Mapping[str, Any]
    """Decoding settings as the protocol names them."""

    def messages(self, task: Task) -> tuple[Mapping[str, str], ...]:
        """The conversation that asks the task."""
        return self.conversation(task.prompt, rules=task.rules)

    def conversation(
        self, prompt: str, *, rules: str, earlier: Iterable[Mapping[str, str]] = ()
    ) -> tuple[Mapping[str, str], ...]:
        """The conversation that ends with a prompt; texts are stripped, empty system is left out.

        `earlier` turns stand between the examples and the note, as they are.
        """
        words = {"prompt": prompt, "rules": rules}
        before, after = [("system", self.system)], [("system", self.note), ("user", self.user)]
        for user, assistant in self.examples:
            before += [("user", user), ("assistant", assistant)]
        return (*_turns_of(before, words), *earlier, *_turns_of(after, words))


@dataclass(frozen=True, slots=True)
class EmbeddingConfig:
    """How texts are wrapped before they are embedded."""

    query: str
    passage: str
    options: Mapping[str, Any]

    def texts(self, task: Task) -> tuple[str, ...]:
        """The query, then its passages."""
        passages = (filled(self.passage, {"text": text}) for text in task.passages)
        return (filled(self.query, {"text": task.prompt}), *passages)


Config: TypeAlias = GenerationConfig | EmbeddingConfig


def digest(config: Config) -> str:
    """The sha256 of what a model is asked with, however its files are spelled."""
    return canonical.sha256(canonical.dumps(asdict(config)))


PLAIN_GENERATION = GenerationConfig(
    system="{rules}",
    examples=(),
    note="",
    user="{prompt}",
    options={"max_tokens": 16, "temperature": 0},
)
PLAIN_EMBEDDING = EmbeddingConfig("{text}", "{text}", {"encoding_format": "float"})


def generation(prompt: Mapping[str, Any], decoding: Mapping[str, Any]) -> Config | list[Problem]:
    """The config of a chat model, or every rule that the two files break. Never raises."""
    problems = [
        *_wrong(PROMPT, prompt, _GENERATION_PROMPT, required=("user",)),
        *_wrong(DECODING, decoding, _DECODING, required=("max_tokens", "temperature")),
    ]
    if problems:
        return problems
    system, note, user = (prompt.get(key, "") for key in ("system", "note", "user"))
    if user.count("{prompt}") != 1 or "{prompt}" in system + note:
        problems.append(Problem(PROMPT, "user", "{prompt} exactly once, and only in user"))
    if (system + note + user).count("{rules}") != 1:
        problems.append(Problem(PROMPT, "user", "{rules} exactly once, in system, note or user"))
    examples = tuple((turn["user"], turn["assistant"]) for turn in prompt.get("examples", ()))
    return problems or GenerationConfig(system, examples, note, user, decoding)


def embedding(prompt: Mapping[str, Any], decoding: Mapping[str, Any]) -> Config | list[Problem]:
    """The config of an embedding model, or every rule that the two files break. Never raises."""
    problems = [
        *_wrong(PROMPT, prompt, _EMBEDDING_PROMPT, required=("query", "passage")),
        *_wrong(DECODING, decoding, _EMBEDDING_DECODING, required=("encoding_format",)),
    ]
    return problems or EmbeddingConfig(prompt["query"], prompt["passage"], decoding)


def filled(template: str, words: Mapping[str, str]) -> str:
    """Fill slots in one pass, so that words which look like a slot stay words."""
    return _SLOT.sub(lambda slot: words.get(slot[1], slot[0]), template).strip()


def _turns_of(
    turns: Iterable[tuple[str, str]], words: Mapping[str, str]
) -> Iterator[Mapping[str, str]]:
    for role, template in turns:
        text = filled(template, words)
        if text or role != "system":
            yield {"role": role, "content": text}


_Rules: TypeAlias = Mapping[str, tuple[Callable[[Any], bool], str]]


def _wrong(
    file: str, raw: Mapping[str, Any], rules: _Rules, *, required: tuple[str, ...]
) -> Iterator[Problem]:
    for key in required:
        if key not in raw:
            yield Problem(file, key, rules[key][1])
    for key, value in raw.items():
        if key not in rules:
            yield Problem(file, key, f"one of {', '.join(rules)}")
        elif not rules[key][0](value):
            yield Problem(file, key, rules[key][1])


def _text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _MAX_TEXT


def _wraps(value: Any) -> bool:
    return _text(value) and "{text}" in value


def _turns(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= _MAX_EXAMPLES
        and all(isinstance(turn, dict) and set(turn) == {"user", "assistant"} for turn in value)
        and all(_text(text) for turn in value for text in turn.values())
    )


def _number(low: float, high: float) -> Callable[[Any], bool]:
    def within(value: Any) -> bool:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and math.isfinite(value) and low <= value <= high

    return within


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 4096


def _stops(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 4 and all(map(_text, value))


_GENERATION_PROMPT: _Rules = {
    "system": (_text, "a text"),
    "examples": (_turns, f"at most {_MAX_EXAMPLES} turns of user and assistant"),
    "note": (_text, "a text"),
    "user": (_text, "a text with {prompt}"),
}
_DECODING: _Rules = {
    "max_tokens": (_whole, "a whole number, 1 to 4096"),
    "temperature": (_number(0, 2), "a number, 0 to 2"),
    "top_p": (_number(0, 1), "a number, 0 to 1"),
    "stop": (_stops, "one to four texts"),
}
_EMBEDDING_PROMPT: _Rules = {
    "query": (_wraps, "a text with {text}"),
    "passage": (_wraps, "a text with {text}"),
}
_EMBEDDING_DECODING: _Rules = {"encoding_format": (lambda value: value == "float", "float")}
