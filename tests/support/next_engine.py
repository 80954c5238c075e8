"""A tool of tomorrow: today's with a second engine beside the first, made as a developer would."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.cli_runner import Done

SOURCE = Path(__file__).parents[2] / "scripts" / "fedfuse"
FLOOR = "verdict = Verdict.PASS if quality >= policy.floor else Verdict.FAIL"
RAISED = FLOOR.replace("policy.floor", "policy.floor + 0.05")
"""The one rule that engine 2 changes: a shipment has to clear its floor by five points."""


def make(folder: Path, *, engines: tuple[int, ...] = (1, 2)) -> Path:
    """Copy the tool into a folder, add engine 2, and leave out the engines that are not named."""
    tool = folder / "fedfuse"
    shutil.copytree(SOURCE, tool, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(tool / "engine/v1", tool / "engine/v2")
    for path in (tool / "engine/v2").rglob("*.py"):
        text = path.read_text().replace("fedfuse.engine.v1", "fedfuse.engine.v2")
        path.write_text(text.replace("NUMBER = 1", "NUMBER = 2"))
    gate = tool / "engine/v2/gates/quality.py"
    assert FLOOR in gate.read_text()
    gate.write_text(gate.read_text().replace(FLOOR, RAISED))
    listed = ", ".join(f'{number}: "fedfuse.engine.v{number}.engine"' for number in engines)
    face = tool / "engine/__init__.py"
    text = re.sub(r"(ENGINES: [^=]+= )\{[^}]*\}", rf"\1{{{listed}}}", face.read_text())
    face.write_text(text)
    for number in {1, 2} - set(engines):
        shutil.rmtree(tool / f"engine/v{number}")
    return folder


def run(tool: Path, root: Path, *arguments: str) -> Done:
    """Run that tool's command line in a folder, as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "fedfuse", *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(tool)},
        capture_output=True,
        text=True,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)
