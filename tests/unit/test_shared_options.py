"""Every command takes the shared options, each as `cli/options.py` spells it."""

from collections.abc import Mapping

import pytest

from fedfuse.cli.options import DryRun, OutputFormat, Quiet, Root
from tests.support.command_lines import READING
from tests.support.commands import Called, every_command, taken

NO_REGISTRY: Mapping[str, str] = {
    "node render": "reads a folder of pulled releases",
    "init": "makes a registry from the tool's own repository",
    "explain": "says what the tool itself knows",
    "fuse": "fuses three files, wherever they are",
}
"""Commands that read no registry, and what they do instead."""
COMMANDS = every_command()


@pytest.mark.parametrize(("name", "command"), COMMANDS.items(), ids=COMMANDS)
def test_a_command_takes_the_shared_options(name: str, command: Called) -> None:
    shared = {"--format": OutputFormat, "--quiet": Quiet}
    shared |= {} if name in NO_REGISTRY else {"--root": Root}
    shared |= {} if name in READING else {"--dry-run": DryRun}
    assert {option for option, alias in shared.items() if alias not in taken(command)} == set()


def test_only_commands_are_excepted_and_only_from_what_they_do_not_take() -> None:
    assert set(NO_REGISTRY) | set(READING) <= set(COMMANDS)
    assert not any(Root in taken(COMMANDS[name]) for name in NO_REGISTRY)
    assert not any(DryRun in taken(COMMANDS[name]) for name in READING)
