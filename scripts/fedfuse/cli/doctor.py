"""`fedfuse doctor`: what differs from what it should be, with the command that mends it."""

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
    from fedfuse.cli.reporting import print_json
    from fedfuse.model.diagnosis import Health
    from fedfuse.report.escape import log_line

    here = _tool if tool else _here
    found = _on_github(github, root) if github else here(root)
    if output is Format.JSON:
        print_json({"diagnoses": [_fields(one) for one in found]})
    else:
        width = max(len(one.subject) for one in found)
        for one in found:
            typer.echo(log_line(f"{one.health:7}  {one.subject:{width}}  {one.message}"))
            if one.fix:
                typer.echo(log_line(f"{'':7}  {'':{width}}  fix: {one.fix}"))
    wrong = {Health.DIFFERS, Health.NOTE} if tool else {Health.DIFFERS}
    raise typer.Exit(int(any(one.health in wrong for one in found)))


def _tool(root: Root) -> "tuple[Diagnosis, ...]":
    from fedfuse.adapters.work_tree import WorkTree
    from fedfuse.flows.founding.doctor_tool import examine

    return (examine(WorkTree(root)),)


def _here(root: Root) -> "tuple[Diagnosis, ...]":
    from fedfuse.flows.founding.doctor import examine

    return examine(root)


def _on_github(repository: str, root: Root) -> "tuple[Diagnosis, ...]":
    from fedfuse.adapters.github import GitHub
    from fedfuse.adapters.github_http import Session
    from fedfuse.adapters.work_tree import WorkTree
    from fedfuse.flows.github.doctor_github import examine

    with Session.of_environment() as session:
        return examine(GitHub(repository, session), WorkTree(root))


def _fields(one: "Diagnosis") -> dict[str, str]:
    return {
        "subject": one.subject,
        "health": one.health.value,
        "message": one.message,
        "fix": one.fix,
    }
