"""`fedfuse status`: what is released, what serves, what waits."""

from typing import Annotated

import typer

from fedfuse.adapters.git.repository import Repository
from fedfuse.cli.options import HERE, Format, MainRef, OutputFormat, Quiet, Root, now
from fedfuse.cli.reporting import show
from fedfuse.flows.operating.status import status as read_status
from fedfuse.report import status as report


def status(
    root: Root = HERE,
    ref: MainRef = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many releases to list.")] = 10,
    at: Annotated[
        str,
        typer.Option(
            "--at", metavar="TIME", help="Clock for the next window (ISO 8601); default: now."
        ),
    ] = "",
    output: OutputFormat = Format.TEXT,
    _quiet: Quiet = False,
) -> None:
    """Show what is released, what serves and what waits."""
    with Repository(root) as repository:
        found = read_status(repository, until=repository.tip(ref), limit=limit, now=now(at))
    show(output, report.blocks(found), report.fields(found))
