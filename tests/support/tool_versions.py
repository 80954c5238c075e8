"""The tool's repository with several versions of the tool, each a commit and a folder to run."""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from fedfuse.adapters import tool
from fedfuse.flows.registry.render import TEMPLATE
from tests.support import next_engine
from tests.support.cli_runner import Done
from tests.support.git_repositories import Sandbox

NAME = "tools/fedfuse"
BEFORE_LOCKS = "5b14c5c"
"""The last commit whose `init` knew no lock: every registry held a copy of the tool."""
Edits = Mapping[str, Callable[[str], str]]
"""Path in the tool's repository to what a version makes of the file."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the tool."""

    folder: Path
    commit: str

    @property
    def place(self) -> str:
        """What `--tool` is given."""
        return f"{NAME}@{self.commit}"

    def run(self, root: Path, *words: str) -> Done:
        """Run this version's command line in a folder, as a process of its own."""
        return next_engine.run(self.folder / "scripts", root, *words)


class ToolRepository:
    """A git repository in the place of github.com/tools/fedfuse."""

    def __init__(self, folder: Path) -> None:
        self.box, self._folder = Sandbox(folder / "tool.git"), folder
        for path, data in tool.template(*TEMPLATE).items():
            self.box.write(path, data)
        kept = shutil.ignore_patterns("__pycache__")
        shutil.copytree(next_engine.SOURCE, self.box.root / "scripts/fedfuse", ignore=kept)

    def version(self, number: str, edits: Edits | None = None) -> Version:
        """The next version: the one before, with edits."""
        face = "scripts/fedfuse/__init__.py"
        named = {face: lambda text: f'{text.partition("__version__")[0]}__version__ = "{number}"\n'}
        for path, edit in {**named, **(edits or {})}.items():
            before = (self.box.root / path).read_text("utf-8")
            after = edit(before)
            assert after != before, path
            self.box.write(path, after)
        commit = self.box.commit(number)
        folder = self._folder / number
        self.box.git("worktree", "add", "-q", "--detach", str(folder), commit)
        return Version(folder, commit)

    def on_github(self, patch: pytest.MonkeyPatch, home: Path) -> None:
        """Let git find the repository where the lock says that it is."""
        there = f'[url "{self.box.root}"]\n\tinsteadOf = https://github.com/{NAME}\n'
        (home / "gitconfig").write_text(there)
        patch.setenv("GIT_CONFIG_GLOBAL", str(home / "gitconfig"))


def before_locks(folder: Path) -> Version:
    """The tool of `BEFORE_LOCKS`, from this repository's own history."""
    top = Path(__file__).parents[2]
    done = subprocess.run(
        ["git", "archive", "--format=tar", BEFORE_LOCKS], cwd=top, capture_output=True, check=False
    )
    if done.returncode != 0:
        pytest.fail(f"commit {BEFORE_LOCKS} is not in this clone: git fetch --unshallow")
    folder.mkdir()
    environment = {"PATH": os.environ["PATH"]}
    subprocess.run(["tar", "-x"], cwd=folder, input=done.stdout, check=True, env=environment)
    return Version(folder, "")
