"""A repository as gto knows them: one annotated tag `NAME@vX.Y.Z` for each commit of main."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.bench.content import committed_at
from tests.bench.policy import BOT

ARTIFACTS = ("textgen", "policy", "embedder", "runtime")
"""As many as a generated registry with two units per provider has models."""


def build(directory: Path, tags: int) -> None:
    """Write a repository of so many commits and tags, with a work tree, as gto needs one."""
    git = ("git", "-C", str(directory))
    subprocess.run(["git", "init", "-q", "-b", "main", str(directory)], check=True)
    stream = "".join(_commands(tags)).encode("ascii")
    subprocess.run([*git, "fast-import", "--quiet"], input=stream, check=True)
    subprocess.run([*git, "pack-refs", "--all"], check=True)
    subprocess.run([*git, "reset", "-q", "--hard", "main"], check=True)


def _commands(tags: int) -> Iterator[str]:
    for number in range(tags):
        when = f"{BOT} {int(committed_at(number).timestamp())} +0000"
        artifact, version = ARTIFACTS[number % len(ARTIFACTS)], f"v1.0.{number // len(ARTIFACTS)}"
        yield f"commit refs/heads/main\nmark :{number + 1}\ncommitter {when}\n{_data('ship')}"
        yield f"M 100644 inline {artifact}\n{_data(version)}"
        yield f"tag {artifact}@{version}\nfrom :{number + 1}\ntagger {when}\n"
        yield _data(f"Registering artifact {artifact} version {version}")


def _data(text: str) -> str:
    return f"data {len(text)}\n{text}\n"
