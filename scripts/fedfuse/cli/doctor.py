"""`fedfuse doctor`: what differs from what it should be, with the command that fixes it."""

from typing import Annotated

import typer

from fedfuse.adapters.work_tree import WorkTree
from fedfuse.cli import remotes
from fedfuse.cli.options import HERE, Format, OutputFormat, Quiet, Root
from fedfuse.cli.reporting import show
from fedfuse.flows.registry import doctor as here
from fedfuse.flows.registry import doctor_github, doctor_tool
from fedfuse.model.diagnosis import Diagnosis, Health
from fedfuse.report import doctor as report


def doctor(
    github: Annotated[
        str,
        typer.Option(
            "--github",
            metavar="OWNER/NAME",
            help="Compare this repository's settings there instead of looking at this machine.",
        ),
    ] = "",
    tool: Annotated[
        bool,
        typer.Option("--tool", help="Only say whether this is the tool that fedfuse.lock pins."),
    ] = False,
    root: Root = HERE,
    output: OutputFormat = Format.TEXT,
    _quiet: Quiet = False,
) -> None:
    """Say what keeps fedfuse from working here, or what differs in the settings on GitHub."""
    if github:
        found = _on_github(github, root)
    else:
        found = (doctor_tool.examine(WorkTree(root)),) if tool else here.examine(root)
    show(output, report.blocks(found), report.fields(found))
    wrong = {Health.DIFFERS, Health.NOTE} if tool else {Health.DIFFERS}
    raise typer.Exit(int(any(one.health in wrong for one in found)))


def _on_github(repository: str, root: Root) -> tuple[Diagnosis, ...]:
    with remotes.github(repository) as there:
        return doctor_github.examine(there, WorkTree(root))
