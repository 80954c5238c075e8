"""The commands of `fedfuse`; the module of each is imported only when it is called."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer

from fedfuse import __version__
from fedfuse.model.event_kinds import KINDS


@dataclass(frozen=True, slots=True)
class Command:
    """Where a command lives, and its line in the help."""

    place: str
    """`module:name` in this package, of a function or of a `typer.Typer`."""
    help: str
    of: str = ""
    """What the function makes the command of; empty where it is the command itself."""

    def load(self) -> Callable[..., Any]:
        """Import what the command calls."""
        module, _, name = self.place.partition(":")
        found: Callable[..., Any] = getattr(import_module(f"fedfuse.cli.{module}"), name)
        return found(self.of) if self.of else found


COMMANDS: Mapping[str, Command] = {
    "init": Command("init:init", "Make a registry for an organization."),
    "new": Command("new:new", "Write the manifest of a unit's next version."),
    "validate": Command("validate:validate", "Validate the registry's files while you edit."),
    "check": Command("check:check", "Judge a pull request and print the report."),
    "explain": Command("explain:explain", "Explain a code, a gate, a check or a word."),
    "release": Command("release:release", "Tag the releases that main owes, then mirror them."),
    "mirror": Command("mirror:mirror", "Make the Hub equal to the release tags."),
    "pull": Command("pull:pull", "Fetch a release and verify every byte."),
    "route": Command("route:route", "Say where a release sends a prompt, and why."),
    "serve": Command("serve:serve", "Answer prompts with a pulled release."),
    "node": Command("node_render:app", "Run a node on other engines."),
    "audit": Command("audit:audit", "Prove the history, the tags and the events again."),
    "status": Command("status:status", "Show what is released, what serves and what waits."),
    "history": Command("history:history", "Show what served when, and why."),
    **{kind.name: Command("events:command", kind.help, of=kind.name) for kind in KINDS.values()},
    "checklist": Command("checklist:checklist", "Say GO or NO-GO for a release."),
    "candidates": Command(
        "candidates:candidates", "Judge pull requests as if they were merged together."
    ),
    "report": Command("check:report", "Judge a pull request and publish it."),
    "github-release": Command("github_release:github_release", "Publish release pages on GitHub."),
    "app": Command("release_app:name_app", "Write the release App into this registry."),
    "upgrade": Command("upgrade:upgrade", "Move the registry to this tool, on a branch."),
    "doctor": Command("doctor:doctor", "Find what keeps fedfuse from working."),
    "fuse": Command("fuse:app", "Fuse three provider files into one descriptor, or a router."),
    "eval": Command("eval:app", "Measure a served model on a suite."),
    "slo": Command("slo:app", "Judge production by its objectives."),
}
"""In the order in which people meet them."""


def app(words: Sequence[str]) -> typer.Typer:
    """The command line, ready to run these words.

    When they begin with a command, no other is there; else all are there to be listed, and those
    that occur among the words can be called.
    """
    made = typer.Typer(
        name="fedfuse",
        no_args_is_help=True,
        add_completion=False,
        suggest_commands=False,  # click does it too
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    made.callback()(_root)
    for name in words[:1] if words[:1] and words[0] in COMMANDS else COMMANDS:
        called = COMMANDS[name].load() if name in words else _listed
        if isinstance(called, typer.Typer):
            made.add_typer(called, name=name)
        else:
            made.command(name, short_help=COMMANDS[name].help)(called)
    return made


def _listed() -> None:
    """A command that the words do not name."""


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"fedfuse {__version__}")
        raise typer.Exit


def _root(
    version: bool = typer.Option(
        False,
        "--version",
        help="Print the version and exit.",
        callback=_print_version,
        is_eager=True,
    ),
) -> None:
    """Use a git repository as the registry of a multi-cloud model federation."""
