"""`scripts/demo` that cannot be played, or does not end as it says."""

import os
import subprocess
from pathlib import Path

import pytest

from fedfuse.errors import FedfuseError
from fedfuse_demo.hub.server import LoopbackHub
from fedfuse_demo.stage import Stage
from tests.support.finished_demo import DEMO, play


def test_one_that_was_killed_half_way_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    root = tmp_path / "kept"
    words = [*DEMO, "--keep", str(root)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("== Three providers"):
                break
        process.kill()
    again = play("--keep", str(root))
    assert again.returncode == 2
    assert (
        again.stderr == f"error: {root} is not empty\nfix: name a folder that does not exist yet\n"
    )


def test_it_fails_when_a_step_does_not_do_what_the_story_says(tmp_path: Path) -> None:
    shim = tmp_path / "bin/git"
    shim.parent.mkdir()
    shim.write_text('#!/bin/sh\ncase " $* " in *" push "*) exit 0 ;; esac\nexec "$REAL" "$@"\n')
    shim.chmod(0o755)
    real = subprocess.run(
        ["which", "git"], capture_output=True, text=True, check=True
    ).stdout.strip()
    done = play(
        environment={"REAL": real, "PATH": f"{shim.parent}{os.pathsep}{os.environ['PATH']}"}
    )
    assert done.returncode == 3
    assert done.stderr.startswith("error: fedfuse check ended with 2, expected 0: ")


def test_words_that_a_command_did_not_say_end_the_story(tmp_path: Path) -> None:
    stage = Stage(tmp_path, LoopbackHub(tmp_path / "hub"))
    stage.fedfuse(tmp_path, "explain", "E206", says=("E206",))
    with pytest.raises(FedfuseError, match="this does not hold: fedfuse explain says 'never said'"):
        stage.fedfuse(tmp_path, "explain", "E206", says=("E206", "never said"))
    with pytest.raises(FedfuseError, match="ended with 0, expected 1"):
        stage.fedfuse(tmp_path, "explain", "E206", expect=1)
    with pytest.raises(FedfuseError, match="the command says what comes next"):
        stage.follow(tmp_path)
