"""LiteLLM as a process of its own, from the environment that `tests/engines/install` makes."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from tests.engines.places import program

KEY = "sk-of-the-clients"
_START_SECONDS = 120


@dataclass(frozen=True)
class Proxy:
    """A running proxy."""

    url: str
    log: Path

    def post(self, path: str, body: Any) -> httpx2.Response:
        """Ask it as a client does."""
        headers = {"authorization": f"Bearer {KEY}"}
        return httpx2.post(f"{self.url}/v1/{path}", json=body, headers=headers, timeout=60)


@contextlib.contextmanager
def proxy(config: Path, **environment: str) -> Iterator[Proxy]:
    """LiteLLM with a configuration, once it answers."""
    port, log = _free_port(), config.with_suffix(".log")
    words = [
        str(program("litellm", "litellm")),
        "--config",
        str(config),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    told = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MASTER_KEY": KEY, "NO_PROXY": "*"}
    with log.open("wb") as written:
        process = subprocess.Popen(
            [*words, "--telemetry", "False"],
            stdout=written,
            stderr=subprocess.STDOUT,
            env={**clean, **told, **environment},
            cwd=config.parent,
        )
    try:
        made = Proxy(f"http://127.0.0.1:{port}", log)
        _wait_for(made, process)
        yield made
    finally:
        process.terminate()
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def _wait_for(made: Proxy, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        with contextlib.suppress(httpx2.TransportError):
            if httpx2.get(f"{made.url}/health/liveliness", timeout=5).status_code == 200:
                return
        ended = process.poll() is not None
        if ended or time.monotonic() > deadline:
            raise AssertionError(f"LiteLLM does not answer:\n{made.log.read_text()[-3000:]}")
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.2)
