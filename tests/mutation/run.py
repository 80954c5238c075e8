"""Runs the tests of a mutant in a copy of the tree."""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.coverage import covering
from tests.mutation.mutants import Mutant

TOP = Path(__file__).parents[2]
ROOM = "scripts/fedfuse/engine/v1"
_COPIED = (
    "scripts",
    "tests",
    "schemas",
    "manifests",
    "releases",
    "pyproject.toml",
    "registry.yaml",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant."""

    mutant: Mutant
    killed_by: str
    """The first test that failed; empty when none did."""
    seconds: float


class Workshop:
    """A copy of the tree, in which one mutant at a time takes the place of its file."""

    def __init__(self, root: Path) -> None:
        """Copy the tree and start what runs its tests."""
        self.root = root
        root.mkdir()
        ignored = shutil.ignore_patterns("__pycache__", "act", "bench")
        for name in _COPIED:
            source = TOP / name
            if source.is_dir():
                shutil.copytree(source, root / name, ignore=ignored)
            else:
                shutil.copy2(source, root / name)
        paths = f"{root / 'scripts'}{os.pathsep}{root}"
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.mutation.server"],
            cwd=root,
            env={**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        """Let the tests' process end."""
        self._server.communicate()

    def attempt(self, mutant: Mutant) -> Outcome:
        """Run the mutant's tests until one fails, then put the file back."""
        file = self.root / ROOM / mutant.path
        original = file.read_bytes()
        began = time.monotonic()
        file.write_text(mutant.source)
        try:
            killed_by = self.failing(covering(mutant.path))
        finally:
            file.write_bytes(original)
        return Outcome(mutant, killed_by, time.monotonic() - began)

    def failing(self, tests: tuple[str, ...]) -> str:
        """The first test that fails; empty when all pass."""
        assert self._server.stdin
        assert self._server.stdout
        self._server.stdin.write(f"{' '.join(tests)}\n")
        self._server.stdin.flush()
        answer = self._server.stdout.readline()
        assert answer, "the tests' process ended"
        return answer.strip()
