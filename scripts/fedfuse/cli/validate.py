"""`fedfuse validate`: check files of the work tree while editing."""

from typing import Annotated

import typer

from fedfuse.adapters.work_tree import WorkTree
from fedfuse.cli.options import HERE, Format, OutputFormat, Quiet, Root
from fedfuse.cli.reporting import show
from fedfuse.flows.checking.validate import validate as validate_files
from fedfuse.report.blocks import Paragraph, counted
from fedfuse.report.findings import problems


def validate(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Files or folders; default: the whole registry.")
    ] = None,
    root: Root = HERE,
    output: OutputFormat = Format.TEXT,
    quiet: Quiet = False,
) -> None:
    """Validate the registry's files while you edit.

    It reads files alone. What depends on history, `fedfuse check` judges: the gates, and whether
    an artifact shipped before (E431 to E433).
    """
    read, findings = validate_files(WorkTree(root), paths=tuple(paths or ()), quiet=quiet)
    summary = f"{counted(read, 'file')} read, {counted(len(findings), 'problem')}"
    blocks = (problems(findings), Paragraph("" if quiet else summary))
    show(output, blocks, {"files": read, "findings": findings})
    raise typer.Exit(1 if findings else 0)
