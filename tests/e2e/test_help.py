"""The help of the command line: complete on a plain terminal, for every command."""

from pathlib import Path

import pytest
import typer

from fedfuse.cli.main import app
from tests.terminal import fedfuse

COMMANDS = sorted(typer.main.get_group(app).commands)


def test_the_overview_names_every_command_and_cuts_no_sentence_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = fedfuse(tmp_path, "--help")
    assert (done.code, done.err) == (0, "")
    listed = done.out.partition("Commands:\n")[2].splitlines()
    assert sorted(line.split()[0] for line in listed) == COMMANDS
    assert all(line.endswith(".") and not line.endswith("...") for line in listed)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(tmp_path: Path, command: str) -> None:
    done = fedfuse(tmp_path, command, "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Usage: fedfuse {command}")


def test_no_command_is_a_question_for_help(tmp_path: Path) -> None:
    done = fedfuse(tmp_path)
    assert "Commands:" in done.out + done.err
