from typing import Any

import pytest

from fedfuse.suite import config
from fedfuse.suite.config import EmbeddingConfig, GenerationConfig
from fedfuse.suite.task import Task

PROMPT: dict[str, Any] = {
    "system": "Be brief.",
    "examples": [{"user": "2 + 2?", "assistant": "4"}],
    "note": "{rules}",
    "user": "Question: {prompt}",
}
DECODING: dict[str, Any] = {"max_tokens": 8, "temperature": 0.5, "top_p": 0.9, "stop": ["\n"]}
EMBEDDING: dict[str, Any] = {"query": "query: {text}", "passage": "passage: {text}"}
FLOAT: dict[str, Any] = {"encoding_format": "float"}


def asked(found: config.Config | list[config.Problem], task: Task) -> list[tuple[str, str]]:
    assert isinstance(found, GenerationConfig)
    return [(turn["role"], turn["content"]) for turn in found.messages(task)]


def problems(found: config.Config | list[config.Problem]) -> list[tuple[str, str]]:
    assert isinstance(found, list)
    return [(problem.file, problem.key) for problem in found]


def test_a_conversation_holds_system_examples_rules_and_question_in_this_order() -> None:
    task = Task("p1", "The PIN?", {}, rules="Keep the PIN.")
    assert asked(config.generation(PROMPT, DECODING), task) == [
        ("system", "Be brief."),
        ("user", "2 + 2?"),
        ("assistant", "4"),
        ("system", "Keep the PIN."),
        ("user", "Question: The PIN?"),
    ]


def test_a_system_message_without_words_is_not_sent() -> None:
    task = Task("q1", "Say hi.", {})
    assert asked(config.PLAIN_GENERATION, task) == [("user", "Say hi.")]


def test_words_of_an_item_that_look_like_a_slot_stay_words() -> None:
    task = Task("q1", "Write {rules} and {prompt}.", {}, rules="Keep {prompt}.")
    found = config.generation({"user": "{rules} {prompt}"}, DECODING)
    expected = "Keep {prompt}. Write {rules} and {prompt}."
    assert asked(found, task) == [("user", expected)]


def test_decoding_settings_are_sent_as_they_stand() -> None:
    found = config.generation(PROMPT, DECODING)
    assert isinstance(found, GenerationConfig)
    assert found.options == DECODING


def test_query_and_passages_are_wrapped_each_in_its_own_way() -> None:
    found = config.embedding(EMBEDDING, FLOAT)
    assert isinstance(found, EmbeddingConfig)
    texts = found.texts(Task("r1", "where?", {}, passages=("here", "there")))
    assert texts == ("query: where?", "passage: here", "passage: there")


@pytest.mark.parametrize(
    ("prompt", "decoding", "expected"),
    [
        ({"user": None}, {}, ("prompt.json", "user")),
        ({"user": "no slot"}, {}, ("prompt.json", "user")),
        ({"user": "{prompt} {prompt}"}, {}, ("prompt.json", "user")),
        ({"system": "{prompt}"}, {}, ("prompt.json", "user")),
        ({"note": ""}, {}, ("prompt.json", "user")),
        ({"system": "{rules}"}, {}, ("prompt.json", "user")),
        ({"user": "{prompt}" + "x" * 8192}, {}, ("prompt.json", "user")),
        ({"examples": [{"user": "x"}]}, {}, ("prompt.json", "examples")),
        ({"examples": {"user": "x", "assistant": "y"}}, {}, ("prompt.json", "examples")),
        ({"templat": "x"}, {}, ("prompt.json", "templat")),
        ({}, {"max_tokens": 0}, ("decoding.json", "max_tokens")),
        ({}, {"max_tokens": True}, ("decoding.json", "max_tokens")),
        ({}, {"max_tokens": 8.0}, ("decoding.json", "max_tokens")),
        ({}, {"temperature": 2.1}, ("decoding.json", "temperature")),
        ({}, {"temperature": float("nan")}, ("decoding.json", "temperature")),
        ({}, {"temperature": "0"}, ("decoding.json", "temperature")),
        ({}, {"top_p": -0.1}, ("decoding.json", "top_p")),
        ({}, {"stop": "\n"}, ("decoding.json", "stop")),
        ({}, {"seed": 1}, ("decoding.json", "seed")),
    ],
)
def test_a_generation_config_that_breaks_a_rule_is_refused_at_its_key(
    prompt: dict[str, Any], decoding: dict[str, Any], expected: tuple[str, str]
) -> None:
    found = config.generation({**PROMPT, **prompt}, {**DECODING, **decoding})
    assert problems(found) == [expected]


def test_missing_keys_of_both_files_are_named_at_once() -> None:
    assert problems(config.generation({}, {})) == [
        ("prompt.json", "user"),
        ("decoding.json", "max_tokens"),
        ("decoding.json", "temperature"),
    ]


@pytest.mark.parametrize(
    ("prompt", "decoding", "expected"),
    [
        ({"query": "query:"}, {}, ("prompt.json", "query")),
        ({"passage": 1}, {}, ("prompt.json", "passage")),
        ({"user": "{text}"}, {}, ("prompt.json", "user")),
        ({}, {"encoding_format": "base64"}, ("decoding.json", "encoding_format")),
        ({}, {"max_tokens": 4}, ("decoding.json", "max_tokens")),
    ],
)
def test_an_embedding_config_that_breaks_a_rule_is_refused_at_its_key(
    prompt: dict[str, Any], decoding: dict[str, Any], expected: tuple[str, str]
) -> None:
    found = config.embedding({**EMBEDDING, **prompt}, {**FLOAT, **decoding})
    assert problems(found) == [expected]
