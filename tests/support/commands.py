"""Every command of the command line, found where they are listed."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_type_hints

import typer

from fedfuse.cli.commands import COMMANDS

Called = Callable[..., Any]


def every_command() -> Mapping[str, Called]:
    """Name to function, the commands of groups as `slo check`."""
    return dict(_found())


def taken(command: Called) -> set[object]:
    """What a command takes, as its parameters are annotated: a shared option is the alias itself.

    Two aliases are equal only when they hold the very same option.
    """
    return {hint for hint in get_type_hints(command, include_extras=True).values() if _hashes(hint)}


def _hashes(hint: object) -> bool:
    return hint is not type(None) and getattr(hint, "__metadata__", None) is not None


def _found() -> Iterator[tuple[str, Called]]:
    for name, listed in COMMANDS.items():
        loaded = listed.load()
        if not isinstance(loaded, typer.Typer):
            yield name, loaded
            continue
        whole = loaded.registered_callback
        if whole and whole.callback and whole.invoke_without_command is True:
            yield name, whole.callback
        for one in loaded.registered_commands:
            assert one.callback
            yield f"{name} {one.name}", one.callback
