"""What reads the answers of servers: each is asked for one thing, and the answer is hostile."""

import json
import os
import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from fedfuse.adapters.github_http import Session
from fedfuse.adapters.hub import Hub
from fedfuse.adapters.openai import Client, Endpoint
from fedfuse.adapters.prometheus import Prometheus
from fedfuse.model.slo.objective import Objective
from tests.fuzz.mutation import broken
from tests.fuzz.targets import Target

os.environ["HF_HUB_DISABLE_XET"] = "1"
RELEASE = "acme-ai-federated-v1.2.0"
NOW = datetime(2026, 11, 24, 14, tzinfo=UTC)
_STATUS = (200,) * 16 + (204, 206, 400, 401, 403, 404, 409, 412, 416, 422)
"""Without those that make clients wait before they ask again."""


class _Liar:
    """A server that answers everything with the same bytes."""

    def __init__(self) -> None:
        self.status, self.body, self.lacking = 200, b"", 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def _serve(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.send_response(outer.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(outer.body) + outer.lacking))
                self.end_headers()
                self.wfile.write(outer.body)

            do_GET = do_HEAD = do_POST = _serve  # noqa: N815 - the library's names

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, daemon=True).start()

    def lie(self, draw: random.Random, *sound: object) -> str:
        """From now on answer with a broken form of one of the documents; the address."""
        seeds = [json.dumps(one).encode() for one in sound]
        self.body = broken(draw.choice(seeds), seeds, draw)
        self.status = draw.choice(_STATUS)
        self.lacking = draw.choice((0,) * 20 + (7,))
        return self.url


@cache
def liar() -> _Liar:
    """The one server of this process."""
    return _Liar()


def _matrix(name: str) -> Mapping[str, object]:
    series = {"metric": {"__name__": name, "instance": "n1", "release": RELEASE}}
    start = NOW.timestamp()
    return {**series, "values": [[start - 60, "611"], [start - 30, "617"], [start, "700"]]}


def prometheus(draw: random.Random, _: Path) -> object:
    """Counters from Prometheus."""
    names = ("fedfuse_slo_good_total", "fedfuse_slo_total")
    data = {"resultType": "matrix", "result": [_matrix(name) for name in names]}
    url = liar().lie(draw, {"status": "success", "data": data})
    asked = [Objective("availability", 0.999)]
    return Prometheus(url).read(RELEASE, asked, start=NOW - timedelta(hours=6), end=NOW)


def hub(draw: random.Random, _: Path) -> object:
    """Refs, listings and files from a Hub."""
    ref = {"name": "main", "ref": "refs/heads/main", "targetCommit": "a" * 40}
    refs = {"branches": [ref], "tags": [{**ref, "name": "v1"}], "converts": [], "pullRequests": []}
    lfs = {"oid": "b" * 64, "size": 4, "pointerSize": 120}
    entry = {"type": "file", "oid": "c" * 40, "size": 4, "path": "README.md", "lfs": lfs}
    url = liar().lie(draw, refs, [entry, {"type": "directory", "oid": "d" * 40, "path": "x"}])
    speaker = Hub("acme/federated", endpoint=url, token="x")  # noqa: S106 - no token
    ask = draw.choice(
        (
            speaker.refs,
            lambda: speaker.tree("main"),
            lambda: speaker.files("main", ["README.md"]),
            lambda: speaker.read("main", "README.md", limit=1000),
            speaker.prove_access,
        )
    )
    return ask()


def reply(draw: random.Random, _: Path) -> object:
    """A model's answers."""
    usage = {"prompt_tokens": 9, "completion_tokens": 3}
    message = {"role": "assistant", "content": "hello"}
    spoken = {"choices": [{"message": message, "finish_reason": "stop"}], "usage": usage}
    vectors = {"data": [{"index": 0, "embedding": [0.5, 0.5]}], "usage": usage}
    url = liar().lie(draw, spoken, vectors)
    with Client(Endpoint(url, "tiny", timeout_seconds=5), pause=lambda _: None) as client:
        if draw.random() < 0.5:
            return client.embed(["hello"], options={})
        return client.chat([{"role": "user", "content": "hello"}], options={})


def github(draw: random.Random, _: Path) -> object:
    """Lists and single things from GitHub."""
    comment = {"id": 1, "body": "hello", "user": {"id": 7, "login": "a", "type": "Bot"}}
    url = liar().lie(draw, [comment], comment, {"total_count": 1, "runs": [comment]})
    with Session(url, "x", pause=lambda _: None, clock=lambda: 1_790_000_000.0) as session:
        ask = draw.choice(
            (
                lambda: session.get("/thing"),
                lambda: session.find("/thing"),
                lambda: list(session.pages("/things")),
                lambda: list(session.pages("/things", key="runs")),
            )
        )
        return ask()


SERVER_TARGETS: Mapping[str, Target] = {
    "prometheus": Target(20, prometheus),
    "hub": Target(10, hub),
    "reply": Target(10, reply),
    "github": Target(5, github),
}
