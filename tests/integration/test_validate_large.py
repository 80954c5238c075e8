"""`fedfuse validate` of many manifests: linear in the versions of a unit, and it shows progress."""

import os
import pty
import subprocess
import sys
import termios
from collections import Counter
from pathlib import Path

import pytest

from fedfuse.adapters.work_tree import WorkTree
from fedfuse.flows.checking.validate import validate
from fedfuse.model.canonical import sha256
from fedfuse.model.finding import Finding
from tests.support.registry import RegistrySandbox

UNIT = "hf/textgen-lora"
FOLDER = f"manifests/{UNIT}"

opened: list[str] = []
"""Files and folders that were opened since the list was cleared."""
sys.addaudithook(
    lambda event, facts: opened.append(str(facts[0])) if event in {"open", "os.listdir"} else None
)


@pytest.fixture
def box(tmp_path: Path) -> RegistrySandbox:
    box = RegistrySandbox.create(tmp_path / "registry")
    for version in range(1, 13):
        box.ship(UNIT, version, salt=f"run {version}", quality=0.85 + version / 100)
    return box


def found(box: RegistrySandbox) -> tuple[Finding, ...]:
    return validate(WorkTree(box.root), paths=())[1]


def test_no_file_is_opened_more_often_because_its_unit_has_more_versions(
    box: RegistrySandbox,
) -> None:
    opened.clear()
    assert found(box) == ()
    times = Counter(path for path in opened if path.startswith(str(box.root / FOLDER)))
    assert len(times) == 1 + 2 * 12
    assert times.pop(str(box.root / FOLDER)) == 1
    # Its digest, its rows, and its timings for a version that was judged before it.
    assert max(times.values()) <= 3


def test_a_copy_of_any_earlier_run_is_named_with_the_first_version_that_has_it(
    box: RegistrySandbox,
) -> None:
    first = (box.root / FOLDER / "v3.evidence.csv").read_bytes()
    for version in (7, 11):
        evidence = box.root / FOLDER / f"v{version}.evidence.csv"
        manifest = box.root / FOLDER / f"v{version}.yaml"
        text = manifest.read_text("utf-8").replace(sha256(evidence.read_bytes()), sha256(first))
        manifest.write_text(text, "utf-8")
        evidence.write_bytes(first)
    copies = [(f.path, f.message) for f in found(box) if f.code == "E413"]
    message = f"this is the evidence of {UNIT}@v3"
    assert copies == [(f"{FOLDER}/v11.yaml", message), (f"{FOLDER}/v7.yaml", message)]


def test_a_gap_in_the_versions_is_named_at_the_version_above_it(box: RegistrySandbox) -> None:
    for name in ("v5.yaml", "v5.evidence.csv"):
        (box.root / FOLDER / name).unlink()
    (gap,) = found(box)
    assert (gap.path, gap.code, gap.expected) == (f"{FOLDER}/v6.yaml", "E323", "5")


def test_progress_is_shown_on_a_terminal_and_not_when_quiet(box: RegistrySandbox) -> None:
    assert b"file/s" in on_a_terminal(box.root)
    assert on_a_terminal(box.root, "--quiet") == b""


def on_a_terminal(root: Path, *options: str) -> bytes:
    """What a validation prints on standard error, which is a terminal."""
    here, there = pty.openpty()
    termios.tcsetwinsize(there, (24, 80))
    os.set_blocking(here, False)
    command = [sys.executable, "-m", "fedfuse", "validate", *options]
    done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, stderr=there, check=False)
    assert (done.returncode, b"file/s" in done.stdout) == (0, False)
    try:
        return os.read(here, 10_000)
    except BlockingIOError:
        return b""
    finally:
        os.close(there)
        os.close(here)
