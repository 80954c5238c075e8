"""`fedfuse candidates`: what open pull requests make together."""

from typing import Annotated

import typer

from fedfuse.cli.clock import At, moment
from fedfuse.cli.options import HERE, Format, Offline, OutputFormat, Root


def candidates(
    heads: Annotated[
        list[str], typer.Argument(metavar="HEAD...", help="Tips of pull requests, in any order.")
    ],
    base: Annotated[
        str, typer.Option("--base", help="Tip to merge into; default origin/main, else main.")
    ] = "",
    root: Root = HERE,
    at: At = "",
    output: OutputFormat = Format.TEXT,
    offline: Offline = False,
) -> None:
    """Judge pull requests as if merged together."""
    from fedfuse.adapters.git.repository import Repository
    from fedfuse.cli.reporting import print_json
    from fedfuse.flows import places
    from fedfuse.flows.candidates import judge_together
    from fedfuse.report import candidates as report

    with Repository(root) as repository:
        tip = base or repository.main_ref()
        found = judge_together(
            repository,
            base=tip,
            heads=heads,
            at=moment(at),
            artifact_check=None if offline else places.artifact_check(repository, tip, root=root),
        )
    rows = [(one.ref, one.head, one.kind.value, one.problems) for one in found.candidates]
    if output is Format.JSON:
        print_json({"base": found.base, **report.fields(rows, found.together)})
    else:
        render = report.markdown if output is Format.MARKDOWN else report.text
        typer.echo(render(rows, found.together), nl=False)
    raise typer.Exit(found.exit_code)
