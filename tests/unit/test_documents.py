"""The pages for people name only commands, options and places that exist."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer.main

from fedfuse.cli.commands import COMMANDS, app

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", ".github/CONTRIBUTING.md", ".github/OPERATING.md")
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)([^)\s]*)\)")


def calls(page: str) -> Iterator[list[str]]:
    """The words of every call of `fedfuse` in the shell blocks of a page."""
    for block in BLOCK.findall((ROOT / page).read_text(encoding="utf-8")):
        for line in block.replace("\\\n", " ").splitlines():
            for part in re.split(r"&&|\|", line):
                words = shlex.split(part, comments=True)
                if words[:1] == ["fedfuse"]:
                    yield words[1:]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_option_of_a_page_exists(page: str) -> None:
    for words in calls(page):
        assert words[0] in COMMANDS, words
        command = typer.main.get_command(app(words[:1]))
        for word in words:
            if isinstance(command, click.Group):
                command = command.commands[word]
        known = {name for option in command.params for name in option.opts}
        assert {word for word in words if word.startswith("--")} <= known | {"--help"}, words


@pytest.mark.parametrize("page", [*PAGES, ".github/ARCHITECTURE.md", ".github/REFERENCE.md"])
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for link in LINK.findall(text):
        path, _, section = link.partition("#")
        aim = (ROOT / page).parent / path if path else ROOT / page
        assert aim.exists(), link
        if section:
            assert section in anchors(aim.read_text(encoding="utf-8")), link


def anchors(text: str) -> set[str]:
    """What GitHub makes of the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^a-z0-9 _-]", "", one.lower()).replace(" ", "-") for one in headings}
