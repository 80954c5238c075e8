"""`fedfuse validate`: check files of the work tree while editing."""

from typing import Annotated

import typer

from fedfuse.cli.options import HERE, Format, OutputFormat, Quiet, Root


def validate(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Files or folders; default: the whole registry.")
    ] = None,
    root: Root = HERE,
    output: OutputFormat = Format.TEXT,
    quiet: Quiet = False,
) -> None:
    """Validate the registry's files while you edit."""
    from fedfuse.adapters.work_tree import WorkTree
    from fedfuse.cli.reporting import finding_fields, print_findings, print_json
    from fedfuse.flows.checking.validate import validate as validate_files
    from fedfuse.report.summary import counted

    read, findings = validate_files(WorkTree(root), paths=tuple(paths or ()))
    if output is Format.JSON:
        print_json({"files": read, "findings": [finding_fields(f) for f in findings]})
    else:
        print_findings(findings)
        if not quiet:
            typer.echo(f"{counted(read, 'file')} read, {counted(len(findings), 'problem')}")
    raise typer.Exit(1 if findings else 0)
