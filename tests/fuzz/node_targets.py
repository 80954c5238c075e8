"""What a node reads of its operator, its clients and its models."""

import json
import random
import tempfile
from functools import cache
from pathlib import Path

from fedfuse.adapters import endpoints_file
from fedfuse.node.ballot import read
from fedfuse.node.node import Node
from fedfuse.node.reply import Reply
from fedfuse.node.serving import protocol
from fedfuse.node.serving.protocol import BadRequestError
from tests.fuzz.mutation import broken
from tests.fuzz.targets import Target
from tests.support import corpus
from tests.support.corpus import content
from tests.support.node_release import land, release

_PROMPTS = (
    b'{"model": "acme-ai-federated/chat", "messages": [{"role": "user", "content": "\\ud83d"}]}',
    b'{"prompt_type": "chat", "messages": [], "temperature": 0.5, "stop": ["x"], "stream": true}',
    b'{"metadata": {"prompt_type": "search"}, "input": ["a", "b"], "encoding_format": "float"}',
    b'{"texts": ["a"], "input_type": "response", "images": []}',
)
_VOTES = tuple(
    json.dumps({"choices": [{"message": {"content": said}, "finish_reason": "stop"}]}).encode()
    for said in ('{"decision": "allow"}', '{"decision": "refuse", "labels": []}', "no", None)
)


def endpoints(draw: random.Random, folder: Path) -> object:
    """An endpoints.yaml."""
    seeds = tuple(content(corpus.read(path).good) for path in corpus.cases("endpoints"))
    (folder / "endpoints.yaml").write_bytes(broken(draw.choice(seeds), seeds, draw))
    return endpoints_file.read(folder / "endpoints.yaml")


def prompt(draw: random.Random, _: Path) -> object:
    """What a client posts, to each of the paths, up to the decision."""
    body = broken(draw.choice(_PROMPTS), _PROMPTS, draw)
    try:
        raw = protocol.read(body)
        for path in ("chat/completions", "embeddings"):
            asked, _is_stream = protocol.contract_form(raw, model="acme-ai-federated", path=path)
            _node().decide(asked)
        return protocol.guarded(raw)
    except BadRequestError as err:
        return protocol.error(err.problem)


def vote(draw: random.Random, _: Path) -> object:
    """What a voter answers."""
    raw = broken(draw.choice(_VOTES), _VOTES, draw)
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):  # refused before it comes to a vote
        return None
    return read(Reply(raw, body)) if isinstance(body, dict) else None


@cache
def _node() -> Node:
    with tempfile.TemporaryDirectory() as folder:
        return Node.load(land(Path(folder), release()))


NODE_TARGETS = {
    "endpoints": Target(60, endpoints),
    "prompt": Target(100, prompt),
    "vote": Target(60, vote),
}
