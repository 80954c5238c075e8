"""The help of the command line: complete on a plain terminal, for every command."""

from pathlib import Path

import pytest

from fedfuse import __version__
from fedfuse.adapters import sli_file
from fedfuse.adapters.sli_file import SliFile
from fedfuse.cli.commands import COMMANDS
from tests.support.cli_runner import fedfuse


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
    assert done.err.count("Did you mean 'status'?") == 1


def test_the_line_of_counts_in_the_help_is_one_that_slo_reads(tmp_path: Path) -> None:
    shown = fedfuse(tmp_path, "slo", "--help").out
    line = " ".join(shown[shown.index("{") : shown.index("}") + 1].split())
    (tmp_path / "counts").write_text(f"{line}\n")
    read = sli_file.load(tmp_path / "counts")
    assert isinstance(read, SliFile)
    assert [one.total for one in read.samples] == [617]


def test_the_version_is_the_same_whoever_answers(tmp_path: Path) -> None:
    assert fedfuse(tmp_path, "--version").out == f"fedfuse {__version__}\n"
    assert fedfuse(tmp_path, "--version", "status").out == f"fedfuse {__version__}\n"
