"""`fedfuse serve` as a process of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from tests.support.model_backend import Backend


@dataclass
class ServedNode:
    """A running node."""

    url: str
    process: subprocess.Popen[str]

    def get(self, path: str) -> httpx2.Response:
        """Ask it on a connection of its own."""
        return httpx2.get(f"{self.url}{path}", timeout=30)

    def chat(self, prompt: str, kind: str = "chat", **more: Any) -> httpx2.Response:
        """One request, answered whole."""
        body = {"messages": [{"role": "user", "content": prompt}], "prompt_type": kind, **more}
        return httpx2.post(f"{self.url}/v1/chat/completions", json=body, timeout=30)

    def event(self, kind: str) -> Mapping[str, Any]:
        """Its next event of a kind; those before it are skipped."""
        assert self.process.stdout
        for line in self.process.stdout:
            said: Mapping[str, Any] = json.loads(line)
            if said["event"] == kind:
                return said
        raise AssertionError(f"it ended before it said {kind}")

    def terminate(self) -> int:
        """SIGTERM; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@contextlib.contextmanager
def served(root: Path, *words: str, **environment: str) -> Iterator[ServedNode]:
    """A node that serves the releases of a folder, once it listens."""
    started = [sys.executable, "-m", "fedfuse", "serve", str(root), "--port", "0", *words]
    process = subprocess.Popen(
        started, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )
    node = ServedNode("", process)
    try:
        node.url = node.event("listening")["url"]
        yield node
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def urls(backends: Mapping[str, Backend]) -> list[str]:
    """Where they are."""
    return [backend.url for backend in backends.values()]
