"""`fedfuse check`: judge a pull request."""

from typing import Annotated

import typer

from fedfuse.cli.clock import At, moment
from fedfuse.cli.counters import Source, counters
from fedfuse.cli.options import HERE, Format, Offline, OutputFormat, Quiet, Root


def check(
    base: Annotated[str, typer.Option("--base", help="Tip of the branch to merge into.")],
    head: Annotated[str, typer.Option("--head", help="Tip of the pull request.")],
    root: Root = HERE,
    output: OutputFormat = Format.TEXT,
    at: At = "",
    actor_id: Annotated[
        int | None,
        typer.Option("--actor-id", min=1, help="Numeric id of the author, from a trusted source."),
    ] = None,
    source: Source = "",
    offline: Offline = False,
    _quiet: Quiet = False,
) -> None:
    """Judge a pull request and print the report."""
    from fedfuse.adapters.git.repository import Repository
    from fedfuse.cli.reporting import print_report
    from fedfuse.flows.checking.check import check_pull_request
    from fedfuse.flows.operating.checklist_outside import promotion_check
    from fedfuse.flows.releasing import places

    with Repository(root) as repository:
        report = check_pull_request(
            repository,
            base=base,
            head=head,
            at=moment(at),
            actor_id=actor_id,
            artifact_check=None if offline else places.artifact_check(repository, base, root=root),
            promotion_check=None if offline else promotion_check(root, counters=counters(source)),
        )
    print_report(report, output)
    raise typer.Exit(report.exit_code)
