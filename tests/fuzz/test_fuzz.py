import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.__main__ import EVERY

TOP = Path(__file__).parents[2]


@pytest.mark.slow  # thousands of inputs
@pytest.mark.parametrize("name", sorted(EVERY))
def test_hostile_input_is_refused_and_never_a_bug(name: str) -> None:
    """A part of what `python -m tests.fuzz` does, in a process whose memory is its own."""
    words = ("--only", name, "--inputs", str(3 * EVERY[name].share), "--seed", "7")
    command = [sys.executable, "-m", "tests.fuzz", *words]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
