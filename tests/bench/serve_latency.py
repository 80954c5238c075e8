"""What a node adds to a loopback backend: `python tests/bench/serve_latency.py [--requests N]`.

Asks the backend itself and the node in turn, so that both meet the same machine, and prints
percentiles in milliseconds: whole answers, answers that three judges vote on, and the first event
of a stream.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import quantiles

import httpx2

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.support.model_backend import backends
from tests.support.node_release import ROLES, endpoints, land, model_id, release
from tests.support.served_node import served, urls

TARGET = model_id("hf/textgen")
MESSAGES = [{"role": "user", "content": "How long is the coast of Norway?"}]


def whole(client: httpx2.Client, url: str, body: Mapping[str, object]) -> float:
    """Milliseconds of one answer."""
    began = time.perf_counter()
    client.post(f"{url}/v1/chat/completions", json=body).raise_for_status()
    return (time.perf_counter() - began) * 1000


def first(client: httpx2.Client, url: str, body: Mapping[str, object]) -> float:
    """Milliseconds to the first event of a stream; the rest is read, but not timed."""
    began = time.perf_counter()
    asked = {**body, "stream": True}
    with client.stream("POST", f"{url}/v1/chat/completions", json=asked) as got:
        lines = got.iter_lines()
        next(lines)
        milliseconds = (time.perf_counter() - began) * 1000
        got.raise_for_status()
        for _ in lines:
            """The connection is free only at the end."""
    return milliseconds


def line(name: str, samples: Sequence[float], beside: Sequence[float] = ()) -> str:
    """Median and 95th percentile, and how much more than beside."""
    cuts, base = quantiles(samples, n=20), quantiles(beside or [0.0, 0.0], n=20)
    more = f"  adds {cuts[9] - base[9]:6.2f} {cuts[18] - base[18]:6.2f}" if beside else ""
    return f"{name:34} p50 {cuts[9]:6.2f}  p95 {cuts[18]:6.2f}{more}"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=500)
    requests = parser.parse_args().requests
    chat = {"messages": MESSAGES}
    with tempfile.TemporaryDirectory() as folder, httpx2.Client(timeout=30) as client:
        land(Path(folder), release())
        with backends(*map(model_id, ROLES)) as running:
            endpoints(Path(folder), *urls(running))
            with served(Path(folder)) as node:
                node.event("serving")
                direct, through = running[TARGET].url, node.url
                alone = chat | {"model": TARGET}
                acts: dict[str, Callable[[], float]] = {
                    "backend": lambda: whole(client, direct, alone),
                    "node": lambda: whole(client, through, chat | {"prompt_type": "chat"}),
                    "voted": lambda: whole(client, through, chat | {"prompt_type": "sensitive"}),
                    "first, backend": lambda: first(client, direct, alone),
                    "first, node": lambda: first(client, through, chat | {"prompt_type": "chat"}),
                }
                found: dict[str, list[float]] = {name: [] for name in acts}
                for number in range(requests + 20):
                    for name, act in acts.items():
                        milliseconds = act()
                        found[name] += [milliseconds] if number >= 20 else []
    sys.stdout.write(
        f"{requests} requests each, in turn; milliseconds\n"
        f"{line('backend alone', found['backend'])}\n"
        f"{line('through the node', found['node'], found['backend'])}\n"
        f"{line('through the node, voted by three', found['voted'], found['backend'])}\n"
        f"{line('first event, backend alone', found['first, backend'])}\n"
        f"{line('first event, through the node', found['first, node'], found['first, backend'])}\n"
    )


if __name__ == "__main__":
    main()
