"""`fedfuse route`: say where a release sends a prompt, and why."""

from typing import Annotated

import typer

from fedfuse.cli.options import HERE, Format, OutputFormat, Quiet, Root
from fedfuse.cli.reporting import show
from fedfuse.flows.node import routing as flow
from fedfuse.report import routing as report


def route(
    *,
    prompt: Annotated[str, typer.Argument(help="What somebody asks.")],
    release: Annotated[
        str,
        typer.Option("--release", metavar="TAG|FOLDER", help="Default: the newest of this clone."),
    ] = "",
    prompt_type: Annotated[str, typer.Option("--type", help="The type, if the caller says.")] = "",
    explain: Annotated[bool, typer.Option("--explain", help="Show every label's score.")] = False,
    root: Root = HERE,
    output: OutputFormat = Format.TEXT,
    _quiet: Quiet = False,
) -> None:
    """Say where a release sends a prompt, and why."""
    found = flow.route(prompt, release=release, prompt_type=prompt_type, root=root)
    show(output, report.blocks(found, explain=explain), found)
