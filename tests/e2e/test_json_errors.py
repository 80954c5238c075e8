"""A program that asks for JSON gets one document for every end of a command, also for an error."""

import shlex
from pathlib import Path

import pytest

from tests.support.cli_runner import fedfuse
from tests.support.command_lines import READING, WRITING
from tests.support.commands import every_command

COMMANDS = every_command()
AS_JSON = pytest.mark.parametrize("form", [("--format=json",), ("--format", "json")], ids=len)
ANSWERS = {"init", "explain", "validate", "doctor"}
"""Commands that have an answer in an empty folder."""
LINES = [
    "upgrade",
    "eval seal {up}/suite --to {up}/kept",
    "eval release",
    "fuse router --embedding {up}/vectors --source acme/tiny --license mit",
    "serve {up}/node",
    "node render {up}/node --for litellm",
    *(f"{name} {words}" for name, words in READING.items()),
]
LINES += [one.words for one in WRITING]
GAPS = {"number": "7", "head": "1" * 40, "at": "2026-11-24T13:00Z", "model": "http://127.0.0.1:9"}


def name_of(line: str) -> str:
    first, second, *_ = *line.split(), ""
    return f"{first} {second}" if f"{first} {second}" in COMMANDS else first


@AS_JSON
@pytest.mark.parametrize("command", COMMANDS)
def test_an_option_that_no_command_has_is_one_document(
    tmp_path: Path, command: str, form: tuple[str, ...]
) -> None:
    done = fedfuse(tmp_path, *command.split(), *form, "--no-such-option")
    assert done.code == 2
    assert "no-such-option" in done.json()["error"]
    assert done.json()["fix"]
    assert done.json()["error"] in done.err


@pytest.mark.parametrize("line", LINES)
def test_a_command_that_finds_no_registry_says_so_in_one_document(
    tmp_path: Path, line: str
) -> None:
    nothing = {"up": tmp_path, "samples": tmp_path / "gone", "source": tmp_path}
    words = shlex.split(line.format(**GAPS, **nothing))
    done = fedfuse(tmp_path, *words, "--format", "json")
    said = done.json()
    if name_of(line) not in ANSWERS:
        assert done.code in {2, 3}
        assert said["error"] in done.err
        assert said["fix"]


def test_every_command_is_among_those_lines() -> None:
    assert {name_of(line) for line in LINES} == set(COMMANDS)


def test_counters_that_cannot_be_read_are_findings_in_the_document(tmp_path: Path) -> None:
    (tmp_path / "counts").write_text("{}\n")
    for words in (("check", "--source", "counts"), ("replay", "counts")):
        done = fedfuse(tmp_path, "slo", *words, "--format", "json")
        assert (done.code, done.json()["findings"][0]["code"]) == (3, "E752")
