"""`fedfuse status`: what is released, what serves, what waits."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from fedfuse.cli.clock import moment
from fedfuse.cli.options import HERE, Format, MainRef, OutputFormat, Quiet, Root


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
    from fedfuse.adapters.git.repository import Repository
    from fedfuse.flows.operating.status import status as read_status
    from fedfuse.report import status as report

    now = moment(at) or datetime.now(UTC)
    with Repository(root) as repository:
        found = read_status(repository, until=repository.tip(ref), limit=limit, now=now)
    if output is Format.JSON:
        from fedfuse.cli.reporting import print_json

        print_json(report.fields(found))
        return
    render = report.markdown if output is Format.MARKDOWN else report.text
    typer.echo(render(found), nl=False)
