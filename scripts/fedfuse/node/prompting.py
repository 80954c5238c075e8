"""Asks a `config` unit the way it was released: its prompt around the request, its decoding."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fedfuse.adapters.files import read_named
from fedfuse.adapters.json_strict import load_json
from fedfuse.errors import RefusedError
from fedfuse.model.canonical import sha256
from fedfuse.model.document import Document
from fedfuse.node.release import Member
from fedfuse.suite import config as configs
from fedfuse.suite.config import Config, EmbeddingConfig, GenerationConfig

FORMAT = "config"
_MAX_BYTES = 1024 * 1024


def read(member: Member, folder: Path) -> Config:
    """The config of a member, whose files must be the bytes that its manifest names.

    Raises RefusedError for any other bytes, and what `read_named` raises.
    """
    read_files = {}
    for name in (configs.PROMPT, configs.DECODING):
        body = read_named(folder / name, most=_MAX_BYTES, fix="correct `configs` in endpoints.yaml")
        document = load_json(body, path=name)
        if sha256(body) != member.files.get(name) or not isinstance(document, Document):
            raise RefusedError(
                f"{folder / name} is not the file of {member.id}",
                fix="put the released artifact there, as the uri of its manifest names it",
            )
        read_files[name] = document.value
    prompt, decoding = read_files[configs.PROMPT], read_files[configs.DECODING]
    make = configs.embedding if "passage" in prompt else configs.generation
    config = make(prompt, decoding)
    if isinstance(config, list):
        raise RefusedError(
            f"{folder}/{config[0].file}: bad {config[0].key}; expected {config[0].expected}",
            fix="use an older release, and tell its provider",
        )
    return config


def wrapped(config: Config, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """The request as this config asks it: decoded as it was measured.

    A client may only ask for fewer tokens and for more places to stop.
    """
    if isinstance(config, EmbeddingConfig):
        template = config.query if request.get("input_type") == "query" else config.passage
        texts = [configs.filled(template, {"text": text}) for text in request["texts"]]
        return {**request, "texts": texts, **config.options}
    return {**request, **_decoding(config, request), "messages": _messages(config, request)}


def _decoding(config: GenerationConfig, request: Mapping[str, Any]) -> Mapping[str, Any]:
    options = dict(config.options)
    options["max_tokens"] = min(options["max_tokens"], request.get("max_tokens", 32768))
    stops = dict.fromkeys([*options.get("stop", ()), *request.get("stop", ())])
    return {**options, "stop": list(stops)[:4]} if stops else options


def _messages(config: GenerationConfig, request: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """The client's system messages are the rules, its last message the prompt."""
    *earlier, last = request["messages"]
    rules = "\n\n".join(turn["content"] for turn in earlier if turn["role"] == "system")
    turns = [turn for turn in earlier if turn["role"] != "system"]
    return list(config.conversation(last["content"], rules=rules, earlier=turns))
