"""Runs the tests of a mutant in a copy of the tree."""

import os
import re
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.coverage import tests_of
from tests.mutation.mutants import Mutant

TOP = Path(__file__).parents[2]
ROOM = "scripts/fedfuse/engine/v1"
_CPU_SECONDS = 120
"""A mutant that runs on and on is noticed by that."""
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
        """Copy the tree; its own tests must pass, or nothing they say counts."""
        self.root = root
        root.mkdir()
        ignored = shutil.ignore_patterns("__pycache__", "act", "bench")
        for name in _COPIED:
            source = TOP / name
            if source.is_dir():
                shutil.copytree(source, root / name, ignore=ignored)
            else:
                shutil.copy2(source, root / name)

    def attempt(self, mutant: Mutant) -> Outcome:
        """Run the mutant's tests until one fails, then put the file back."""
        file = self.root / ROOM / mutant.path
        original, times = file.read_bytes(), file.stat()
        began = time.monotonic()
        file.write_text(mutant.source)
        try:
            killed_by = self._tested(tests_of(mutant.path))
        finally:
            file.write_bytes(original)
            # compiled files are found again by the time of their source
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
        return Outcome(mutant, killed_by, time.monotonic() - began)

    def _tested(self, tests: tuple[str, ...]) -> str:
        """The first test that fails; empty when all pass."""
        paths = f"{self.root / 'scripts'}{os.pathsep}{self.root}"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=no", *tests],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=_limit,
        )
        if done.returncode == 0:
            return ""
        found = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
        return found[1].removeprefix("tests/") if found else "no answer in time"


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
