"""A demonstration that was played to its end, and what git and the Hub in its folder say."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

DEMO = (sys.executable, "-m", "fedfuse_demo")
FIRST, SECOND = (f"acme-ai-federated-v1.0.{patch}" for patch in range(2))
EVENTS = "releases/events"
NOBODY = "http://127.0.0.1:9"
SOMEBODYS = {
    "FEDFUSE_SLO_SOURCE": "/nowhere",
    "GITHUB_API_URL": NOBODY,
    "GITHUB_TOKEN": "secret",
    "HF_ENDPOINT": NOBODY,
}
"""Settings of whoever runs the demonstration: none of its commands may heed them."""


def play(
    *words: str, environment: Mapping[str, str] = SOMEBODYS
) -> subprocess.CompletedProcess[str]:
    """Play the demonstration in a process of its own."""
    return subprocess.run(
        [*DEMO, *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@dataclass(frozen=True, slots=True)
class Played:
    """A demonstration that was played to its end."""

    root: Path
    """The folder that was kept."""
    out: str

    @property
    def upstream(self) -> Path:
        """The registry that everyone clones."""
        return self.root / "upstream.git"

    @property
    def hub(self) -> Path:
        """The repository of the releases on the Hub, which is a bare one on disk."""
        return self.root / "hub/models/acme/acme-ai-federated.git"

    @property
    def maintainer(self) -> Path:
        """The maintainer's clone."""
        return self.root / "clones/maintainer"

    def chapter(self, beginning: str) -> str:
        """The text of the chapter whose title begins so."""
        (found,) = [c for c in self.out.split("\n== ")[1:] if c.startswith(beginning)]
        return found

    def git(self, where: Path, *words: str) -> str:
        """What git prints in a repository."""
        words = ("git", "-C", str(where), *words)
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the maintainer's clone, as a reader would afterwards."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            words,
            cwd=self.maintainer,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )

    def event(self, number: int) -> dict[str, Any]:
        """An event as main holds it."""
        path = f"{EVENTS}/{number:04}.yaml"
        loaded: dict[str, Any] = yaml.safe_load(self.git(self.upstream, "show", f"main:{path}"))
        return loaded

    def landing(self, number: int) -> str:
        """The commit of main that added an event."""
        path = f"{EVENTS}/{number:04}.yaml"
        return self.git(self.upstream, "log", "--format=%H", "--diff-filter=A", "main", "--", path)

    def channels(self) -> list[Any]:
        """Every channels.json that the Hub's main ever held, oldest first."""
        log = ("log", "--reverse", "--format=%H", "main", "--", "channels.json")
        commits = self.git(self.hub, *log).split()
        return [json.loads(self.git(self.hub, "show", f"{c}:channels.json")) for c in commits]

    def counted(self) -> Iterator[dict[str, Any]]:
        """The samples of the simulated traffic."""
        return map(json.loads, (self.root / "traffic.jsonl").read_text().splitlines())
