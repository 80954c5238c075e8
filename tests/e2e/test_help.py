"""The help of the command line: complete on a plain terminal, for every command."""

from pathlib import Path

import pytest

from fedfuse import __version__
from fedfuse.cli.commands import COMMANDS
from tests.terminal import fedfuse


def test_the_overview_names_every_command_and_cuts_no_sentence_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = fedfuse(tmp_path, "--help")
    assert (done.code, done.err) == (0, "")
    listed = done.out.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in listed] == list(COMMANDS)
    assert all(line.endswith(".") and not line.endswith("...") for line in listed)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(tmp_path: Path, command: str) -> None:
    done = fedfuse(tmp_path, command, "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Usage: fedfuse {command}")


def test_no_command_is_a_question_for_help(tmp_path: Path) -> None:
    done = fedfuse(tmp_path)
    assert "Commands:" in done.out + done.err


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_found_behind_the_end_of_the_options(tmp_path: Path, command: str) -> None:
    done = fedfuse(tmp_path, "--", command, "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Usage: fedfuse {command}")


def test_a_misspelled_command_is_a_question_about_the_right_one(tmp_path: Path) -> None:
    done = fedfuse(tmp_path, "statu")
    assert (done.code, done.out) == (2, "")
    assert "Did you mean 'status'?" in done.err


def test_the_version_is_the_same_whoever_answers(tmp_path: Path) -> None:
    assert fedfuse(tmp_path, "--version").out == f"fedfuse {__version__}\n"
    assert fedfuse(tmp_path, "--version", "status").out == f"fedfuse {__version__}\n"
