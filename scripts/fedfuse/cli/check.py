"""`fedfuse check`: judge a pull request."""

from datetime import datetime
from typing import Annotated

import typer

from fedfuse.cli.options import HERE, Format, Offline, OutputFormat, Root


def check(
    base: Annotated[str, typer.Option("--base", help="Tip of the branch to merge into.")],
    head: Annotated[str, typer.Option("--head", help="Tip of the pull request.")],
    root: Root = HERE,
    output: OutputFormat = Format.TEXT,
    at: Annotated[
        str, typer.Option("--at", help="Clock (ISO 8601); default: committer date of the base.")
    ] = "",
    actor_id: Annotated[
        int | None,
        typer.Option("--actor-id", min=1, help="Numeric id of the author, from a trusted source."),
    ] = None,
    offline: Offline = False,
) -> None:
    """Judge a pull request; print the report."""
    from fedfuse.adapters.git.repository import Repository
    from fedfuse.cli.reporting import print_report
    from fedfuse.flows import places
    from fedfuse.flows.check import check_pull_request

    with Repository(root) as repository:
        report = check_pull_request(
            repository,
            base=base,
            head=head,
            at=_moment(at),
            actor_id=actor_id,
            artifact_check=None if offline else places.artifact_check(repository, base, root=root),
        )
    print_report(report, output)
    raise typer.Exit(report.exit_code)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as err:
        raise typer.BadParameter(f"{text!r} is no ISO 8601 time") from err
    if moment.tzinfo is None:
        raise typer.BadParameter(f"{text!r} has no time zone; append Z for UTC")
    return moment
