"""The command as a process of its own, with the memory that it and its gits took at most."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_WRAPPER = """
import json, resource, subprocess, sys, time
start = time.monotonic()
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
rss = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
seconds = time.monotonic() - start
print(json.dumps([done.returncode, done.stdout, done.stderr, rss // 1024, seconds]))
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """How a command ended, and what it cost."""

    code: int
    out: str
    err: str
    megabytes: int
    """Resident memory of the largest of its processes."""
    seconds: float


def measured(root: Path, *arguments: str) -> Measured:
    """Run the command in a folder."""
    command = [sys.executable, "-m", "fedfuse", *arguments]
    done = subprocess.run(
        [sys.executable, "-c", _WRAPPER, *command],
        cwd=root,
        capture_output=True,
        check=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2] / "scripts")},
    )
    return Measured(*json.loads(done.stdout))
