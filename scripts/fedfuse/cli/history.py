"""`fedfuse history`: what served when, and why."""

from typing import Annotated

import typer

from fedfuse.adapters.git.repository import Repository
from fedfuse.cli.options import HERE, Format, MainRef, OutputFormat, Quiet, Root, moment
from fedfuse.cli.reporting import show
from fedfuse.flows.history.serving_history import history as read_history
from fedfuse.report import history as report

_DATE = len("2026-11-24")


def history(
    root: Root = HERE,
    ref: MainRef = "",
    at: Annotated[
        str,
        typer.Option("--at", metavar="TIME", help="Only this moment; a date is its start in UTC."),
    ] = "",
    unit: Annotated[
        str, typer.Option("--unit", metavar="UNIT", help="Only this unit, as hf/textgen.")
    ] = "",
    output: OutputFormat = Format.TEXT,
    _quiet: Quiet = False,
) -> None:
    """Show what served when, and why."""
    when = moment(f"{at}T00:00:00Z" if len(at) == _DATE else at)
    with Repository(root) as repository:
        found = read_history(repository, until=repository.tip(ref))
        served = found.at(when, unit=unit) if when else found.turns_of(unit)
    show(output, report.blocks(served), {"commit": found.commit, **report.fields(served)})
