"""`fedfuse doctor`: what differs from what it should be, with the command that fixes it."""

from typing import TYPE_CHECKING, Annotated

import typer

from fedfuse.cli.options import HERE, Format, OutputFormat, Quiet, Root

if TYPE_CHECKING:
    from fedfuse.model.diagnosis import Diagnosis


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
    from fedfuse.cli.reporting import show
    from fedfuse.model.diagnosis import Health
    from fedfuse.report import doctor as report

    here = _tool if tool else _here
    found = _on_github(github, root) if github else here(root)
    show(output, report.blocks(found), report.fields(found))
    wrong = {Health.DIFFERS, Health.NOTE} if tool else {Health.DIFFERS}
    raise typer.Exit(int(any(one.health in wrong for one in found)))


def _tool(root: Root) -> "tuple[Diagnosis, ...]":
    from fedfuse.adapters.work_tree import WorkTree
    from fedfuse.flows.registry.doctor_tool import examine

    return (examine(WorkTree(root)),)


def _here(root: Root) -> "tuple[Diagnosis, ...]":
    from fedfuse.flows.registry.doctor import examine

    return examine(root)


def _on_github(repository: str, root: Root) -> "tuple[Diagnosis, ...]":
    from fedfuse.adapters.work_tree import WorkTree
    from fedfuse.cli.remotes import github
    from fedfuse.flows.registry.doctor_github import examine

    with github(repository) as there:
        return examine(there, WorkTree(root))
